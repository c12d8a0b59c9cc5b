package tech.circuitforge.db.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.context.annotation.Bean;

import tech.circuitforge.db.actuate.DataRootHealthIndicator;
import tech.circuitforge.db.actuate.LocalDatabaseHealthIndicator;
import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;
import tech.circuitforge.db.lifecycle.Backups;
import tech.circuitforge.db.lifecycle.FleetMigration;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.Quarantine;

/**
 * Auto-configuration of the {@code db} health. It takes the place of Spring Boot's, which
 * asks for a connection and has no user to get one for.
 */
@AutoConfiguration(after = CfDbAutoConfiguration.class, before = DataSourceHealthContributorAutoConfiguration.class)
@ConditionalOnClass({ HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(OpenDatabases.class)
@ConditionalOnEnabledHealthIndicator("db")
@ConditionalOnMissingBean(name = { "dbHealthIndicator", "dbHealthContributor" })
public final class DatabaseHealthAutoConfiguration {

	@Bean("dbHealthContributor")
	@ConditionalOnMode(Mode.CLOUD)
	DataRootHealthIndicator dataRootHealthIndicator(DataRoot root, OpenDatabases databases, Quarantine quarantine,
			FleetMigration fleet, ObjectProvider<Backups> backups) {
		return new DataRootHealthIndicator(root, databases, quarantine, fleet, backups.getIfUnique());
	}

	@Bean("dbHealthContributor")
	@ConditionalOnMode(Mode.LOCAL)
	LocalDatabaseHealthIndicator localDatabaseHealthIndicator(OpenDatabases databases,
			ObjectProvider<Backups> backups) {
		return new LocalDatabaseHealthIndicator(databases, backups.getIfUnique());
	}

}
