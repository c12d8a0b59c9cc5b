package tech.circuitforge.db.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.sql.DatabaseMetaData;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/**
 * What a native image has to contain beyond what is found by itself: the scripts at their
 * default locations, the proxies that a connection's metadata and Spring Data's
 * operations are, and how to read the properties' records, which are checked at start.
 * The driver brings its own hints.
 */
class CfDbRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("db/migrations/*.sql").registerPattern("db/shared-migrations/*.sql");
		hints.proxies().registerJdkProxy(DatabaseMetaData.class).registerJdkProxy(NamedParameterJdbcOperations.class);
		registerRecord(hints, CfDbProperties.class);
	}

	private static void registerRecord(RuntimeHints hints, Class<?> type) {
		hints.reflection()
			.registerType(type, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS, MemberCategory.INVOKE_PUBLIC_METHODS);
		for (RecordComponent component : type.getRecordComponents()) {
			if (component.getType().isRecord()) {
				registerRecord(hints, component.getType());
			}
		}
	}

}
