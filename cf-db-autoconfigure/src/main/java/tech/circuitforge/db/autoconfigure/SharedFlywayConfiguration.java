package tech.circuitforge.db.autoconfigure;

import javax.sql.DataSource;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import tech.circuitforge.db.SharedDatabase;

/**
 * Lets Flyway begin in the shared database though there are tables in it: others, our
 * scripts among them, make theirs there too. What the product says itself holds.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(FlywayConfigurationCustomizer.class)
class SharedFlywayConfiguration {

	@Bean
	FlywayConfigurationCustomizer cfDbSharedFlyway(@SharedDatabase DataSource shared, Environment environment) {
		return (configuration) -> {
			if (configuration.getDataSource() != shared
					|| environment.containsProperty("spring.flyway.baseline-on-migrate")) {
				return;
			}
			configuration.baselineOnMigrate(true);
			if (!environment.containsProperty("spring.flyway.baseline-version")) {
				// Below its first script: Flyway's default, 1, would skip that one.
				configuration.baselineVersion("0");
			}
		};
	}

}
