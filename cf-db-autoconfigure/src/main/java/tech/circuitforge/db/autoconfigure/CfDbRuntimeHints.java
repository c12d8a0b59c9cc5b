package tech.circuitforge.db.autoconfigure;

import java.sql.DatabaseMetaData;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * What a native image has to contain beyond what is found by itself: the scripts at their
 * default locations, and the proxy that a connection's metadata is. The properties are
 * Spring Boot's, the driver brings its own hints.
 */
class CfDbRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("db/migrations/*.sql").registerPattern("db/shared-migrations/*.sql");
		hints.proxies().registerJdkProxy(DatabaseMetaData.class);
	}

}
