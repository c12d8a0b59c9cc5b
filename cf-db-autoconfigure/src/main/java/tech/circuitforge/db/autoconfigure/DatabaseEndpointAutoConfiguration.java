package tech.circuitforge.db.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.actuate.DatabasesEndpoint;
import tech.circuitforge.db.actuate.DatabasesInfoContributor;
import tech.circuitforge.db.lifecycle.Backups;
import tech.circuitforge.db.lifecycle.FleetMigration;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.Quarantine;

/**
 * Auto-configuration of what Actuator shows of the databases, beside their health.
 */
@AutoConfiguration(after = CfDbAutoConfiguration.class)
@ConditionalOnClass({ InfoContributor.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(OpenDatabases.class)
public final class DatabaseEndpointAutoConfiguration {

	@Bean
	@ConditionalOnAvailableEndpoint
	@ConditionalOnMissingBean
	DatabasesEndpoint cfDbEndpoint(DatabaseFiles files, OpenDatabases databases, Migrator migrator,
			Quarantine quarantine, FleetMigration fleet, UserDatabases users, ObjectProvider<Backups> backups,
			@SharedDatabase ObjectProvider<UserDatabases> shared) {
		return new DatabasesEndpoint(files, mode(files), location(files), databases, migrator, quarantine,
				(files instanceof DataRoot) ? fleet : null, users, backups.getIfUnique(), shared.getIfAvailable());
	}

	@Bean
	@ConditionalOnEnabledInfoContributor("cfdb")
	DatabasesInfoContributor cfDbInfoContributor(DatabaseFiles files, Migrator migrator) {
		return new DatabasesInfoContributor(mode(files), migrator);
	}

	private static String mode(DatabaseFiles files) {
		return (files instanceof DataRoot) ? "cloud" : "local";
	}

	private static String location(DatabaseFiles files) {
		return String.valueOf((files instanceof DataRoot root) ? root.path() : files.locate(DatabaseName.LOCAL));
	}

}
