package tech.circuitforge.db.autoconfigure;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Provisioning;
import tech.circuitforge.db.pool.PoolSettings;

/**
 * Turns properties into what the other packages take.
 */
final class PropertyMapping {

	private PropertyMapping() {
	}

	static PoolSettings poolSettings(CfDbProperties.Pool pool) {
		return new PoolSettings(pool.maxOpenDatabases(), pool.maxConnectionsPerDatabase(), pool.idleTimeout(),
				pool.acquireTimeout());
	}

	/** Local mode's file is always made; explicit provisioning is about users. */
	static boolean createsMissing(CfDbProperties properties) {
		return properties.cloud().provisioning() == Provisioning.ON_FIRST_USE;
	}

	static String applicationName(Environment environment) {
		String name = environment.getProperty("spring.application.name");
		return StringUtils.hasText(name) ? name : "app";
	}

}
