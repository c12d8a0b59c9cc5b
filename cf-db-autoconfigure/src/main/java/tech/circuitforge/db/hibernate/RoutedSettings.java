package tech.circuitforge.db.hibernate;

import java.util.Map;

import javax.sql.DataSource;

import org.hibernate.cfg.JdbcSettings;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.pool.CurrentDatabase;
import tech.circuitforge.db.pool.RoutingDataSource;

/**
 * Finds cf-db's DataSource in the settings of a session factory.
 */
final class RoutedSettings {

	private RoutedSettings() {
	}

	/** The DataSource if it is cf-db's. */
	static @Nullable RoutingDataSource dataSource(Map<String, Object> settings) {
		for (String key : new String[] { JdbcSettings.JAKARTA_NON_JTA_DATASOURCE, JdbcSettings.JAKARTA_JTA_DATASOURCE,
				"hibernate.connection.datasource" }) {
			if (settings.get(key) instanceof DataSource dataSource) {
				return RoutingDataSource.behind(dataSource);
			}
		}
		return null;
	}

	/** Says whose database it is, if each user has their own. */
	static @Nullable CurrentDatabase ofUsers(Map<String, Object> settings) {
		RoutingDataSource dataSource = dataSource(settings);
		return (dataSource != null) ? dataSource.ofUsers() : null;
	}

}
