package tech.circuitforge.db.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

import tech.circuitforge.db.NoCurrentUserException;

/**
 * Explains a failure of Flyway on cf-db's {@code DataSource}. What Flyway itself advises
 * (a baseline of the tables that it has found) would have two of them at work on one
 * file. Knows Flyway by name only: it is no dependency.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class FlywayFailureAnalyzer implements FailureAnalyzer {

	private static final String FLYWAY = "org.flywaydb.core.";

	private static final String OWN_DATA_SOURCE = "org.springframework.boot.flyway.autoconfigure.FlywayDataSource";

	private final @Nullable BeanFactory beans;

	private final Environment environment;

	FlywayFailureAnalyzer(@Nullable BeanFactory beans, Environment environment) {
		this.beans = beans;
		this.environment = environment;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		Throwable flyway = null;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof NoCurrentUserException) {
				return null;
			}
			if (flyway == null && cause.getClass().getName().startsWith(FLYWAY)) {
				flyway = cause;
			}
		}
		return (flyway != null && worksOnOurs()) ? new FailureAnalysis(
				"Flyway works on the databases that cf-db migrates itself, and failed: " + reason(flyway),
				"""
						Let one of them make the tables:
						  cf-db: move the scripts to src/main/resources/db/migrations, and remove Flyway or set spring.flyway.enabled=false
						  Flyway, for what all users share: give it the shared database (cf.db.shared.enabled=true, a bean of type DataSource that is @Bean(defaultCandidate = false), @FlywayDataSource and returns the @SharedDatabase one)
						  Flyway, in local mode only: cf.db.migrations.enabled=false""",
				flyway) : null;
	}

	private static String reason(Throwable flyway) {
		String message = String.valueOf(flyway.getMessage());
		return message.contains("no schema history table")
				? "there are tables in it of which Flyway knows nothing, such as those that cf-db's scripts have made."
				: message;
	}

	private boolean worksOnOurs() {
		if (!(this.beans instanceof ConfigurableListableBeanFactory factory)
				|| !factory.containsBeanDefinition("cfDbOpenDatabases")
				|| this.environment.containsProperty("spring.flyway.url")) {
			return false;
		}
		for (String name : factory.getBeanDefinitionNames()) {
			if (factory.getBeanDefinition(name) instanceof AnnotatedBeanDefinition definition) {
				AnnotatedTypeMetadata method = definition.getFactoryMethodMetadata();
				if (method != null && method.isAnnotated(OWN_DATA_SOURCE)) {
					return false;
				}
			}
		}
		return true;
	}

}
