package tech.circuitforge.db.autoconfigure;

import java.nio.file.Path;

import io.micrometer.context.ContextRegistry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.UserId;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Without any one of the optional libraries, or without all of them, everything else
 * works. That {@code spring-boot-health} may be absent is shown by the compatibility
 * tests, which do not have it: a condition cannot be hidden from its own annotation here.
 */
class OptionalLibrariesTests {

	private static final String ALL = "org.springframework.security,io.micrometer,org.springframework.data,"
			+ "org.springframework.boot.actuate,reactor,"
			+ "org.springframework.web.bind,org.springframework.boot.data,org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer";

	@TempDir
	Path root;

	@BeforeAll
	static void loadAccessorsOfLibrariesThatAreHereAfterAll() {
		// Their service files stay visible when their classes are hidden.
		ContextRegistry.getInstance();
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.security", "io.micrometer", "io.micrometer.context",
			"io.micrometer.core", "org.springframework.data", "org.springframework.boot.data",
			"org.springframework.boot.actuate", "reactor", "org.springframework.web.bind",
			"org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer", ALL })
	void absenceCostsNothing(String packages) {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CfDbAutoConfiguration.class,
					CurrentUserPropagationAutoConfiguration.class, CurrentUserResolverAutoConfiguration.class,
					DataJdbcDialectAutoConfiguration.class, DatabaseEndpointAutoConfiguration.class,
					DatabaseHealthAutoConfiguration.class, DatabaseMetricsAutoConfiguration.class,
					DatabaseWebAutoConfiguration.class, SharedDatabaseAutoConfiguration.class,
					DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader(packages.split(",", -1)))
			.withBean("resolver", CurrentUserResolver.class, () -> () -> new UserId("alice"))
			.withPropertyValues("cf.db.mode=cloud", "cf.db.cloud.data-root=" + this.root,
					"spring.application.name=kiwi", "cf.db.migrations.locations=classpath:db/test-migrations",
					"cf.db.shared.enabled=true")
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(CurrentUser.class);
				context.getBean(JdbcTemplate.class).update("INSERT INTO notes (text) VALUES ('x')");
				assertThat(this.root.resolve("alice/kiwi.db")).exists();
			});
	}

}
