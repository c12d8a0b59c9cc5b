package tech.circuitforge.db.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import tech.circuitforge.db.MigrationEvent;
import tech.circuitforge.db.lifecycle.Backups;
import tech.circuitforge.db.metrics.DatabaseMeterBinder;
import tech.circuitforge.db.metrics.MicrometerDatabaseObserver;
import tech.circuitforge.db.metrics.OpenDatabasesMetadata;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.Quarantine;
import tech.circuitforge.db.pool.RoutingDataSource;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * Auto-configuration of meters and observations with Micrometer.
 */
@AutoConfiguration(after = CfDbAutoConfiguration.class, before = DataSourcePoolMetricsAutoConfiguration.class)
@ConditionalOnBean(OpenDatabases.class)
public final class DatabaseMetricsAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MeterConfiguration {

		@Bean
		DatabaseMeterBinder cfDbMeterBinder(OpenDatabases databases, Quarantine quarantine,
				SqliteConnections connections, ObjectProvider<Backups> backups) {
			return new DatabaseMeterBinder(databases, quarantine, connections.statistics(), backups.getIfUnique());
		}

		@Bean
		MigrationCounting cfDbMigrationCounting(DatabaseMeterBinder meters) {
			return new MigrationCounting(meters);
		}

		@Bean
		DataSourcePoolMetadataProvider cfDbPoolMetadataProvider(OpenDatabases databases) {
			return (dataSource) -> (dataSource instanceof RoutingDataSource routing && routing.isFor(databases))
					? new OpenDatabasesMetadata(databases) : null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationRegistry.class)
	static class ObservationConfiguration {

		@Bean
		MicrometerDatabaseObserver cfDbObserver(ObjectProvider<ObservationRegistry> registry) {
			// A provider: databases are opened before the registry is customized.
			return new MicrometerDatabaseObserver(() -> registry.getIfAvailable(() -> ObservationRegistry.NOOP));
		}

	}

	static class MigrationCounting {

		private final DatabaseMeterBinder meters;

		MigrationCounting(DatabaseMeterBinder meters) {
			this.meters = meters;
		}

		@EventListener
		void count(MigrationEvent event) {
			this.meters.count(event);
		}

	}

}
