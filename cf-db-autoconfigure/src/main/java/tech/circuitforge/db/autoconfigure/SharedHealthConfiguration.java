package tech.circuitforge.db.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.db.actuate.SharedDatabaseHealthIndicator;
import tech.circuitforge.db.location.SharedFile;
import tech.circuitforge.db.pool.OpenDatabases;

/**
 * The {@code sharedDatabase} health, beside {@code db}, which is that of users'
 * databases.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnEnabledHealthIndicator("db")
class SharedHealthConfiguration {

	@Bean("sharedDatabaseHealthContributor")
	SharedDatabaseHealthIndicator sharedDatabaseHealthIndicator(@SharedDatabase SharedFile file,
			@SharedDatabase OpenDatabases databases) {
		return new SharedDatabaseHealthIndicator(file, databases);
	}

}
