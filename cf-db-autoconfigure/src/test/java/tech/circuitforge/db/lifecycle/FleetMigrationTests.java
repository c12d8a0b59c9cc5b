package tech.circuitforge.db.lifecycle;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import tech.circuitforge.db.DatabaseMigrations.Applied;
import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.MigrationDryRun;
import tech.circuitforge.db.MigrationEvent;
import tech.circuitforge.db.MigrationReport;
import tech.circuitforge.db.OperationReport;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.migration.MissingScript;
import tech.circuitforge.db.migration.OtherTables;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.pool.DatabaseMigrator;
import tech.circuitforge.db.pool.DatabaseObserver;
import tech.circuitforge.db.pool.DatabaseOpener;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.PoolSettings;
import tech.circuitforge.db.pool.Snapshots;
import tech.circuitforge.db.pool.TestDatabases;
import tech.circuitforge.db.sqlite.SqliteConnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.db.pool.TestDatabases.migration;
import static tech.circuitforge.db.sqlite.TestConnections.look;
import static tech.circuitforge.db.sqlite.TestConnections.run;

/**
 * Migrating all databases, and one by request.
 */
@ExtendWith(OutputCaptureExtension.class)
class FleetMigrationTests {

	private static final int USERS = 40;

	private static final UserId ALICE = new UserId("user-7");

	private static final Migration NOTES = migration("001_notes.sql", "CREATE TABLE notes (text TEXT)");

	private static final Migration UNIQUE = migration("002_unique.sql", "CREATE UNIQUE INDEX u ON notes (text)");

	private static final Migration TAGS = migration("003_tags.sql", "CREATE TABLE tags (tag TEXT)");

	@TempDir
	Path directory;

	private DataRoot root;

	private TestDatabases parts;

	private FleetMigration fleet;

	private UserDatabases users;

	private final List<MigrationEvent> told = Collections.synchronizedList(new ArrayList<>());

	@BeforeEach
	void createFleet() {
		this.root = new DataRoot(this.directory, new Layout("{user}/{app}.db", "kiwi"));
		TestDatabases before = TestDatabases.of(this.root, NOTES);
		for (int i = 0; i < USERS; i++) {
			before.creator.create(DatabaseName.of(new UserId("user-" + i)));
		}
		deploy(Duration.ofMinutes(1), NOTES, UNIQUE, TAGS);
	}

	private void deploy(Duration progressInterval, Migration... migrations) {
		this.parts = TestDatabases.of(this.root, migrations);
		this.fleet = new FleetMigration(this.root, this.parts.opener, 4, progressInterval, this.parts.events::add);
		this.users = new FileUserDatabases(this.root, this.parts.connections, this.parts.migrator,
				new OpenDatabases(this.parts.opener,
						new PoolSettings(10, 4, 32, Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ZERO,
								Duration.ZERO)),
				this.parts.opener, this.parts.creator, this.parts.failures, this.fleet, TestUserDatabases.RESTORE, null,
				() -> null);
	}

	@Test
	void oneThatFailsStopsNoOtherAndIsNamed(CapturedOutput output) throws Exception {
		write("INSERT INTO notes VALUES ('same'), ('same')");
		Files.writeString(this.directory.resolve("user-8/kiwi.db"), "no database".repeat(100));
		this.parts.opener.migrate(DatabaseName.of(new UserId("user-9")));
		MigrationReport report = this.users.migrateAll(this.told::add);
		assertThat(report.upToDate()).isEqualTo(1);
		assertThat(report.migrated()).isEqualTo(USERS - 3);
		assertThat(report.failed()).isEqualTo(2);
		assertThat(report.failures()).anySatisfy((failure) -> {
			assertThat(failure.user()).isEqualTo(ALICE);
			assertThat(failure.reason()).contains("Migration 002_unique.sql failed for user \"user-7\"")
				.contains("001_notes.sql is.");
		}).anySatisfy((failure) -> assertThat(failure.reason()).contains("user-8").contains("is damaged"));
		assertThat(this.fleet.lastReport()).isEqualTo(report);
		assertThat(output).contains("1 databases were up to date, 37 were migrated, 2 failed");
		assertThat(this.told).hasSize(USERS).last().isEqualTo(new MigrationEvent.Finished(report));
		// The same as application events, and the one that was migrated before.
		assertThat(this.parts.events).hasSize(USERS + 1);
		assertThat(look(this.directory.resolve("user-39/kiwi.db"), "SELECT count(*) FROM _migrations")).isEqualTo(3);
		assertThat(look(this.root.locate(DatabaseName.of(ALICE)), "SELECT count(*) FROM _migrations")).isEqualTo(1);
	}

