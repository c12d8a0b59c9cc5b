package tech.circuitforge.db.autoconfigure;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.DatabaseBackup;
import tech.circuitforge.db.DatabaseDamagedException;
import tech.circuitforge.db.DatabaseInfo;
import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.InvalidDatabaseFileException;
import tech.circuitforge.db.OperationProgress;
import tech.circuitforge.db.OperationReport;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static tech.circuitforge.db.sqlite.TestConnections.look;

/**
 * What operators do with the shared database as a whole.
 */
@ExtendWith(OutputCaptureExtension.class)
class SharedDatabaseOperationsTests {

	private static final UserId SHARED = new UserId("shared");

	private static final UserId ALICE = new UserId("alice");

	@TempDir
	Path directory;

	private Path root;

	private Path backups;

	private Path scripts;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CfDbAutoConfiguration.class, SharedDatabaseAutoConfiguration.class,
				DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
		.withBean(CurrentUserResolver.class, () -> () -> null)
		.withPropertyValues("spring.application.name=kiwi", "cf.db.migrations.locations=classpath:db/test-migrations",
				"cf.db.shared.enabled=true");

	@BeforeEach
	void makeDirectories() throws Exception {
		this.root = Files.createDirectory(this.directory.resolve("root"));
		this.backups = Files.createDirectory(this.directory.resolve("backups"));
		this.scripts = Files.createDirectory(this.directory.resolve("scripts"));
		Files.writeString(this.scripts.resolve("001_sellers.sql"),
				"CREATE TABLE sellers (id INTEGER PRIMARY KEY, name TEXT)");
	}

	private ApplicationContextRunner cloud() {
		return this.runner.withPropertyValues("cf.db.mode=cloud", "cf.db.cloud.data-root=" + this.root,
				"cf.db.shared.migrations.locations=file:" + this.scripts);
	}

	private ApplicationContextRunner backedUp() {
		return cloud().withPropertyValues("cf.db.backup.directory=" + this.backups, "cf.db.backup.keep=2",
				"cf.db.backup.schedule=-");
	}

	private Path file() {
		return this.root.resolve("shared/shared.db");
	}

	private static UserDatabases users(ApplicationContext context) {
		return context.getBean(UserDatabases.class);
	}

	private static UserDatabases shared(ApplicationContext context) {
		return context.getBean("sharedDatabases", UserDatabases.class);
	}

	private static void add(ApplicationContext context, String name) {
		context.getBean("sharedJdbcTemplate", JdbcTemplate.class).update("INSERT INTO sellers (name) VALUES (?)", name);
	}

	private static List<String> names(ApplicationContext context) {
		return context.getBean("sharedJdbcTemplate", JdbcTemplate.class)
			.queryForList("SELECT name FROM sellers ORDER BY id", String.class);
	}

	private static List<Path> files(Path directory) throws Exception {
		try (var files = Files.list(directory)) {
			return files.sorted().toList();
		}
	}

	@Test
	void backupOfAllHasTheSharedOneInAPlaceOfItsOwn() {
		backedUp().run((context) -> {
			// A user of that name has a place of their own.
			users(context).create(SHARED);
			add(context, "acme");
			List<UserId> owners = new ArrayList<>();
			OperationReport report = users(context).backUpAll((progress) -> owners.add(progress.user()));
			assertThat(report.succeeded()).isEqualTo(2);
			assertThat(report.failed()).isZero();
			assertThat(owners).containsExactlyInAnyOrder(SHARED, null);
			assertThat(look(files(this.backups.resolve("shared/shared.db")).get(0), "SELECT name FROM sellers"))
				.isEqualTo("acme");
			assertThat(users(context).backups(SHARED)).hasSize(1);
		});
	}

