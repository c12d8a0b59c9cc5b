package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tech.circuitforge.db.DatabaseAcquireTimeoutException;
import tech.circuitforge.db.DatabaseBackup;
import tech.circuitforge.db.DatabaseExistsException;
import tech.circuitforge.db.DatabaseInfo;
import tech.circuitforge.db.DatabaseInfo.State;
import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.DatabaseSuspendedException;
import tech.circuitforge.db.DatabaseUnavailableException;
import tech.circuitforge.db.InvalidDatabaseFileException;
import tech.circuitforge.db.OperationProgress;
import tech.circuitforge.db.OperationReport;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.pool.Lease;
import tech.circuitforge.db.pool.TestDatabases;
import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static tech.circuitforge.db.sqlite.TestConnections.query;
import static tech.circuitforge.db.sqlite.TestConnections.run;

class UserDatabasesTests {

	private static final UserId ALICE = new UserId("alice");

	private static final UserId BOB = new UserId("bob");

	/** Too long to be spelled in a path. */
	private static final UserId LONG = new UserId("Ä".repeat(100));

	private static final Migration NOTES = TestDatabases.migration("001_notes.sql", """
			CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
			CREATE TABLE tags (note REFERENCES notes (id));
			""");

	private static final Migration LATER = TestDatabases.migration("002_later.sql",
			"ALTER TABLE notes ADD COLUMN done INTEGER");

	@TempDir
	Path directory;

	private DataRoot root;

	private TestUserDatabases databases;

	private UserDatabases users;

	@BeforeEach
	void open() throws IOException {
		this.root = new DataRoot(Files.createDirectory(this.directory.resolve("root")),
				new Layout("{user}/{app}.db", "kiwi"));
		Files.createDirectory(this.directory.resolve("backups"));
		deploy(NOTES);
	}

	private void deploy(Migration... migrations) {
		close();
		this.databases = new TestUserDatabases(this.root, this.directory.resolve("backups"), Duration.ofMillis(500),
				migrations);
		this.users = this.databases.users;
	}

	@AfterEach
	void close() {
		if (this.databases != null) {
			this.databases.close();
		}
	}

	private void write(UserId user, String text) throws SQLException {
		try (Lease lease = this.databases.open.acquire(DatabaseName.of(user))) {
			run(lease.connection(), "INSERT INTO notes (text) VALUES ('" + text + "')");
		}
	}

	private String read(UserId user) throws SQLException {
		try (Lease lease = this.databases.open.acquire(DatabaseName.of(user))) {
			return String.valueOf(query(lease.connection(), "SELECT group_concat(text) FROM notes"));
		}
	}

	@Test
	void infoTellsTheStateOfADatabase() throws SQLException {
		assertThatExceptionOfType(DatabaseNotFoundException.class).isThrownBy(() -> this.users.info(ALICE));
		this.users.create(ALICE);
		DatabaseInfo info = this.users.info(ALICE);
		assertThat(info.state()).isEqualTo(State.CLOSED);
		assertThat(info.size()).isEqualTo(this.root.locate(DatabaseName.of(ALICE)).toFile().length());
		assertThat(info.lastUsed()).isBetween(Instant.now().minusSeconds(60), Instant.now());
		assertThat(info.migrations()).isNotNull();
		assertThat(info.problem()).isNull();
		write(ALICE, "a");
		assertThat(this.users.info(ALICE).state()).isEqualTo(State.OPEN);
		assertThat(this.users.info(ALICE).size()).isGreaterThan(info.size());
		this.users.suspend(ALICE, "has not paid");
		assertThat(this.users.info(ALICE).state()).isEqualTo(State.SUSPENDED);
		assertThat(this.users.info(ALICE).problem()).isEqualTo("has not paid");
	}

