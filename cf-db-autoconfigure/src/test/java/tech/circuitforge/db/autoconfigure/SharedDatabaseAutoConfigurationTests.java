package tech.circuitforge.db.autoconfigure;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteDataSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.db.sqlite.TestConnections.look;

@ExtendWith(OutputCaptureExtension.class)
class SharedDatabaseAutoConfigurationTests {

	private static final UserId ALICE = new UserId("alice");

	private static final UserId BOB = new UserId("bob");

	@TempDir
	Path directory;

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(CfDbAutoConfiguration.class,
			SharedDatabaseAutoConfiguration.class, DataSourceAutoConfiguration.class,
			DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
			TransactionManagerCustomizationAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
			JdbcClientAutoConfiguration.class);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS)
		.withPropertyValues("spring.application.name=kiwi", "cf.db.migrations.locations=classpath:db/test-migrations",
				"cf.db.shared.migrations.locations=classpath:db/test-shared-migrations");

	private ApplicationContextRunner cloud() {
		return this.runner.withPropertyValues("cf.db.mode=cloud", "cf.db.cloud.data-root=" + this.directory)
			.withBean(CurrentUserResolver.class, () -> () -> null);
	}

	private ApplicationContextRunner shared() {
		return cloud().withPropertyValues("cf.db.shared.enabled=true").withUserConfiguration(Product.class);
	}

	@Test
	void thereIsNoneUnlessAskedFor() {
		cloud().run((context) -> {
			assertThat(context).doesNotHaveBean("sharedDataSource");
			assertThat(this.directory).isEmptyDirectory();
		});
	}

	@Test
	void everybodySeesTheSharedRowsAndOnlyTheirOwn() {
		shared().run((context) -> {
			Sellers sellers = context.getBean(Sellers.class);
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			currentUser.runAs(ALICE, () -> sellers.note("mine"));
			currentUser.runAs(ALICE, () -> sellers.add("acme"));
			// Without a user too.
			assertThat(sellers.count()).isEqualTo(1);
			assertThat(look(this.directory.resolve("shared/shared.db"), "SELECT name FROM sellers")).isEqualTo("acme");
			assertThat(look(this.directory.resolve("shared/shared.db"), "SELECT count(*) FROM _migrations"))
				.isEqualTo(1);
			assertThat(look(this.directory.resolve("alice/kiwi.db"), "SELECT text FROM notes")).isEqualTo("mine");
			// It is nobody's: no user's operation meets it.
			try (var users = context.getBean(UserDatabases.class).list()) {
				assertThat(users).containsExactly(ALICE);
			}
		});
	}

	@Test
	void unqualifiedInjectionPointsGetTheUsersOwn() {
		shared().run((context) -> {
			assertThat(context.getBean(DataSource.class)).isSameAs(context.getBean("dataSource"));
			assertThat(context.getBean(PlatformTransactionManager.class))
				.isSameAs(context.getBean("transactionManager"));
			assertThat(context.getBean(JdbcTemplate.class).getDataSource()).isSameAs(context.getBean("dataSource"));
			assertThat(context.getBean(JdbcClient.class)).isNotSameAs(context.getBean("sharedJdbcClient"));
		});
	}

	@Test
	void transactionsOfBothAreApart() {
		shared().run((context) -> {
			Sellers sellers = context.getBean(Sellers.class);
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			assertThatExceptionOfType(DuplicateKeyException.class)
				.isThrownBy(() -> currentUser.runAs(ALICE, () -> sellers.addTwice("acme")));
			assertThat(sellers.count()).isZero();
			// A transaction on the shared database binds nobody.
			sellers.inSharedTransaction(() -> {
				sellers.add("acme");
				currentUser.runAs(ALICE, () -> sellers.note("a"));
				currentUser.runAs(BOB, () -> sellers.note("b"));
			});
			assertThat(sellers.count()).isEqualTo(1);
			assertThat(look(this.directory.resolve("bob/kiwi.db"), "SELECT text FROM notes")).isEqualTo("b");
		});
	}

	@Test
	void localModeHasItBesideTheFile() {
		this.runner.withPropertyValues("cf.db.path=" + this.directory.resolve("kiwi.db"), "cf.db.shared.enabled=true")
			.withUserConfiguration(Product.class)
			.run((context) -> {
				context.getBean(Sellers.class).add("acme");
				assertThat(look(this.directory.resolve("shared.db"), "SELECT name FROM sellers")).isEqualTo("acme");
			});
	}

	@Test
	void pathIsConfigurable() {
		shared().withPropertyValues("cf.db.shared.path=" + this.directory.resolve("elsewhere/common.db"))
			.run((context) -> assertThat(this.directory.resolve("elsewhere/common.db")).exists());
	}

	@ParameterizedTest
	@ValueSource(strings = { "cf.db.shared.migrations.locations=classpath:nowhere",
			"cf.db.shared.migrations.locations[0]=classpath:nowhere",
			"cf.db.shared.migrations.locations=classpath:db/shared-migrations" })
	void missingScriptsStopTheStart(String location) {
		withoutScripts().withPropertyValues(location)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage("There are no *.sql files in \"%s\" (cf.db.shared.migrations.locations)."
					.formatted(location.substring(location.indexOf('=') + 1))));
	}

	private ApplicationContextRunner withoutScripts() {
		return new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.withPropertyValues("cf.db.migrations.locations=classpath:db/test-migrations",
					"cf.db.path=" + this.directory.resolve("kiwi.db"), "cf.db.shared.enabled=true");
	}

	@Test
	void itIsEmptyWhereNobodyHasAskedForScripts(CapturedOutput output) {
		for (int start = 0; start < 2; start++) {
			withoutScripts().run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(look(this.directory.resolve("shared.db"), "SELECT count(*) FROM sqlite_schema"))
					.isEqualTo(0);
			});
		}
		assertThat(output).contains("there is no *.sql file in classpath:db/shared-migrations");
	}

	@Test
	void itIsEmptyWhereTheDirectoryOfScriptsIs() throws Exception {
		Files.createDirectories(this.directory.resolve("classes/db/shared-migrations"));
		try (URLClassLoader classes = new URLClassLoader(
				new URL[] { this.directory.resolve("classes").toUri().toURL() }, getClass().getClassLoader())) {
			withoutScripts().withClassLoader(classes).run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@Test
	void tablesOfOthersAreNoLostHistory() {
		withoutScripts().run((context) -> context.getBean("sharedJdbcTemplate", JdbcTemplate.class)
			.execute("CREATE TABLE jobs (id INTEGER PRIMARY KEY)"));
		for (int start = 0; start < 2; start++) {
			withoutScripts().withPropertyValues("cf.db.shared.migrations.locations=classpath:db/test-shared-migrations")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					JdbcTemplate shared = context.getBean("sharedJdbcTemplate", JdbcTemplate.class);
					shared.execute("SELECT id FROM jobs");
					shared.execute("SELECT id FROM sellers");
				});
		}
	}

	@Test
	void tablesOfOurScriptsWithoutAHistoryAreALostOne() {
		ApplicationContextRunner withScripts = withoutScripts()
			.withPropertyValues("cf.db.shared.migrations.locations=classpath:db/test-shared-migrations");
		withScripts.run((context) -> {
			JdbcTemplate shared = context.getBean("sharedJdbcTemplate", JdbcTemplate.class);
			shared.execute("CREATE TABLE jobs (id INTEGER PRIMARY KEY)");
			shared.execute("DROP TABLE _migrations");
			shared.execute("ALTER TABLE sellers RENAME TO other");
			shared.execute("ALTER TABLE other RENAME TO Sellers");
		});
		withScripts.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageContaining("The database of all users together (cf.db.shared) has tables (Sellers, ...) but no "
					+ "table _migrations"));
	}

	@Test
	void localModesFileIsNotTheSharedOneToo() {
		withoutScripts().withPropertyValues("cf.db.path=" + this.directory.resolve("shared.db"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("would be local mode's own file " + this.directory.resolve("shared.db")));
		assertThat(this.directory.resolve("shared.db")).doesNotExist();
	}

	@Test
	void anotherDataSourceServesTheSameQualifier() {
		shared().withPropertyValues("other=" + this.directory.resolve("other.db"))
			.withUserConfiguration(Outgrown.class)
			.run((context) -> {
				assertThat(context).doesNotHaveBean("sharedDataSource").doesNotHaveBean("sharedOpenDatabases");
				context.getBean("sharedJdbcTemplate", JdbcTemplate.class)
					.execute("CREATE TABLE sellers (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
				Sellers sellers = context.getBean(Sellers.class);
				sellers.add("acme");
				assertThat(sellers.count()).isEqualTo(1);
				assertThat(look(this.directory.resolve("other.db"), "SELECT name FROM sellers")).isEqualTo("acme");
				assertThat(Files.exists(this.directory.resolve("shared"))).isFalse();
				context.getBean(CurrentUser.class).runAs(ALICE, () -> sellers.note("mine"));
				assertThat(look(this.directory.resolve("alice/kiwi.db"), "SELECT text FROM notes")).isEqualTo("mine");
			});
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Sellers.class)
	static class Product {

	}

	static class Sellers {

		private final JdbcClient own;

		private final JdbcClient shared;

		Sellers(JdbcClient own, @SharedDatabase JdbcClient shared) {
			this.own = own;
			this.shared = shared;
		}

		@Transactional
		public void note(String text) {
			this.own.sql("INSERT INTO notes (text) VALUES (?)").param(text).update();
		}

		public void add(String name) {
			this.shared.sql("INSERT INTO sellers (name) VALUES (?)").param(name).update();
		}

		@Transactional("sharedTransactionManager")
		public void addTwice(String name) {
			this.shared.sql("INSERT INTO sellers (name) VALUES (?)").param(name).update();
			this.shared.sql("INSERT INTO sellers (name) VALUES (?)").param(name).update();
		}

		@Transactional("sharedTransactionManager")
		public void inSharedTransaction(Runnable work) {
			work.run();
		}

		public int count() {
			return this.shared.sql("SELECT count(*) FROM sellers").query(Integer.class).single();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Outgrown {

		@Bean(defaultCandidate = false)
		@SharedDatabase
		DataSource largeDataSource(@Value("${other}") String file) {
			SQLiteDataSource dataSource = new SQLiteDataSource();
			dataSource.setUrl("jdbc:sqlite:" + file);
			return dataSource;
		}

	}

}