	@Test
	void localModesBackupsHaveItToo() throws Exception {
		this.runner
			.withPropertyValues("cf.db.path=" + this.directory.resolve("kiwi.db"),
					"cf.db.shared.migrations.locations=file:" + this.scripts, "cf.db.backup.directory=" + this.backups,
					"cf.db.backup.schedule=-")
			.run((context) -> {
				add(context, "acme");
				assertThat(users(context).backUpAll((progress) -> {
				}).succeeded()).isEqualTo(2);
				assertThat(look(files(this.backups.resolve("shared/shared.db")).get(0), "SELECT name FROM sellers"))
					.isEqualTo("acme");
				assertThat(files(this.backups.resolve("kiwi.db"))).hasSize(1);
				try (var users = users(context).list()) {
					assertThat(users).containsExactly(new UserId("local"));
				}
			});
	}

	@Test
	void itsBackupsAreListedMadePrunedAndRestored() {
		backedUp().run((context) -> {
			add(context, "acme");
			DatabaseBackup first = shared(context).backUp(SHARED);
			add(context, "later");
			shared(context).backUp(SHARED);
			assertThat(shared(context).backups(SHARED)).hasSize(2).last().isEqualTo(first);
			assertThat(shared(context).restoreBackup(SHARED, first.time())).isEqualTo(first);
			assertThat(names(context)).containsExactly("acme");
			assertThat(shared(context).info(SHARED).keptCopies()).singleElement().asString().startsWith("replaced-");
			shared(context).backUp(SHARED);
			assertThat(shared(context).backups(SHARED)).hasSize(2).doesNotContain(first);
		});
	}

	@Test
	void aBackupIsRestoredWhereThereAreNoScripts() throws Exception {
		Files.delete(this.scripts.resolve("001_sellers.sql"));
		this.runner
			.withPropertyValues("cf.db.mode=cloud", "cf.db.cloud.data-root=" + this.root,
					"cf.db.backup.directory=" + this.backups, "cf.db.backup.schedule=-")
			.run((context) -> {
				context.getBean("sharedJdbcTemplate", JdbcTemplate.class)
					.execute("CREATE TABLE sellers (id INTEGER PRIMARY KEY, name TEXT)");
				add(context, "acme");
				shared(context).backUp(SHARED);
				add(context, "later");
				shared(context).restoreBackup(SHARED, Instant.now());
				assertThat(names(context)).containsExactly("acme");
			});
	}

	@Test
	void usersBackupsToo() {
		this.runner.withPropertyValues("cf.db.mode=cloud", "cf.db.cloud.data-root=" + this.root,
				"cf.db.backup.directory=" + this.backups, "cf.db.backup.schedule=-", "cf.db.migrations.enabled=false")
			.run((context) -> context.getBean(CurrentUser.class).runAs(ALICE, () -> {
				JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
				jdbc.execute("CREATE TABLE notes (text TEXT)");
				users(context).backUp(ALICE);
				jdbc.update("INSERT INTO notes VALUES ('later')");
				users(context).restoreBackup(ALICE, Instant.now());
				assertThat(jdbc.queryForList("SELECT text FROM notes")).isEmpty();
			}));
	}

	@Test
	void tablesOfOthersComeBackWithAFile() throws Exception {
		Path exported = this.directory.resolve("exported.db");
		backedUp().run((context) -> {
			JdbcTemplate jdbc = context.getBean("sharedJdbcTemplate", JdbcTemplate.class);
			jdbc.execute("CREATE TABLE jobs (state TEXT)");
			jdbc.execute("CREATE VIEW jobs_stats AS SELECT state, count(*) AS jobs FROM jobs GROUP BY state");
			jdbc.update("INSERT INTO jobs VALUES ('ENQUEUED')");
			shared(context).export(SHARED, exported);
			jdbc.update("DELETE FROM jobs");
			shared(context).restore(SHARED, exported);
			assertThat(jdbc.queryForObject("SELECT jobs FROM jobs_stats", Integer.class)).isEqualTo(1);
			Path other = Files.write(this.directory.resolve("no.db"), new byte[5000]);
			assertThatExceptionOfType(InvalidDatabaseFileException.class)
				.isThrownBy(() -> shared(context).restore(SHARED, other))
				.withMessageContaining("no.db cannot become the shared database: ");
		});
	}