	@Test
	void suspensionSurvivesARestart() throws SQLException {
		write(ALICE, "a");
		this.users.suspend(ALICE, "has not paid");
		deploy(NOTES);
		assertThatExceptionOfType(DatabaseSuspendedException.class).isThrownBy(() -> read(ALICE))
			.withMessageContaining("has not paid")
			.withMessageContaining("UserDatabases.resume");
		this.users.resume(ALICE);
		assertThat(read(ALICE)).isEqualTo("a");
		assertThatExceptionOfType(DatabaseNotFoundException.class).isThrownBy(() -> this.users.suspend(BOB, "x"));
	}

	@Test
	void exportIsOneFileThatNeedsNothingBesideIt() throws Exception {
		write(ALICE, "a");
		Path target = this.directory.resolve("export.db");
		this.users.export(ALICE, target);
		this.users.export(ALICE, target);
		assertThat(target.resolveSibling("export.db-wal")).doesNotExist();
		try (var connection = this.databases.parts.connections.openToLook(target)) {
			assertThat(query(connection, "PRAGMA journal_mode")).isEqualTo("delete");
			assertThat(query(connection, "SELECT text FROM notes")).isEqualTo("a");
		}
		assertThatExceptionOfType(DatabaseNotFoundException.class).isThrownBy(() -> this.users.export(BOB, target));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.users.export(ALICE, this.root.locate(DatabaseName.of(BOB))))
			.withMessageContaining("is where databases live");
	}

	@Test
	void whatIsExportedOfAllIsADataRoot() throws Exception {
		write(ALICE, "a");
		write(LONG, "long");
		List<OperationProgress> told = new ArrayList<>();
		Path target = this.directory.resolve("all");
		OperationReport report = this.users.exportAll(target, told::add);
		assertThat(report.succeeded()).isEqualTo(2);
		assertThat(report.failed()).isZero();
		assertThat(told).hasSize(2).last().satisfies((progress) -> {
			assertThat(progress.done()).isEqualTo(2);
			assertThat(progress.total()).isEqualTo(2);
		});
		this.root = new DataRoot(target, new Layout("{user}/{app}.db", "kiwi"));
		deploy(NOTES);
		try (Stream<UserId> users = this.users.list()) {
			assertThat(users).containsExactlyInAnyOrder(ALICE, LONG);
		}
		assertThat(read(LONG)).isEqualTo("long");
	}

	@Test
	void restorePutsAFileInPlaceMigratesItAndKeepsTheOldOne() throws Exception {
		write(ALICE, "old");
		Path source = this.directory.resolve("export.db");
		this.users.export(ALICE, source);
		deploy(NOTES, LATER);
		write(ALICE, "new");
		this.users.restore(ALICE, source);
		assertThat(read(ALICE)).isEqualTo("old");
		assertThat(this.users.info(ALICE).migrations()).satisfies((migrations) -> {
			assertThat(migrations).isNotNull();
			assertThat(migrations.applied()).hasSize(2);
		});
		assertThat(this.users.info(ALICE).keptCopies()).singleElement().satisfies((kept) -> {
			this.users.restore(ALICE, this.directory.resolve("root/alice/kiwi.db.kept/" + kept));
			assertThat(read(ALICE)).isEqualTo("old,new");
		});
		// Someone new, and someone whose id is not spelled in the path.
		this.users.restore(BOB, source);
		this.users.restore(LONG, source);
		assertThat(read(BOB)).isEqualTo("old");
		try (Stream<UserId> users = this.users.list()) {
			assertThat(users).containsExactlyInAnyOrder(ALICE, BOB, LONG);
		}
	}

	@Test
	void badFilesAreRefusedAndChangeNothing() throws Exception {
		write(ALICE, "a");
		Path source = this.directory.resolve("source.db");
		assertRefused(source, "there is no such file");
		Files.createFile(source);
		assertRefused(source, "it is empty");
		Files.write(source, "no database".repeat(500).getBytes(StandardCharsets.UTF_8));
		assertRefused(source, "it is no SQLite database");
		this.users.export(ALICE, source);
		byte[] whole = Files.readAllBytes(source);
		Files.write(source, Arrays.copyOf(whole, whole.length - 4096));
		assertRefused(source, "damaged");
		Files.write(source, whole);
		alter(source, "PRAGMA foreign_keys = OFF", "INSERT INTO tags VALUES (77)");
		assertRefused(source, "lack their parents");
		Files.write(source, whole);
		alter(source, "INSERT INTO _migrations (name) VALUES ('999_future.sql')");
		assertRefused(source, "newer than this version");
		Files.write(source, whole);
		alter(source, "DROP TABLE _migrations");
		assertRefused(source, "no table _migrations");
		Files.write(source, whole);
		alter(source, "DELETE FROM _migrations", "INSERT INTO _migrations (name) VALUES ('000_other.sql')");
		assertRefused(source, "none of this application's migrations");
		assertThat(read(ALICE)).isEqualTo("a");
		assertThat(this.users.info(ALICE).keptCopies()).isEmpty();
		assertThat(this.directory.resolve("root/bob")).doesNotExist();
	}

	private void assertRefused(Path source, String reason) {
		for (UserId user : new UserId[] { ALICE, BOB }) {
			assertThatExceptionOfType(InvalidDatabaseFileException.class)
				.isThrownBy(() -> this.users.restore(user, source))
				.withMessageContaining(reason)
				.withMessageContaining("Nothing was changed");
		}
	}

	private static void alter(Path file, String... statements) throws SQLException {
		try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				var statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.executeUpdate(sql);
			}
		}
	}

	@Test
	void logBesideARestoredFileDoesNotBringOldRowsBack() throws Exception {
		write(ALICE, "yesterday");
		Path source = this.directory.resolve("export.db");
		this.users.export(ALICE, source);
		Path file = this.root.locate(DatabaseName.of(ALICE));
		Path wal = file.resolveSibling("kiwi.db-wal");
		Path saved = this.directory.resolve("saved-wal");
		write(ALICE, "today");
		Files.copy(wal, saved);
		close();
		// As a process that was killed leaves it.
		Files.copy(saved, wal);
		this.databases = null;
		deploy(NOTES);
		this.users.restore(ALICE, source);
		assertThat(read(ALICE)).isEqualTo("yesterday");
		// And the same beside a file that is lost but for its name.
		close();
		this.databases = null;
		Files.write(file, new byte[0]);
		Files.copy(saved, wal);
		deploy(NOTES);
		this.users.restore(ALICE, source);
		assertThat(read(ALICE)).isEqualTo("yesterday");
		assertThat(this.directory.resolve("root/alice/kiwi.db.kept"))
			.isDirectoryContaining((kept) -> kept.toString().endsWith(".db-wal"));
	}

	@Test
	void operationGivesUpWhenTheDatabaseStaysInUse() throws Exception {
		write(ALICE, "a");
		try (Lease lease = this.databases.open.acquire(DatabaseName.of(ALICE))) {
			assertThatExceptionOfType(DatabaseAcquireTimeoutException.class).isThrownBy(() -> this.users.delete(ALICE))
				.withMessageContaining("was not deleted and nothing was changed")
				.withMessageContaining("Look for long transactions");
			run(lease.connection(), "INSERT INTO notes (text) VALUES ('b')");
		}
		assertThat(read(ALICE)).isEqualTo("a,b");
	}

	@Test
	void anotherProcessIsWaitedForAndNotRobbed() throws Exception {
		write(ALICE, "a");
		Path file = this.root.locate(DatabaseName.of(ALICE));
		try (var other = this.databases.parts.connections.open(file)) {
			// Not through the pool: as another process would.
			assertThatExceptionOfType(DatabaseAcquireTimeoutException.class)
				.isThrownBy(() -> this.users.rename(ALICE, BOB))
				.withMessageContaining("another process, or an export, still has it open");
			run(other, "INSERT INTO notes (text) VALUES ('b')");
		}
		assertThat(read(ALICE)).isEqualTo("a,b");
		this.users.rename(ALICE, BOB);
		assertThat(read(BOB)).isEqualTo("a,b");
	}

	@Test
	void operationInsideATransactionOfThatUserIsRefused() {
		this.users.create(ALICE);
		UserDatabases inTransaction = new FileUserDatabases(this.root, this.databases.parts.connections,
				this.databases.parts.migrator, this.databases.open, this.databases.parts.opener,
				this.databases.parts.creator, this.databases.parts.failures, this.databases.fleet,
				TestUserDatabases.RESTORE, null, () -> DatabaseName.of(ALICE));
		assertThatIllegalStateException().isThrownBy(() -> inTransaction.delete(ALICE))
			.withMessageContaining("inside of a transaction");
		assertThatIllegalStateException().isThrownBy(() -> inTransaction.suspend(ALICE, "x"));
		assertThatIllegalStateException().isThrownBy(() -> inTransaction.backUp(ALICE))
			.withMessageContaining("cf.db.backup.directory");
	}

	@Test
	void deletedWithEverythingThatWasMadeOfIt() throws Exception {
		write(LONG, "a");
		Path source = this.directory.resolve("export.db");
		this.users.export(LONG, source);
		this.users.restore(LONG, source);
		this.users.backUp(LONG);
		write(LONG, "b");
		this.users.suspend(LONG, "wants to go");
		this.users.delete(LONG);
		assertThat(this.root.path()).isEmptyDirectory();
		try (Stream<Path> left = Files.walk(this.directory.resolve("backups"))) {
			assertThat(left.filter(Files::isRegularFile)).isEmpty();
		}
		assertThatExceptionOfType(DatabaseSuspendedException.class).isThrownBy(() -> read(LONG))
			.withMessageContaining("has just been deleted");
		assertThatExceptionOfType(DatabaseNotFoundException.class).isThrownBy(() -> this.users.delete(LONG));
		this.users.create(LONG);
		assertThat(read(LONG)).isEqualTo("null");
	}

	@Test
	void erasedLeavesItsDirectoryToOthers() throws Exception {
		write(ALICE, "a");
		Path other = Files.writeString(this.directory.resolve("root/alice/snipe.txt"), "another product's");
		this.users.erase(ALICE);
		assertThat(other.getParent().toFile().list()).containsExactly("snipe.txt");
	}

	@Test
	void renameTakesEverythingAlong() throws Exception {
		write(ALICE, "a");
		Path source = this.directory.resolve("export.db");
		this.users.export(ALICE, source);
		this.users.restore(ALICE, source);
		this.users.backUp(ALICE);
		this.users.create(BOB);
		assertThatExceptionOfType(DatabaseExistsException.class).isThrownBy(() -> this.users.rename(ALICE, BOB));
		this.users.rename(ALICE, LONG);
		assertThat(read(LONG)).isEqualTo("a");
		assertThat(this.users.backups(LONG)).hasSize(1);
		assertThat(this.users.info(LONG).keptCopies()).hasSize(1);
		assertThat(this.users.backups(ALICE)).isEmpty();
		assertThat(this.directory.resolve("root/alice")).doesNotExist();
		this.users.copy(LONG, ALICE);
		write(ALICE, "b");
		assertThat(read(LONG)).isEqualTo("a");
		assertThat(read(ALICE)).isEqualTo("a,b");
		assertThatExceptionOfType(DatabaseExistsException.class).isThrownBy(() -> this.users.copy(LONG, ALICE));
	}

	@Test
	void backupsAreMadeOfWhatHasChangedAndRestoredByDate() throws Exception {
		write(ALICE, "1");
		write(BOB, "b");
		assertThat(this.users.backUpAll((progress) -> {
		}).succeeded()).isEqualTo(2);
		Instant first = this.users.backups(ALICE).get(0).time();
		age(Duration.ofMinutes(1));
		assertThat(this.users.backUpAll((progress) -> {
		}).unchanged()).isEqualTo(2);
		// Reading is no change, also with the log that an open database has.
		read(ALICE);
		assertThat(this.users.backUpAll((progress) -> {
		}).unchanged()).isEqualTo(2);
		write(ALICE, "2");
		assertThat(this.users.backUpAll((progress) -> {
		}).succeeded()).isEqualTo(1);
		write(ALICE, "3");
		DatabaseBackup used = this.users.restoreBackup(ALICE, Instant.now());
		assertThat(used.time()).isAfter(first);
		assertThat(read(ALICE)).isEqualTo("1,2");
		this.users.restoreBackup(ALICE, first);
		assertThat(read(ALICE)).isEqualTo("1");
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.users.restoreBackup(ALICE, first.minusMillis(1)))
			.withMessageContaining("There is no backup");
		for (int i = 0; i < 5; i++) {
			this.users.backUp(ALICE);
		}
		assertThat(this.users.backups(ALICE)).hasSize(3);
	}

	/** As if everything had been written so long ago. */
	private void age(Duration time) throws IOException {
		try (Stream<Path> files = Files.walk(this.root.path())) {
			for (Path file : files.toList()) {
				Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(time)));
			}
		}
	}

	@Test
	void backupOfRowsWithoutParentsCanBeRestored() throws Exception {
		write(ALICE, "a");
		try (Lease lease = this.databases.open.acquire(DatabaseName.of(ALICE))) {
			run(lease.connection(), "PRAGMA foreign_keys = OFF", "INSERT INTO tags VALUES (77)");
		}
		this.users.backUp(ALICE);
		write(ALICE, "b");
		this.users.restoreBackup(ALICE, Instant.now());
		assertThat(read(ALICE)).isEqualTo("a");
		assertThat(this.users.verify(ALICE).brokenReferences()).hasSize(1);
		assertThat(this.users.verifyAll((progress) -> {
		}).failures()).singleElement().satisfies((failure) -> assertThat(failure.reason()).contains("lack their"));
	}

	@Test
	void onlyOneProcessBacksUp() throws Exception {
		write(ALICE, "a");
		List<Throwable> refusals = new ArrayList<>();
		OperationReport report = this.users
			.backUpAll((progress) -> refusals.add(catchThrowable(() -> this.users.backUpAll((inner) -> {
			}))));
		assertThat(report.succeeded()).isOne();
		assertThat(refusals).singleElement()
			.satisfies((refusal) -> assertThat(refusal).isInstanceOf(IllegalStateException.class)
				.hasMessageContaining("another one into the same directory is under way"));
	}

	@Test
	void deletedWithBackupsAlsoWhereTheFileIsLost() throws Exception {
		write(ALICE, "a");
		this.users.backUp(ALICE);
		this.databases.open.closeFor(DatabaseName.of(ALICE), "closed").close();
		Files.delete(this.root.locate(DatabaseName.of(ALICE)));
		Files.delete(this.directory.resolve("root/alice"));
		this.users.delete(ALICE);
		assertThat(this.users.backups(ALICE)).isEmpty();
		assertThatExceptionOfType(DatabaseNotFoundException.class).isThrownBy(() -> this.users.delete(ALICE));
	}

	@Test
	void everythingKeptIsDeleted() throws Exception {
		write(ALICE, "a");
		Path kept = Files.createDirectory(this.directory.resolve("root/alice/kiwi.db.kept"));
		for (String name : new String[] { "aside-1.db", "aside-1.db-wal", "rescued-2.db.log", "a person's note" }) {
			Files.writeString(kept.resolve(name), name);
		}
		// A process that was killed between keeping the old file and replacing it.
		Files.createLink(kept.resolve("replaced-3.db"), this.root.locate(DatabaseName.of(ALICE)));
		this.users.erase(ALICE);
		assertThat(this.root.path()).isEmptyDirectory();
	}

	@Test
	void renameThatWasCutShortCanBeRepeated() throws Exception {
		write(ALICE, "a");
		this.users.setAside(ALICE);
		this.users.create(ALICE);
		write(ALICE, "b");
		this.users.suspend(ALICE, "under way");
		// The kept copies are at the new id already, and the mark at both.
		Path kept = Files.createDirectories(this.directory.resolve("root/bob/kiwi.db.kept"));
		try (Stream<Path> copies = Files.list(this.directory.resolve("root/alice/kiwi.db.kept"))) {
			for (Path copy : copies.toList()) {
				Files.move(copy, kept.resolve(copy.getFileName()));
			}
		}
		Files.writeString(this.directory.resolve("root/bob/kiwi.db.suspended"), "under way");
		this.users.rename(ALICE, BOB);
		assertThat(this.users.info(BOB).problem()).isEqualTo("under way");
		this.users.resume(BOB);
		assertThat(read(BOB)).isEqualTo("b");
		assertThat(this.users.info(BOB).keptCopies()).hasSize(1);
		assertThat(this.directory.resolve("root/alice")).doesNotExist();
	}

	@Test
	void suspensionThatFailsHasNotSuspended() throws Exception {
		write(ALICE, "a");
		try (Lease lease = this.databases.open.acquire(DatabaseName.of(ALICE))) {
			assertThatExceptionOfType(DatabaseAcquireTimeoutException.class)
				.isThrownBy(() -> this.users.suspend(ALICE, "x"));
			run(lease.connection(), "INSERT INTO notes (text) VALUES ('b')");
		}
		deploy(NOTES);
		assertThat(read(ALICE)).isEqualTo("a,b");
	}

	@Test
	void exportDoesNotGoWhereALogWouldBeTakenForItsOwn() throws Exception {
		write(ALICE, "a");
		Path target = this.directory.resolve("export.db");
		Files.writeString(this.directory.resolve("export.db-wal"), "somebody's");
		assertThatIllegalArgumentException().isThrownBy(() -> this.users.export(ALICE, target))
			.withMessageContaining("There is a log");
		assertThat(target).doesNotExist();
	}

	@Test
	void backupOfNobodyLeavesNothing() {
		assertThatExceptionOfType(DatabaseNotFoundException.class).isThrownBy(() -> this.users.backUp(BOB));
		assertThat(this.directory.resolve("backups")).isEmptyDirectory();
	}

	@Test
	void rootThatIsGoneIsNotMadeAgain() throws Exception {
		write(ALICE, "a");
		Path elsewhere = this.directory.resolve("elsewhere");
		Files.move(this.root.path(), elsewhere);
		assertThatExceptionOfType(DatabaseUnavailableException.class).isThrownBy(() -> read(BOB))
			.withMessageContaining("Is its disk not mounted?");
		assertThat(this.root.path()).doesNotExist();
		// An empty directory, as under a disk that is not mounted.
		Files.createDirectory(this.root.path());
		assertThatExceptionOfType(DatabaseUnavailableException.class).isThrownBy(() -> read(BOB));
		assertThat(this.root.path()).isEmptyDirectory();
		Files.delete(this.root.path());
		Files.move(elsewhere, this.root.path());
		assertThat(read(BOB)).isEqualTo("null");
	}

	@Test
	void lockOnADatabaseIsKeptFromTheFirstMoment() throws Exception {
		write(ALICE, "a");
		this.databases.open.closeFor(DatabaseName.of(ALICE), "closed").close();
		Path file = this.root.locate(DatabaseName.of(ALICE));
		try (var lock = this.databases.parts.connections.openExclusively(file, Duration.ofSeconds(1))) {
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> TestConnections.connections(Duration.ofMillis(50)).openToLook(file))
				.withMessageContaining("SQLITE_BUSY");
			assertThat(query(lock, "PRAGMA journal_mode")).isEqualTo("delete");
			assertThat(query(lock, "PRAGMA locking_mode")).isEqualTo("exclusive");
		}
	}

}
