package tech.circuitforge.db.autoconfigure;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.MigrationEvent;
import org.springframework.context.event.EventListener;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.SpringApplication;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.List;
import java.time.Duration;
import java.nio.file.Files;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.FileSystemUtils;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseLocationException;
import tech.circuitforge.db.migration.MigrationsNotFoundException;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.RoutingDataSource;
import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@ExtendWith(OutputCaptureExtension.class)
class CfDbAutoConfigurationTests {

	private static final String MIGRATIONS = "cf.db.migrations.locations=classpath:db/test-migrations";

	private static final UserId ALICE = new UserId("alice");

	@TempDir
	Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(CfDbAutoConfiguration.class, CurrentUserResolverAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceInitializationAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class));

	private ApplicationContextRunner local() {
		return this.runner.withPropertyValues("cf.db.path=" + this.directory + "/{app}.db",
				"spring.application.name=kiwi");
	}

	private ApplicationContextRunner cloud() {
		return this.runner.withPropertyValues("CLOUD_MODE=1", "CLOUD_DATA_ROOT=" + this.directory,
				"spring.application.name=kiwi", MIGRATIONS);
	}

	@Test
	void localModeWorksOnTheOneFile() {
		local().withPropertyValues(MIGRATIONS).run((context) -> {
			assertThat(context).hasSingleBean(JdbcTemplate.class)
				.hasSingleBean(JdbcClient.class)
				.hasSingleBean(JdbcTransactionManager.class);
			context.getBean(JdbcTemplate.class).update("INSERT INTO notes (text) VALUES ('x')");
			assertThat(TestConnections.look(this.directory.resolve("kiwi.db"), "SELECT text FROM notes"))
				.isEqualTo("x");
			assertThat(context.getBean(CurrentUser.class).require()).hasToString("local");
		});
	}

	@Test
	void otherFilesCanBeAttachedIfTheProductSaysSo() {
		local().withPropertyValues(MIGRATIONS, "cf.db.sqlite.attach=allow").run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			jdbc.execute("VACUUM");
			jdbc.execute("VACUUM INTO '" + this.directory.resolve("copy.db") + "'");
			jdbc.execute((Connection connection) -> {
				connection.createStatement().execute("ATTACH '" + this.directory.resolve("copy.db") + "' AS copy");
				return connection.createStatement().executeQuery("SELECT count(*) FROM copy.notes").next();
			});
			assertThat(jdbc.queryForList("SELECT name FROM pragma_database_list", String.class)).doesNotContain("copy");
		});
	}

	@Test
	void localFileIsMigratedWhenTheApplicationStarts() {
		local().withPropertyValues(MIGRATIONS)
			.run((context) -> assertThat(
					TestConnections.look(this.directory.resolve("kiwi.db"), "SELECT count(*) FROM _migrations"))
				.isEqualTo(2));
	}

	@Test
	void beanThatUsesTheDatabaseWhileItIsMadeFindsItMigrated() {
		local().withPropertyValues(MIGRATIONS)
			.withUserConfiguration(EarlyUser.class)
			.run((context) -> assertThat(
					TestConnections.look(this.directory.resolve("kiwi.db"), "SELECT text FROM notes"))
				.isEqualTo("early"));
	}

	@Test
	void startsWithoutScriptsWhereNobodyHasAskedForAny(CapturedOutput output) {
		local().run((context) -> {
			context.getBean(JdbcTemplate.class).execute("CREATE TABLE t (x)");
			assertThat(output).contains("there is no *.sql file in classpath:db/migrations");
		});
	}

	@Test
	void modeComesFromTheEnvironmentUnlessThePropertyIsSet() {
		for (String yes : new String[] { "1", "true", "YES" }) {
			this.runner
				.withPropertyValues("CLOUD_MODE=" + yes, "CLOUD_DATA_ROOT=" + this.directory,
						"spring.application.name=kiwi")
				.run((context) -> assertThat(context).hasSingleBean(DataRoot.class));
		}
		for (String no : new String[] { "0", "false", "", "off" }) {
			local().withPropertyValues("CLOUD_MODE=" + no)
				.run((context) -> assertThat(context).doesNotHaveBean(DataRoot.class));
		}
		local().withPropertyValues("CLOUD_MODE=1", "cf.db.mode=local")
			.run((context) -> assertThat(context).doesNotHaveBean(DataRoot.class));
		cloud().withPropertyValues("CLOUD_MODE=0", "cf.db.mode=cloud")
			.run((context) -> assertThat(context).hasSingleBean(DataRoot.class));
	}

	@Test
	void cloudModeWorksOnTheFileOfWhoeverIsAuthenticated() {
		cloud().run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			authenticate(
					UsernamePasswordAuthenticationToken.authenticated("alice", null, AuthorityUtils.NO_AUTHORITIES));
			try {
				jdbc.update("INSERT INTO notes (text) VALUES ('hers')");
			}
			finally {
				SecurityContextHolder.clearContext();
			}
			assertThat(TestConnections.look(this.directory.resolve("alice/kiwi.db"), "SELECT text FROM notes"))
				.isEqualTo("hers");
			assertThatExceptionOfType(NoCurrentUserException.class)
				.isThrownBy(() -> jdbc.queryForList("SELECT * FROM notes"));
		});
	}

	@Test
	void anonymousTokenIsNoUser() {
		cloud().run((context) -> {
			authenticate(new AnonymousAuthenticationToken("k", "anonymousUser",
					AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS")));
			try {
				assertThatExceptionOfType(NoCurrentUserException.class)
					.isThrownBy(() -> context.getBean(JdbcTemplate.class).queryForList("SELECT * FROM notes"));
			}
			finally {
				SecurityContextHolder.clearContext();
			}
			assertThat(this.directory).isEmptyDirectory();
		});
	}

	@Test
	void authenticatedNameThatCannotBeAnIdIsNoUser() {
		cloud().run((context) -> {
			authenticate(UsernamePasswordAuthenticationToken.authenticated("x".repeat(500), null,
					AuthorityUtils.NO_AUTHORITIES));
			try {
				assertThatExceptionOfType(NoCurrentUserException.class)
					.isThrownBy(() -> context.getBean(JdbcTemplate.class).queryForList("SELECT * FROM notes"))
					.withMessageContaining("longer than 128 characters");
			}
			finally {
				SecurityContextHolder.clearContext();
			}
		});
	}

	@Test
	void requestsWithoutUserShareADatabaseIfThatIsWanted() {
		cloud().withPropertyValues("cf.db.cloud.anonymous=shared").run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			jdbc.update("INSERT INTO notes (text) VALUES ('anybody')");
			context.getBean(CurrentUser.class)
				.runAs(new UserId("anonymous"), () -> assertThat(jdbc.queryForList("SELECT * FROM notes")).isEmpty());
			assertThat(TestConnections.look(this.directory.resolve("anonymous/kiwi.db"), "SELECT text FROM notes"))
				.isEqualTo("anybody");
		});
	}

	@Test
	void explicitProvisioningLeavesTheMakingToTheProduct() {
		cloud().withPropertyValues("cf.db.cloud.provisioning=explicit").run((context) -> {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			UserDatabases databases = context.getBean(UserDatabases.class);
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			assertThatExceptionOfType(DatabaseNotFoundException.class)
				.isThrownBy(() -> currentUser.runAs(ALICE, () -> jdbc.queryForList("SELECT * FROM notes")));
			databases.create(ALICE);
			assertThat(databases.exists(ALICE)).isTrue();
			currentUser.runAs(ALICE, () -> assertThat(jdbc.queryForList("SELECT * FROM notes")).isEmpty());
		});
	}

	@Test
	void existingFilesAreMigratedAtStart() {
		cloud().withPropertyValues("cf.db.migrations.enabled=false")
			.run((context) -> context.getBean(UserDatabases.class).create(ALICE));
		Path file = this.directory.resolve("alice/kiwi.db");
		cloud().withPropertyValues("cf.db.migrations.on-startup=lazy")
			.run((context) -> assertThat(TestConnections.look(file, "SELECT count(*) FROM sqlite_schema"))
				.isEqualTo(0));
		cloud()
			.run((context) -> assertThat(TestConnections.look(file, "SELECT count(*) FROM _migrations")).isEqualTo(2));
	}

	@Test
	void backupsAreMadeWhereADirectoryIsNamed() throws Exception {
		Path backups = Files.createDirectory(this.directory.resolveSibling(this.directory.getFileName() + "-backups"));
		cloud().withPropertyValues("cf.db.backup.directory=" + backups, "cf.db.backup.schedule=-").run((context) -> {
			UserDatabases users = context.getBean(UserDatabases.class);
			users.create(ALICE);
			assertThat(users.backUpAll((progress) -> {
			}).succeeded()).isOne();
			assertThat(users.backups(ALICE)).hasSize(1);
			// What is lost is not made anew.
			Files.delete(this.directory.resolve("alice/kiwi.db"));
			assertThatExceptionOfType(DatabaseQuarantinedException.class)
				.isThrownBy(() -> context.getBean(CurrentUser.class)
					.runAs(ALICE, () -> context.getBean(JdbcTemplate.class).queryForList("SELECT * FROM notes")));
		});
		for (int start = 1; start <= 2; start++) {
			int made = start;
			local().withPropertyValues(MIGRATIONS, "cf.db.backup.directory=" + backups, "cf.db.backup.schedule=-")
				.run((context) -> {
					UserDatabases users = context.getBean(UserDatabases.class);
					assertThat(users.backUp(new UserId("local")).size()).isPositive();
					assertThat(users.backups(new UserId("anybody"))).hasSize(made);
				});
		}
		assertThat(backups.resolve("kiwi.db")).isDirectory();
		FileSystemUtils.deleteRecursively(backups);
	}

	@Test
	void operationOnOnesOwnDatabaseInsideATransactionIsRefused() {
		cloud().run((context) -> {
			TransactionTemplate transaction = new TransactionTemplate(context.getBean(JdbcTransactionManager.class));
			UserDatabases users = context.getBean(UserDatabases.class);
			context.getBean(CurrentUser.class).runAs(ALICE, () -> transaction.executeWithoutResult((status) -> {
				context.getBean(JdbcTemplate.class).update("INSERT INTO notes (text) VALUES ('x')");
				assertThatIllegalStateException().isThrownBy(() -> users.delete(ALICE))
					.withMessageContaining("inside of a transaction");
			}));
			users.delete(ALICE);
			assertThat(this.directory.resolve("alice")).doesNotExist();
		});
	}

	@Test
	void oneBadFileStopsNobodyElse(CapturedOutput output) {
		cloud().run((context) -> {
			context.getBean(UserDatabases.class).create(ALICE);
			context.getBean(UserDatabases.class).create(new UserId("bob"));
		});
		writeGarbage(this.directory.resolve("alice/kiwi.db"));
		cloud().run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output).contains("1 databases were up to date, 0 were migrated, 1 failed")
				.contains("The database of user \"alice\" is damaged");
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			context.getBean(CurrentUser.class)
				.runAs(new UserId("bob"), () -> assertThat(jdbc.queryForList("SELECT * FROM notes")).isEmpty());
		});
	}

	@Test
	void migrationsArePublishedAsApplicationEvents() {
		cloud().withPropertyValues("cf.db.migrations.enabled=false")
			.run((context) -> context.getBean(UserDatabases.class).create(ALICE));
		cloud().withUserConfiguration(MigrationListener.class).run((context) -> {
			assertThat(context.getBean(MigrationListener.class).migrated).singleElement().satisfies((migrated) -> {
				assertThat(migrated.user()).isEqualTo(ALICE);
				assertThat(migrated.migrations()).containsExactly("001_notes.sql", "002_tags.sql");
			});
			assertThat(context.getBean(MigrationListener.class).finished).singleElement()
				.satisfies((finished) -> assertThat(finished.report().migrated()).isEqualTo(1));
		});
	}

	@Test
	void backgroundMigrationDoesNotHoldUpTheStart() {
		cloud().withPropertyValues("cf.db.migrations.enabled=false")
			.run((context) -> context.getBean(UserDatabases.class).create(ALICE));
		Path file = this.directory.resolve("alice/kiwi.db");
		cloud().withUserConfiguration(MigrationListener.class)
			.withPropertyValues("cf.db.migrations.on-startup=background")
			.run((context) -> {
				assertThat(TestConnections.look(file, "SELECT count(*) FROM sqlite_schema")).isEqualTo(0);
				context.publishEvent(new ApplicationReadyEvent(new SpringApplication(), new String[0],
						context.getSourceApplicationContext(), Duration.ZERO));
				MigrationListener listener = context.getBean(MigrationListener.class);
				assertThat(listener.done.await(10, TimeUnit.SECONDS)).isTrue();
				assertThat(TestConnections.look(file, "SELECT count(*) FROM _migrations")).isEqualTo(2);
			});
	}

	@Test
	void missingScriptStopsALocalStartIfThatIsWanted(@TempDir Path scripts) throws IOException {
		Files.writeString(scripts.resolve("001_a.sql"), "CREATE TABLE a (x)");
		Files.writeString(scripts.resolve("002_b.sql"), "CREATE TABLE b (x)");
		ApplicationContextRunner local = local().withPropertyValues("cf.db.migrations.locations=file:" + scripts);
		local.run((context) -> assertThat(context).hasNotFailed());
		Files.delete(scripts.resolve("001_a.sql"));
		local.run((context) -> assertThat(context).hasNotFailed());
		local.withPropertyValues("cf.db.migrations.missing=fail")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(MigrationException.class)
				.hasMessageContaining("has migration 001_a.sql applied, but there is no such script"));
	}

	@Test
	void noConnectionIsOpenedAtStartWithoutAUser() {
		AtomicInteger connections = new AtomicInteger();
		cloud().withBean(BeanPostProcessor.class, () -> new CountingPostProcessor(connections)).run((context) -> {
			assertThat(context).hasSingleBean(JdbcTransactionManager.class);
			assertThat(connections).hasValue(0);
			assertThat(this.directory).isEmptyDirectory();
			context.getBean(CurrentUser.class)
				.runAs(ALICE, () -> context.getBean(JdbcTemplate.class).queryForList("SELECT * FROM notes"));
			assertThat(connections).hasValue(1);
		});
	}

	@Test
	void backsOffForADataSourceOfTheApplication() {
		local().withUserConfiguration(OwnDataSource.class)
			.run((context) -> assertThat(context).getBean(DataSource.class)
				.isInstanceOf(DriverManagerDataSource.class));
		local().withUserConfiguration(OwnDataSource.class)
			.run((context) -> assertThat(context).doesNotHaveBean(OpenDatabases.class));
	}

	@Test
	void canBeTurnedOff() {
		this.runner.withPropertyValues("cf.db.enabled=false", "spring.datasource.url=jdbc:sqlite::memory:")
			.run((context) -> assertThat(context).doesNotHaveBean(RoutingDataSource.class)
				.doesNotHaveBean(OpenDatabases.class));
	}

	@Test
	void saysThatADatasourceUrlIsNotUsed(CapturedOutput output) {
		local().withPropertyValues("spring.datasource.url=jdbc:sqlite::memory:").run((context) -> {
			assertThat(context).getBean(DataSource.class).isInstanceOf(RoutingDataSource.class);
			assertThat(output).contains("spring.datasource.url is set but not used");
		});
	}

	@Test
	void ownResolverReplacesSpringSecuritys() {
		CurrentUserResolver household = () -> new UserId("household_42");
		cloud().withBean(CurrentUserResolver.class, () -> household).run((context) -> {
			context.getBean(JdbcTemplate.class).update("INSERT INTO notes (text) VALUES ('ours')");
			assertThat(this.directory.resolve("household_42/kiwi.db")).exists();
		});
	}

	@Test
	void cloudModeNeedsAWayToKnowTheUser() {
		cloud().withClassLoader(new FilteredClassLoader("org.springframework.security"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(MissingCurrentUserResolverException.class));
	}

	@Test
	void localModeNeedsNoSpringSecurity() {
		local().withClassLoader(new FilteredClassLoader("org.springframework.security", "org.springframework.web"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(JdbcTemplate.class));
	}

	@Test
	void cloudModeNeedsADataRoot() {
		this.runner.withPropertyValues("CLOUD_MODE=1")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(DatabaseLocationException.class)
				.hasMessageContaining("not configured"));
	}

	@Test
	void configuredLocationWithoutScriptsStopsTheStart() {
		local().withPropertyValues("cf.db.migrations.locations=classpath:nowhere")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(MigrationsNotFoundException.class));
	}

	private static void authenticate(Authentication authentication) {
		SecurityContextHolder.getContext().setAuthentication(authentication);
	}

	private static void writeGarbage(Path file) {
		try {
			java.nio.file.Files.writeString(file, "no database ".repeat(1000));
		}
		catch (java.io.IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private record CountingPostProcessor(AtomicInteger connections) implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String name) {
			return (bean instanceof DataSource dataSource) ? new DelegatingDataSource(dataSource) {

				@Override
				public Connection getConnection() throws java.sql.SQLException {
					CountingPostProcessor.this.connections.incrementAndGet();
					return super.getConnection();
				}

			} : bean;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyUser {

		@Bean
		String early(JdbcTemplate jdbc) {
			jdbc.update("INSERT INTO notes (text) VALUES ('early')");
			return "early";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDataSource {

		@Bean
		DataSource ownDataSource() {
			return new DriverManagerDataSource("jdbc:sqlite::memory:");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MigrationListener {

		final List<MigrationEvent.Migrated> migrated = new CopyOnWriteArrayList<>();

		final List<MigrationEvent.Finished> finished = new CopyOnWriteArrayList<>();

		final CountDownLatch done = new CountDownLatch(1);

		@EventListener
		void migrated(MigrationEvent.Migrated event) {
			this.migrated.add(event);
		}

		@EventListener
		void finished(MigrationEvent.Finished event) {
			this.finished.add(event);
			this.done.countDown();
		}

	}

}
