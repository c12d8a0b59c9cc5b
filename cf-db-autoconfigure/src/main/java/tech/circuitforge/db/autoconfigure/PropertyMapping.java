package tech.circuitforge.db.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Attach;
import tech.circuitforge.db.autoconfigure.CfDbProperties.Provisioning;
import tech.circuitforge.db.lifecycle.RestoreSettings;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.migration.OtherTables;
import tech.circuitforge.db.pool.PoolSettings;
import tech.circuitforge.db.sqlite.SqliteSettings;

/**
 * Turns properties into what the other packages take.
 */
final class PropertyMapping {

	private PropertyMapping() {
	}

	static PoolSettings poolSettings(CfDbProperties.Pool pool, Environment environment) {
		return valid(() -> new PoolSettings(pool.maxOpenDatabases(), pool.maxConnectionsPerDatabase(),
				pool.maxWaitingPerDatabase(), pool.idleTimeout(), pool.acquireTimeout(), shutdownTimeout(environment),
				(pool.leakDetectionThreshold() != null) ? pool.leakDetectionThreshold() : Duration.ZERO));
	}

	/** As long as Spring Boot waits in each phase of a graceful shutdown. */
	private static Duration shutdownTimeout(Environment environment) {
		return Binder.get(environment)
			.bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
			.orElse(Duration.ofSeconds(30));
	}

	static SqliteSettings sqliteSettings(CfDbProperties properties) {
		CfDbProperties.Sqlite sqlite = properties.sqlite();
		return valid(() -> new SqliteSettings(sqlite.busyTimeout(), sqlite.synchronous(), sqlite.cacheSize(),
				properties.pool().statementCacheSize(), sqlite.maxValueSize(), sqlite.attach() == Attach.ALLOW));
	}

	static RestoreSettings restoreSettings(CfDbProperties.Restore restore) {
		return valid(() -> new RestoreSettings(restore.maxSize(), restore.timeout(), restore.schema()));
	}

	static Migrator migrator(List<Migration> migrations, CfDbProperties.Migrations properties, OtherTables others) {
		return valid(() -> new Migrator(migrations, properties.missing(), InstantSource.system(), properties.timeout(),
				properties.effectiveAcceptChanged(), others));
	}

	/** Local mode's file is always made; explicit provisioning is about users. */
	static boolean createsMissing(CfDbProperties properties) {
		return properties.cloud().provisioning() == Provisioning.ON_FIRST_USE;
	}

	static String applicationName(Environment environment) {
		String name = environment.getProperty("spring.application.name");
		return StringUtils.hasText(name) ? name : "app";
	}

	private static <T> T valid(Supplier<T> settings) {
		try {
			return settings.get();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationException(ex.getMessage() + ".", "Correct the property named above.");
		}
	}

}
