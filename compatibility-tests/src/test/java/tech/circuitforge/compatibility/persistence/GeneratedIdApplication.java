package tech.circuitforge.compatibility.persistence;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;

import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.autoconfigure.CfDbAutoConfiguration;

/**
 * A product that lets Hibernate count ids.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ CfDbAutoConfiguration.class, HibernateJpaAutoConfiguration.class })
class GeneratedIdApplication {

	@Bean
	CurrentUserResolver nobody() {
		return () -> null;
	}

	@Bean
	PersistenceManagedTypes types() {
		return PersistenceManagedTypes.of(GeneratedIdTests.Auto.class.getName());
	}

}