	@Test
	void errorOfOneUserIsThatUsersFailure() {
		MigrationReport report = failOnce(new OutOfMemoryError("Java heap space"));
		assertThat(report.failed()).isEqualTo(1);
		assertThat(report.upToDate() + report.migrated()).isEqualTo(USERS - 1);
		assertThat(report.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure.reason()).contains("OutOfMemoryError: Java heap space"));
	}

	@Test
	void listenersErrorIsTheListeners() {
		MigrationReport report = this.users.migrateAll((event) -> {
			throw new AssertionError("expected");
		});
		assertThat(report.migrated()).isEqualTo(USERS);
		assertThat(report.failed()).isZero();
	}

	@Test
	void errorDuringAnotherOperationIsThatUsersFailureToo() {
		OperationReport report = new FleetOperation("Trial", this.root, (progress) -> {
			throw new AssertionError("the listener's");
		}).run((name) -> {
			if (name.equals(DatabaseName.of(ALICE))) {
				throw new StackOverflowError();
			}
			return true;
		});
		assertThat(report.succeeded()).isEqualTo(USERS - 1);
		assertThat(report.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure.reason()).contains("StackOverflowError"));
	}

	private MigrationReport failOnce(Error error) {
		AtomicBoolean failed = new AtomicBoolean();
		Migrator migrator = this.parts.migrator;
		DatabaseFailures failures = this.parts.failures;
		DatabaseMigrator failing = new DatabaseMigrator(migrator, failures, DatabaseObserver.NONE, new Snapshots() {

			@Override
			public boolean exist(DatabaseName name) {
				return false;
			}

			@Override
			public Snapshot beforeMigration(SqliteConnection connection, DatabaseName name) {
				if (failed.compareAndSet(false, true)) {
					throw error;
				}
				return Snapshot.NONE;
			}

		});
		DatabaseOpener opener = new DatabaseOpener(this.root, this.parts.connections, failing, this.parts.creator);
		try (FleetMigration once = new FleetMigration(this.root, opener, 1, Duration.ofMinutes(1), this.told::add)) {
			return once.run((event) -> {
			});
		}
	}

	@Test
	void viewInPlaceOfTheHistoryIsNotRun() throws Exception {
		// As a file of an earlier version may have it.
		Path file = this.root.locate(DatabaseName.of(ALICE));
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
			run(connection, "DROP TABLE _migrations",
					"CREATE VIEW _migrations AS WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL "
							+ "SELECT n + 1 FROM i) SELECT count(*) AS name, 'x' AS applied_at FROM i");
		}
		MigrationReport report = this.users.migrateAll(this.told::add);
		assertThat(report.migrated()).isEqualTo(USERS - 1);
		assertThat(report.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure.reason()).contains("view _migrations"));
	}

	@Test
	void rowWithoutANameIsNoError() throws Exception {
		write("INSERT INTO _migrations (name) VALUES (NULL)");
		MigrationReport report = this.users.migrateAll(this.told::add);
		assertThat(report.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure.reason()).contains("names no migration"));
	}

	@Test
	void migrationThatTakesTooLongIsThatUsersFailure() throws Exception {
		write("CREATE TRIGGER endless AFTER INSERT ON notes BEGIN SELECT count(*) FROM (WITH RECURSIVE i (n) AS "
				+ "(SELECT 1 UNION ALL SELECT n + 1 FROM i) SELECT n FROM i); END");
		Migrator limited = new Migrator(
				List.of(NOTES, TestDatabases.migration("002_row.sql", "INSERT INTO notes VALUES ('from the script')")),
				MissingScript.WARN, InstantSource.system(), Duration.ofSeconds(1), List.of(), OtherTables.REFUSE);
		DatabaseMigrator migrator = new DatabaseMigrator(limited, this.parts.failures, DatabaseObserver.NONE,
				Snapshots.NONE);
		DatabaseOpener opener = new DatabaseOpener(this.root, this.parts.connections, migrator, this.parts.creator);
		MigrationReport report;
		try (FleetMigration once = new FleetMigration(this.root, opener, 1, Duration.ofMinutes(1), this.told::add)) {
			report = once.run((event) -> {
			});
		}
		assertThat(report.migrated()).isEqualTo(USERS - 1);
		assertThat(report.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure.reason())
				.contains("Migration 002_row.sql was stopped for user \"user-7\"")
				.contains("cf.db.migrations.timeout (PT1S)"));
		assertThat(this.parts.failures.quarantine().list()).hasSize(1);
		assertThat(look(this.root.locate(DatabaseName.of(ALICE)), "SELECT count(*) FROM _migrations")).isEqualTo(1);
	}

	@Test
	void secondRunFindsNothingToDo() {
		this.users.migrateAll(this.told::add);
		assertThat(this.users.migrateAll(this.told::add).upToDate()).isEqualTo(USERS);
	}

	@Test
	void progressSaysHowMuchIsLeft(CapturedOutput output) {
		deploy(Duration.ofMillis(20), NOTES, TAGS);
		CountDownLatch progress = new CountDownLatch(1);
		this.users.migrateAll((event) -> {
			this.told.add(event);
			if (event instanceof MigrationEvent.Progress) {
				progress.countDown();
			}
			else if (event instanceof MigrationEvent.Migrated) {
				await(progress);
			}
		});
		MigrationEvent.Progress first = this.told.stream()
			.filter(MigrationEvent.Progress.class::isInstance)
			.map(MigrationEvent.Progress.class::cast)
			.findFirst()
			.orElseThrow();
		assertThat(first.total()).isEqualTo(USERS);
		assertThat(first.done()).isBetween(1L, 4L);
		assertThat(first.remaining()).isGreaterThanOrEqualTo(Duration.ZERO);
		assertThat(output)
			.containsPattern("Migrating databases: [1-4] of 40 done, \\d+ per second, 0 failed, about \\d+ s left");
	}

	@Test
	void listenersTroubleIsNotTheFleets(CapturedOutput output) {
		MigrationReport report = this.users.migrateAll((event) -> {
			throw new IllegalStateException("my own");
		});
		assertThat(report.migrated()).isEqualTo(USERS);
		assertThat(output).contains("A listener of migration events failed");
	}

	@Test
	void closingStopsIt() {
		deploy(Duration.ofMinutes(1), NOTES, TAGS);
		MigrationReport report = this.users.migrateAll((event) -> this.fleet.close());
		assertThat(report.migrated()).isBetween(1L, 8L);
	}

	@Test
	void filesThatWereNeverFinishedAreRemovedWhenTheyAreOld() throws Exception {
		Path database = this.root.locate(DatabaseName.of(ALICE));
		Path old = Files.createFile(Companions.temporary(database));
		Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
		Path recent = Files.createFile(Companions.temporary(database));
		Path users = Files.createFile(database.resolveSibling("x.db.new-y.db-wal"));
		Files.setLastModifiedTime(users, FileTime.from(Instant.EPOCH));
		Path other = Files.createFile(database.resolveSibling("photo.db.new"));
		Files.setLastModifiedTime(other, FileTime.from(Instant.EPOCH));
		this.users.migrateAll(this.told::add);
		assertThat(old).doesNotExist();
		assertThat(recent).exists();
		assertThat(other).exists();
		assertThat(users).exists();
	}

	@Test
	void oneUsersMigrationsAreLookedUpTriedAndApplied() throws Exception {
		assertThat(this.users.migrations(ALICE).pending()).containsExactly("002_unique.sql", "003_tags.sql");
		assertThat(this.users.migrations(ALICE).applied()).extracting(Applied::name).containsExactly("001_notes.sql");
		assertThat(this.users.tryMigrations(ALICE))
			.isEqualTo(new MigrationDryRun(List.of("002_unique.sql", "003_tags.sql"), null, List.of()));
		assertThat(this.users.migrations(ALICE).pending()).hasSize(2);
		assertThat(this.users.migrate(ALICE)).containsExactly("002_unique.sql", "003_tags.sql");
		assertThat(this.users.migrate(ALICE)).isEmpty();
		assertThat(this.users.tryMigrations(ALICE).applied()).isEmpty();
		assertThat(this.root.locate(DatabaseName.of(ALICE)).getParent()).isDirectoryNotContaining("glob:**.new-*");
	}

	@Test
	void tryingSaysWhatWouldFailAndChangesNothing() throws Exception {
		deploy(Duration.ofMinutes(1), NOTES, migration("0015_owners.sql",
				"CREATE TABLE owners (id INTEGER PRIMARY KEY); CREATE TABLE dogs (owner INTEGER REFERENCES owners (id))"),
				UNIQUE, TAGS);
		write("INSERT INTO notes VALUES ('same'), ('same')");
		try (SqliteConnection writer = this.parts.connections.open(this.root.locate(DatabaseName.of(ALICE)))) {
			writer.runScript("BEGIN IMMEDIATE; INSERT INTO notes VALUES ('not committed')");
			MigrationDryRun dryRun = this.users.tryMigrations(ALICE);
			assertThat(dryRun.succeeds()).isFalse();
			assertThat(dryRun.applied()).containsExactly("0015_owners.sql");
			assertThat(dryRun.failure()).contains("002_unique.sql failed").contains("UNIQUE constraint failed");
			writer.runScript("ROLLBACK");
		}
		assertThat(this.users.migrations(ALICE).pending()).hasSize(3);
		assertThatExceptionOfType(DatabaseQuarantinedException.class).isThrownBy(() -> this.users.migrate(ALICE));
	}

	@Test
	void brokenReferencesAreReported() throws Exception {
		deploy(Duration.ofMinutes(1), NOTES, TAGS);
		write("PRAGMA foreign_keys = OFF; CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (x REFERENCES a (id)); "
				+ "INSERT INTO b VALUES (5)");
		MigrationDryRun dryRun = this.users.tryMigrations(ALICE);
		assertThat(dryRun.succeeds()).isTrue();
		assertThat(dryRun.brokenReferences()).containsExactly("row 1 of b has no parent in a");
	}

	@Test
	void userWithoutADatabaseIsAnErrorAndGetsNone() {
		UserId nobody = new UserId("nobody");
		assertThatExceptionOfType(DatabaseNotFoundException.class).isThrownBy(() -> this.users.migrations(nobody));
		assertThatExceptionOfType(DatabaseNotFoundException.class).isThrownBy(() -> this.users.tryMigrations(nobody));
		assertThatExceptionOfType(DatabaseNotFoundException.class).isThrownBy(() -> this.users.migrate(nobody));
		assertThat(this.directory.resolve("nobody")).doesNotExist();
	}

	private void write(String sql) throws Exception {
		try (SqliteConnection connection = this.parts.connections.open(this.root.locate(DatabaseName.of(ALICE)))) {
			connection.runScript(sql);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
