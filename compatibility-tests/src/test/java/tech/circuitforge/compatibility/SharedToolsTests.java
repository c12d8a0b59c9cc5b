package tech.circuitforge.compatibility;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.jobs.states.StateName;
import org.jobrunr.scheduling.JobScheduler;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteDataSource;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayDataSource;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseDataSource;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

import tech.circuitforge.db.SharedDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.circuitforge.compatibility.Product.look;

/**
 * Libraries that make tables of their own in the shared database, with nothing set for
 * cf-db but that there is one.
 */
class SharedToolsTests {

	private static final String OURS = "cf.db.shared.migrations.locations=classpath:shared/ours";

	@TempDir
	Path root;

	private ApplicationContextRunner product(Tool tool) {
		return Product.with(this.root, tool.autoConfiguration)
			.withPropertyValues("cf.db.shared.enabled=true", tool.scripts)
			.withUserConfiguration(tool.wiring);
	}

	private Path file() {
		return this.root.resolve("shared/shared.db");
	}

	@ParameterizedTest
	@EnumSource
	void makesTablesOnFirstUseAndFindsThemAgain(Tool tool) {
		product(tool).run((context) -> hasSellers(context, tool));
		product(tool).run((context) -> hasSellers(context, tool));
		assertThat(look(file(), "SELECT count(*) FROM sqlite_schema WHERE name = '_migrations'")).isEqualTo(0);
	}

	@ParameterizedTest
	@EnumSource
	void worksBesideOurScripts(Tool tool) {
		for (int start = 0; start < 2; start++) {
			product(tool).withPropertyValues(OURS).run((context) -> {
				hasSellers(context, tool);
				assertThat(look(file(), "SELECT name FROM _migrations")).isEqualTo("001_shedlock.sql");
			});
		}
	}

	@ParameterizedTest
	@EnumSource
	void ourScriptsComeLater(Tool tool) {
		product(tool).run((context) -> hasSellers(context, tool));
		for (int start = 0; start < 2; start++) {
			product(tool).withPropertyValues(OURS).run((context) -> {
				hasSellers(context, tool);
				assertThat(look(file(), "SELECT name FROM _migrations")).isEqualTo("001_shedlock.sql");
			});
		}
	}

	@ParameterizedTest
	@EnumSource
	void comesLaterThanOurScripts(Tool tool) {
		Product.with(this.root)
			.withPropertyValues("cf.db.shared.enabled=true", OURS)
			.run((context) -> assertThat(context).hasNotFailed());
		product(tool).withPropertyValues(OURS).run((context) -> hasSellers(context, tool));
	}

	@Test
	void aFileThatFlywayHasMadeElsewhereIsTakenOver() throws Exception {
		Files.createDirectories(file().getParent());
		SQLiteDataSource plain = new SQLiteDataSource();
		plain.setUrl("jdbc:sqlite:" + file());
		Flyway.configure().dataSource(plain).locations("classpath:shared/flyway").load().migrate();
		product(Tool.FLYWAY).withPropertyValues(OURS).run((context) -> hasSellers(context, Tool.FLYWAY));
	}

	@Test
	void whatTheProductSaysOfABaselineHolds() {
		Product.with(this.root)
			.withPropertyValues("cf.db.shared.enabled=true", OURS)
			.run((context) -> assertThat(context).hasNotFailed());
		product(Tool.FLYWAY).withPropertyValues(OURS, "spring.flyway.baseline-on-migrate=false")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("baseline"));
	}

	@Test
	void jobRunr() {
		for (int start = 0; start < 2; start++) {
			Product.with(this.root)
				.withPropertyValues("cf.db.shared.enabled=true", OURS)
				.withUserConfiguration(JobRunrBeans.class)
				.run((context) -> {
					assertThat(context).hasNotFailed();
					Greetings.LATCH = new CountDownLatch(3);
					JobScheduler jobs = context.getBean(JobScheduler.class);
					for (int i = 0; i < 3; i++) {
						jobs.<Greetings>enqueue((greetings) -> greetings.greet("alice"));
					}
					assertThat(Greetings.LATCH.await(60, TimeUnit.SECONDS)).isTrue();
					await().untilAsserted(
							() -> assertThat(context.getBean(StorageProvider.class).countJobs(StateName.SUCCEEDED))
								.isPositive());
				});
		}
		assertThat(look(file(), "SELECT count(*) FROM jobrunr_jobs")).isEqualTo(6);
		assertThat(look(file(), "SELECT name FROM _migrations")).isEqualTo("001_shedlock.sql");
	}

	private void hasSellers(AssertableApplicationContext context, Tool tool) {
		assertThat(context).hasNotFailed();
		JdbcClient shared = context.getBean("sharedJdbcClient", JdbcClient.class);
		assertThat(shared.sql("SELECT name FROM sellers").query(String.class).list()).containsExactly("acme");
		assertThat(shared.sql("SELECT count(*) FROM " + tool.history).query(Integer.class).single()).isPositive();
		assertThat(shared.sql("PRAGMA journal_mode").query(String.class).single()).isEqualTo("wal");
		assertThat(this.root).isDirectoryContaining("glob:**/shared");
	}

	enum Tool {

		FLYWAY(FlywayAutoConfiguration.class, FlywayBeans.class, "flyway_schema_history",
				"spring.flyway.locations=classpath:shared/flyway"),

		LIQUIBASE(LiquibaseAutoConfiguration.class, LiquibaseBeans.class, "databasechangelog",
				"spring.liquibase.change-log=classpath:shared/liquibase/changelog.sql");

		private final Class<?> autoConfiguration;

		private final Class<?> wiring;

		private final String history;

		private final String scripts;

		Tool(Class<?> autoConfiguration, Class<?> wiring, String history, String scripts) {
			this.autoConfiguration = autoConfiguration;
			this.wiring = wiring;
			this.history = history;
			this.scripts = scripts;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FlywayBeans {

		@Bean(defaultCandidate = false)
		@FlywayDataSource
		DataSource flywayDataSource(@SharedDatabase DataSource shared) {
			return shared;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LiquibaseBeans {

		@Bean(defaultCandidate = false)
		@LiquibaseDataSource
		DataSource liquibaseDataSource(@SharedDatabase DataSource shared) {
			return shared;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class JobRunrBeans {

		@Bean
		StorageProvider jobs(@SharedDatabase DataSource shared) {
			return SqlStorageProviderFactory.using(shared);
		}

		@Bean
		JobScheduler jobScheduler(StorageProvider jobs, Greetings greetings) {
			return JobRunr.configure().useStorageProvider(jobs).useJobActivator(new JobActivator() {
				@Override
				public <T> T activateJob(Class<T> type) {
					return type.cast(greetings);
				}
			})
				.useBackgroundJobServer(BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
					.andPollInterval(Duration.ofSeconds(5)))
				.initialize()
				.getJobScheduler();
		}

		@Bean
		Greetings greetings() {
			return new Greetings();
		}

		// Before the DataSource, which it uses until then.
		@Bean
		DisposableBean jobRunr(JobScheduler scheduler) {
			return JobRunr::destroy;
		}

	}

	// JobRunr calls it by reflection.
	public static class Greetings {

		static volatile CountDownLatch LATCH = new CountDownLatch(0);

		public void greet(String name) {
			LATCH.countDown();
		}

	}

}
