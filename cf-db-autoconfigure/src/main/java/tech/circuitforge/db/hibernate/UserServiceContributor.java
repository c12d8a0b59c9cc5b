package tech.circuitforge.db.hibernate;

import java.util.Map;

import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cfg.CacheSettings;
import org.hibernate.cfg.MappingSettings;
import org.hibernate.service.spi.ServiceContributor;

import tech.circuitforge.db.pool.CurrentDatabase;
import tech.circuitforge.db.pool.RoutingDataSource;

/**
 * Sets up each session factory on cf-db's DataSource: types are stored as
 * {@code JdbcTemplate} stores them, and in cloud mode sessions belong to their users and
 * nothing is cached across sessions.
 */
public final class UserServiceContributor implements ServiceContributor {

	@Override
	public void contribute(StandardServiceRegistryBuilder builder) {
		Map<String, Object> settings = builder.getSettings();
		RoutingDataSource dataSource = RoutedSettings.dataSource(settings);
		if (dataSource == null) {
			return;
		}
		// Otherwise a LocalDateTime is sent as a java.sql.Timestamp, which is a point in
		// time here, and a LocalTime loses its fraction.
		settings.putIfAbsent(MappingSettings.JAVA_TIME_USE_DIRECT_JDBC, true);
		// As text, like every other UUID here, and not as 16 bytes.
		settings.putIfAbsent(MappingSettings.PREFERRED_UUID_JDBC_TYPE, "CHAR");
		CurrentDatabase ofUsers = dataSource.ofUsers();
		if (ofUsers != null) {
			switchCachesOff(settings);
			builder.addInitiator(new UserTransactionCoordinatorInitiator(ofUsers));
		}
	}

	/**
	 * Hibernate switches them on by itself when it finds a provider. Keys with the user
	 * in them would not do: a restored or migrated database would meet entities of the
	 * one before.
	 */
	private static void switchCachesOff(Map<String, Object> settings) {
		for (String key : new String[] { CacheSettings.USE_SECOND_LEVEL_CACHE, CacheSettings.USE_QUERY_CACHE }) {
			if (Boolean.parseBoolean(String.valueOf(settings.get(key)))) {
				throw new UnsafePersistenceException(
						"Hibernate's second-level cache (%s=true) would be shared by the databases of all users."
							.formatted(key),
						"Remove spring.jpa.properties.%s: in cloud mode it is off.".formatted(key));
			}
			settings.put(key, false);
		}
	}

}