	@Test
	void noUsersIdMeansTheSharedDatabase() {
		backedUp().run((context) -> {
			assertThatIllegalArgumentException().isThrownBy(() -> shared(context).delete(ALICE))
				.withMessageContaining("The shared database is no user's");
			assertThat(shared(context).exists(SHARED)).isTrue();
			assertThat(users(context).exists(SHARED)).isFalse();
			try (var users = users(context).list()) {
				assertThat(users).isEmpty();
			}
		});
	}

	@Test
	void exportOfAllHasItWhereADataRootHasIt() {
		Path target = this.directory.resolve("export");
		cloud().run((context) -> {
			add(context, "acme");
			assertThat(users(context).exportAll(target, (progress) -> {
			}).succeeded()).isEqualTo(1);
			assertThat(look(target.resolve("shared/shared.db"), "SELECT name FROM sellers")).isEqualTo("acme");
		});
	}

	@Test
	void aBackupIsMadeBeforeAMigration() {
		backedUp().withPropertyValues("cf.db.backup.before-migration=true").run((context) -> {
			add(context, "acme");
			assertThat(this.backups.resolve("shared")).doesNotExist();
		});
		backedUp().withPropertyValues("cf.db.backup.before-migration=true").run((context) -> {
			assertThat(this.backups.resolve("shared")).doesNotExist();
			Files.writeString(this.scripts.resolve("002_city.sql"), "ALTER TABLE sellers ADD COLUMN city TEXT");
		});
		backedUp().withPropertyValues("cf.db.backup.before-migration=true").run((context) -> {
			assertThat(context).hasNotFailed();
			Path before = files(this.backups.resolve("shared/shared.db")).get(0);
			assertThat(look(before, "SELECT count(*) FROM _migrations")).isEqualTo(1);
			assertThat(look(file(), "SELECT count(*) FROM _migrations")).isEqualTo(2);
		});
	}

	@Test
	void aFileThatIsGoneIsLostAndNotNewIfThereIsABackup() throws Exception {
		backedUp().run((context) -> {
			add(context, "acme");
			shared(context).backUp(SHARED);
		});
		Files.delete(file());
		backedUp().run((context) -> assertThat(context).getFailure()
			.hasRootCauseInstanceOf(DatabaseDamagedException.class)
			.rootCause()
			.hasMessageContaining("The database of all users together (cf.db.shared) is damaged"));
		assertThat(file()).doesNotExist();
	}

	@Test
	void damageIsFoundByTheVerificationOfAll(CapturedOutput output) throws Exception {
		cloud().run((context) -> {
			for (int i = 0; i < 2000; i++) {
				add(context, "seller " + i);
			}
			assertThat(users(context).verifyAll((progress) -> {
			}).succeeded()).isEqualTo(1);
			assertThat(shared(context).verify(SHARED).damage()).isEmpty();
		});
		try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
			file.seek(file.length() - 3 * 4096);
			file.write(new byte[2 * 4096]);
		}
		cloud().run((context) -> {
			users(context).create(ALICE);
			List<OperationProgress> progress = new ArrayList<>();
			OperationReport report = users(context).verifyAll(progress::add);
			assertThat(report.succeeded()).isEqualTo(1);
			assertThat(report.failures()).singleElement().satisfies((failure) -> assertThat(failure.user()).isNull());
			assertThat(output).contains("Verification: failed for the database of all users together (cf.db.shared).");
			assertThatExceptionOfType(DatabaseQuarantinedException.class).isThrownBy(() -> names(context))
				.withMessageContaining("The database of all users together (cf.db.shared) is out of service")
				.withMessageNotContaining("nobody else is affected");
			assertThat(shared(context).info(SHARED).state()).isEqualTo(DatabaseInfo.State.QUARANTINED);
			assertThat(context.getBean(CurrentUser.class)
				.callAs(ALICE, () -> context.getBean(JdbcTemplate.class)
					.queryForObject("SELECT count(*) FROM notes", Integer.class)))
				.isZero();
		});
	}

}
