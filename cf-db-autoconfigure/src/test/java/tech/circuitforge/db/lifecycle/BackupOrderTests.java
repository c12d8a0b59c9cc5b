package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import tech.circuitforge.db.DatabaseBackup;
import tech.circuitforge.db.DatabaseInfo.State;
import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.OperationReport;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.pool.Lease;
import tech.circuitforge.db.pool.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.db.sqlite.TestConnections.look;
import static tech.circuitforge.db.sqlite.TestConnections.query;
import static tech.circuitforge.db.sqlite.TestConnections.run;

/**
 * What is kept, and what is dropped for it, when a clock was ahead, when something is
 * tried again and again, and when a file's times say nothing.
 */
@ExtendWith(OutputCaptureExtension.class)
class BackupOrderTests {

	private static final UserId ALICE = new UserId("alice");

	private static final DatabaseName ALICES = DatabaseName.of(ALICE);

	private static final Migration NOTES = TestDatabases.migration("001_notes.sql", "CREATE TABLE notes (text TEXT);");

	private static final Migration UNIQUE = TestDatabases.migration("003_unique.sql",
			"CREATE UNIQUE INDEX u ON notes (text);");

	@TempDir
	Path directory;

	private DataRoot root;

	private Path file;

	private Path backups;

	private TestUserDatabases databases;

	private UserDatabases users;

	@BeforeEach
	void open() throws IOException, SQLException {
		this.root = new DataRoot(Files.createDirectory(this.directory.resolve("root")),
				new Layout("{user}/{app}.db", "kiwi"));
		this.file = this.root.locate(ALICES);
		this.backups = Files.createDirectory(this.directory.resolve("backups")).resolve("alice/kiwi.db");
		deploy(NOTES);
		write("1");
	}

	private void deploy(Migration... migrations) {
		close();
		this.databases = new TestUserDatabases(this.root, this.directory.resolve("backups"), Duration.ofSeconds(20),
				migrations);
		this.users = this.databases.users;
	}

	@AfterEach
	void close() {
		if (this.databases != null) {
			this.databases.close();
		}
	}

	private void write(String text) throws SQLException {
		try (Lease lease = this.databases.open.acquire(ALICES)) {
			run(lease.connection(), "INSERT INTO notes VALUES ('" + text + "')");
		}
	}

	private String read() throws SQLException {
		try (Lease lease = this.databases.open.acquire(ALICES)) {
			return String.valueOf(query(lease.connection(), "SELECT group_concat(text) FROM notes"));
		}
	}

	private OperationReport backUpAll() {
		return this.users.backUpAll((progress) -> {
		});
	}

	/** What each has, the newest first. */
	private List<Object> contents() {
		return this.users.backups(ALICE)
			.stream()
			.map((backup) -> look(this.backups.resolve(Companions.stamp(backup.time()) + ".db"),
					"SELECT group_concat(text) FROM notes"))
			.toList();
	}

	/** As a clock that was ahead leaves them; the file's own time may be right. */
	private void stampAhead(FileTime written) throws IOException {
		List<DatabaseBackup> all = new ArrayList<>(this.users.backups(ALICE));
		for (DatabaseBackup backup : all) {
			Path ahead = this.backups.resolve(Companions.stamp(backup.time().plus(Duration.ofDays(4000))) + ".db");
			Files.move(this.backups.resolve(Companions.stamp(backup.time()) + ".db"), ahead);
			if (written != null) {
				Files.setLastModifiedTime(ahead, written);
			}
		}
	}

	private void backUpThrice() throws SQLException {
		this.users.backUp(ALICE);
		write("2");
		this.users.backUp(ALICE);
		write("3");
		this.users.backUp(ALICE);
	}

	private static FileTime ahead() {
		return FileTime.from(Instant.now().plus(Duration.ofDays(4000)));
	}

	@Test
	void backupStampedAheadDoesNotMeanThatNothingHasChanged(CapturedOutput output) throws Exception {
		this.users.backUp(ALICE);
		stampAhead(ahead());
		for (int i = 2; i < 5; i++) {
			write(String.valueOf(i));
			assertThat(backUpAll().succeeded()).isOne();
		}
		assertThat(contents()).containsExactly("1,2,3,4", "1,2,3", "1,2");
		assertThat(output.toString().split("ahead of the clock", -1)).as("warned about once").hasSize(2);
	}

	@Test
	void backupJustMadeIsKeptWhateverTheOthersAreStamped() throws Exception {
		backUpThrice();
		stampAhead(ahead());
		write("4");
		DatabaseBackup made = this.users.backUp(ALICE);
		assertThat(this.users.backups(ALICE)).startsWith(made);
		assertThat(contents()).containsExactly("1,2,3,4", "1,2,3", "1,2");
		this.users.restoreBackup(ALICE, made.time());
		assertThat(read()).isEqualTo("1,2,3,4");
	}

