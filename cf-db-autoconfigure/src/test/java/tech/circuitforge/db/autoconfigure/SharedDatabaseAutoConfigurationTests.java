package tech.circuitforge.db.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
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

class SharedDatabaseAutoConfigurationTests {

	private static final UserId ALICE = new UserId("alice");

	private static final UserId BOB = new UserId("bob");

	@TempDir
	Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CfDbAutoConfiguration.class, SharedDatabaseAutoConfiguration.class,
				DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
				TransactionAutoConfiguration.class, TransactionManagerCustomizationAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class))
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

	@Test
	void missingScriptsStopTheStart() {
		shared().withPropertyValues("cf.db.shared.migrations.locations=classpath:nowhere")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("There are no *.sql files in \"classpath:nowhere\""));
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