	@Test
	void whoeverAsksForTheNewestGetsItWhateverItIsStamped() throws Exception {
		Instant before = Instant.now().minus(Duration.ofDays(1));
		this.users.backUp(ALICE);
		stampAhead(null);
		write("2");
		this.users.restoreBackup(ALICE, Instant.now());
		assertThat(read()).isEqualTo("1");
		// Not even the file's own time is right.
		stampAhead(ahead());
		write("3");
		this.users.restoreBackup(ALICE, Instant.now());
		assertThat(read()).isEqualTo("1");
		// Made with the right clock, and named after those.
		write("4");
		this.users.backUp(ALICE);
		write("5");
		this.users.restoreBackup(ALICE, Instant.now());
		assertThat(read()).isEqualTo("1,4");
		// When they were made nobody knows, but not before the day that is asked for.
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.users.restoreBackup(ALICE, before));
	}

	@Test
	void backupOfUnknownTimeIsNotTakenForAnOldOne() throws Exception {
		DatabaseBackup good = this.users.backUp(ALICE);
		Instant wanted = good.time().minus(Duration.ofDays(1));
		Files.move(this.backups.resolve(Companions.stamp(good.time()) + ".db"),
				this.backups.resolve(Companions.stamp(wanted) + ".db"));
		write("a mistake");
		DatabaseBackup mistaken = this.users.backUp(ALICE);
		Path ahead = this.backups.resolve(Companions.stamp(mistaken.time().plus(Duration.ofDays(4000))) + ".db");
		Files.move(this.backups.resolve(Companions.stamp(mistaken.time()) + ".db"), ahead);
		Files.setLastModifiedTime(ahead, ahead());
		this.users.restoreBackup(ALICE, wanted);
		assertThat(read()).isEqualTo("1");
	}

	@Test
	void whatARestoreReplacesIsKeptWhateverOlderCopiesAreStamped() throws Exception {
		Path export = this.directory.resolve("export.db");
		this.users.export(ALICE, export);
		Path kept = Files.createDirectory(this.file.resolveSibling("kiwi.db.kept"));
		for (int year = 2038; year < 2041; year++) {
			Files.copy(export, kept.resolve("replaced-" + year + "0119T031407000Z.db"));
		}
		write("precious");
		this.users.restore(ALICE, export);
		assertThat(read()).isEqualTo("1");
		List<String> names = this.users.info(ALICE).keptCopies();
		assertThat(names).hasSize(3);
		assertThat(look(kept.resolve(names.get(2)), "SELECT group_concat(text) FROM notes")).isEqualTo("1,precious");
	}

	@Test
	void restoreDoesNotDeleteItsOwnSource() throws Exception {
		Path export = this.directory.resolve("export.db");
		this.users.export(ALICE, export);
		for (int i = 2; i < 5; i++) {
			write(String.valueOf(i));
			this.users.restore(ALICE, export);
		}
		Path oldest = Companions.kept(this.file).get(0);
		this.users.restore(ALICE, oldest);
		assertThat(read()).isEqualTo("1,2");
		assertThat(oldest).exists();
		// One more while it is of use, and no more than that.
		assertThat(Companions.kept(this.file)).hasSize(4);
		this.users.restore(ALICE, export);
		assertThat(Companions.kept(this.file)).hasSize(3).doesNotContain(oldest);
	}

	@Test
	void whatIsSavedOfVanishedFilesHasABound() throws Exception {
		Path export = this.directory.resolve("export.db");
		this.users.export(ALICE, export);
		for (int i = 0; i < 5; i++) {
			write("saved " + i);
			Files.delete(this.file);
			await(() -> this.users.info(ALICE).state() == State.QUARANTINED);
			this.users.restore(ALICE, export);
		}
		List<Path> rescued = Companions.everythingKept(this.file);
		assertThat(rescued.stream().filter((copy) -> copy.toString().endsWith(".db"))).hasSize(3)
			.allSatisfy((copy) -> assertThat(copy.getFileName().toString()).startsWith("rescued-"));
		assertThat(rescued.stream().filter((copy) -> copy.toString().endsWith(".log"))).hasSizeLessThan(4);
		assertThat(look(rescued.stream().filter((copy) -> copy.toString().endsWith(".db")).toList().get(2),
				"SELECT group_concat(text) FROM notes"))
			.isEqualTo("1,saved 4");
	}

	@Test
	void restoredFileIsBackedUpThoughARunPassedWhileItWaited() throws Exception {
		Path export = this.directory.resolve("export.db");
		this.users.export(ALICE, export);
		write("old");
		CompletableFuture<Void> restore;
		try (Lease lease = this.databases.open.acquire(ALICES)) {
			lease.connection().setAutoCommit(false);
			query(lease.connection(), "SELECT count(*) FROM notes");
			restore = CompletableFuture.runAsync(() -> this.users.restore(ALICE, export));
			await(() -> this.users.info(ALICE).state() == State.IN_OPERATION);
			age();
			assertThat(backUpAll().succeeded()).isOne();
			lease.connection().rollback();
			lease.connection().setAutoCommit(true);
		}
		restore.get(20, TimeUnit.SECONDS);
		assertThat(backUpAll().succeeded()).isOne();
		assertThat(contents()).containsExactly("1", "1,old");
	}

	/** As if everything had been written long ago. */
	private void age() throws IOException {
		try (Stream<Path> files = Files.walk(this.root.path())) {
			for (Path one : files.toList()) {
				Files.setLastModifiedTime(one, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
			}
		}
	}

	private static void await(BooleanSupplier condition) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).isLessThan(deadline);
			Thread.sleep(5);
		}
	}

	@Test
	void fileThatAnOperatorPutInPlaceWithItsOldTimeIsBackedUp() throws Exception {
		Path export = this.directory.resolve("export.db");
		this.users.export(ALICE, export);
		write("2");
		this.databases.close();
		age();
		FileTime time = Files.getLastModifiedTime(this.file);
		assertThat(backUpAll().succeeded()).isOne();
		Files.copy(export, this.directory.resolve("put"));
		Files.setLastModifiedTime(this.directory.resolve("put"), time);
		Files.move(this.directory.resolve("put"), this.file, StandardCopyOption.ATOMIC_MOVE);
		assertThat(backUpAll().succeeded()).isOne();
		assertThat(contents()).containsExactly("1", "1,2");
	}

	@Test
	void sameContentPushesNoOtherOut() throws Exception {
		// Closing it the first time gives it statistics.
		this.databases.open.closeFor(ALICES, "closed").close();
		DatabaseBackup first = this.users.backUp(ALICE);
		read();
		// A new time, a checkpoint, another log: and the same rows.
		Files.setLastModifiedTime(this.file, FileTime.from(Instant.now().plusSeconds(60)));
		assertThat(backUpAll().unchanged()).isOne();
		this.databases.open.closeFor(ALICES, "closed").close();
		assertThat(backUpAll().unchanged()).isOne();
		read();
		assertThat(this.users.backups(ALICE)).containsExactly(first);
		write("2");
		this.users.backUp(ALICE);
		for (int i = 0; i < 5; i++) {
			DatabaseBackup again = this.users.backUp(ALICE);
			assertThat(this.users.backups(ALICE)).startsWith(again).endsWith(first);
			assertThat(contents()).containsExactly("1,2", "1,2", "1");
		}
	}

	@Test
	void migrationThatFailsAgainAndAgainPushesNoBackupOut() throws Exception {
		backUpThrice();
		// Written since, so that a copy is made for each try.
		write("3");
		List<DatabaseBackup> before = this.users.backups(ALICE);
		deploy(NOTES, UNIQUE);
		for (int i = 0; i < 5; i++) {
			assertThatExceptionOfType(DatabaseQuarantinedException.class).isThrownBy(() -> this.users.migrate(ALICE));
			assertThat(this.users.backups(ALICE)).isEqualTo(before);
			if (i > 2) {
				// Somebody else goes on writing, an older version perhaps.
				try (var connection = this.databases.parts.connections.open(this.file)) {
					connection.runScript("INSERT INTO notes VALUES ('" + i + "')");
				}
			}
		}
		assertThat(this.backups).isDirectoryNotContaining((path) -> path.toString().contains(".new-"));
	}

	@Test
	void migrationThatFailsAfterAnotherLeavesOneBackupMore() throws Exception {
		backUpThrice();
		write("3");
		List<DatabaseBackup> before = this.users.backups(ALICE);
		deploy(NOTES, TestDatabases.migration("002_later.sql", "UPDATE notes SET text = 'spoilt' WHERE text = '1';"),
				UNIQUE);
		for (int i = 0; i < 5; i++) {
			assertThatExceptionOfType(DatabaseQuarantinedException.class).isThrownBy(() -> this.users.migrate(ALICE));
			assertThat(contents()).containsExactly("1,2,3,3", "1,2,3", "1,2", "1");
			assertThat(this.users.backups(ALICE)).endsWith(before.toArray(new DatabaseBackup[0]));
		}
		try (var connection = this.databases.parts.connections.open(this.file)) {
			connection.runScript("DELETE FROM notes WHERE rowid = 4");
		}
		this.users.migrate(ALICE);
		assertThat(contents()).containsExactly("spoilt,2,3", "1,2,3,3", "1,2,3");
	}

	@Test
	void migrationOfWhatIsBackedUpAlreadyMakesNoBackup() throws Exception {
		this.databases.close();
		this.users.backUp(ALICE);
		List<DatabaseBackup> before = this.users.backups(ALICE);
		deploy(NOTES, UNIQUE);
		this.users.migrate(ALICE);
		assertThat(this.users.backups(ALICE)).isEqualTo(before);
	}

}
