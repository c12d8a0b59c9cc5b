package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import tech.circuitforge.db.DatabaseDamagedException;
import tech.circuitforge.db.DatabaseInfo.State;
import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.DatabaseUnavailableException;
import tech.circuitforge.db.InvalidDatabaseFileException;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.pool.Lease;
import tech.circuitforge.db.pool.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.db.sqlite.TestConnections.query;
import static tech.circuitforge.db.sqlite.TestConnections.run;

/**
 * Files that are damaged or lost: nothing is ever put in their place by itself.
 */
@ExtendWith(OutputCaptureExtension.class)
class DamageTests {

	private static final UserId ALICE = new UserId("alice");

	private static final DatabaseName ALICES = DatabaseName.of(ALICE);

	@TempDir
	Path directory;

	private DataRoot root;

	private Path file;

	private TestUserDatabases databases;

	private UserDatabases users;

	@BeforeEach
	void open() throws IOException, SQLException {
		this.root = new DataRoot(Files.createDirectory(this.directory.resolve("root")),
				new Layout("{user}/{app}.db", "kiwi"));
		Files.createDirectory(this.directory.resolve("backups"));
		this.file = this.root.locate(ALICES);
		start();
		write("a");
	}

	private void start() {
		this.databases = new TestUserDatabases(this.root, this.directory.resolve("backups"), Duration.ofSeconds(5),
				TestDatabases.migration("001_notes.sql",
						"CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, filler TEXT);"));
		this.users = this.databases.users;
	}

	private void restart() {
		this.databases.close();
		start();
	}

	@AfterEach
	void close() {
		this.databases.close();
	}

	private void write(String text) throws SQLException {
		try (Lease lease = this.databases.open.acquire(ALICES)) {
			run(lease.connection(), "INSERT INTO notes (text, filler) VALUES ('" + text + "', hex(randomblob(500)))");
		}
	}

	private String read() throws SQLException {
		try (Lease lease = this.databases.open.acquire(ALICES)) {
			return String.valueOf(query(lease.connection(), "SELECT group_concat(text) FROM notes"));
		}
	}

	private void assertDamaged(String seen) {
		assertThatExceptionOfType(DatabaseQuarantinedException.class).isThrownBy(this::read)
			.withCauseInstanceOf(DatabaseDamagedException.class)
			.withMessageContaining(seen)
			.withMessageContaining("UserDatabases.restoreBackup");
		assertThat(this.users.info(ALICE).state()).isEqualTo(State.QUARANTINED);
		assertThat(this.users.info(ALICE).problem()).contains(seen);
	}

	@Test
	void whatIsNoDatabaseIsKeptAndExplained(CapturedOutput output) throws Exception {
		this.users.backUp(ALICE);
		this.databases.close();
		Files.writeString(this.file, "no database".repeat(500));
		start();
		assertDamaged("file is not a database");
		assertThat(this.file).hasContent("no database".repeat(500));
		assertThat(output).contains("The database of user \"alice\" is damaged")
			.contains("What can be done: put a backup");
		// Looking at it does not count as trying it.
		for (int i = 0; i < 5; i++) {
			assertThat(this.users.info(ALICE).state()).isEqualTo(State.QUARANTINED);
		}
		assertThat(this.databases.parts.failures.quarantine().find(ALICES)).satisfies((entry) -> {
			assertThat(entry).isNotNull();
			assertThat(entry.failures()).isOne();
		});
		// An operator may look at it.
		String kept = this.users.setAside(ALICE);
		assertThat(this.directory.resolve("root/alice/kiwi.db.kept").resolve(kept))
			.hasContent("no database".repeat(500));
		assertDamaged("has vanished");
		this.users.restoreBackup(ALICE, Instant.now());
		assertThat(read()).isEqualTo("a");
	}

	@Test
	void emptyFileIsNotTakenForANewDatabaseAndItsLogIsKept() throws Exception {
		Path wal = this.file.resolveSibling("kiwi.db-wal");
		byte[] log = Files.readAllBytes(wal);
		this.databases.close();
		Files.write(this.file, new byte[0]);
		Files.write(wal, log);
		start();
		assertDamaged("is empty (0 bytes)");
		assertThat(this.databases.fleet.run((event) -> {
		}).failed()).isOne();
		assertThatExceptionOfType(DatabaseUnavailableException.class).isThrownBy(() -> this.users.verify(ALICE));
		assertThatExceptionOfType(DatabaseUnavailableException.class)
			.isThrownBy(() -> this.users.export(ALICE, this.directory.resolve("x.db")));
		assertThat(wal).hasBinaryContent(log);
		assertThat(this.file).isEmptyFile();
		this.users.setAside(ALICE);
		this.users.create(ALICE);
		assertThat(read()).isEqualTo("null");
	}

	@Test
	void lostFileIsNotMadeAnew() throws Exception {
		// By what this process knows.
		this.databases.open.closeFor(ALICES, "closed").close();
		Files.delete(this.file);
		assertDamaged("has vanished");
		assertThat(this.file).doesNotExist();
		// By its backup, after a restart.
		this.users.create(ALICE);
		write("b");
		this.users.backUp(ALICE);
		this.databases.close();
		Files.delete(this.file);
		start();
		assertDamaged("has vanished");
		assertThat(this.file).doesNotExist();
		this.users.restoreBackup(ALICE, Instant.now());
		assertThat(read()).isEqualTo("b");
	}

	@Test
	void logWithoutItsFileIsNotTakenForTheLogOfANewOne() throws Exception {
		Path wal = this.file.resolveSibling("kiwi.db-wal");
		byte[] log = Files.readAllBytes(wal);
		this.databases.close();
		Files.delete(this.file);
		Files.write(wal, log);
		start();
		assertDamaged("has vanished");
		assertThatExceptionOfType(DatabaseQuarantinedException.class).isThrownBy(() -> this.users.create(ALICE))
			.withMessageContaining("its log is still there");
		assertThat(wal).hasBinaryContent(log);
	}

	@Test
	void fileThatIsDeletedWhileItIsOpenIsNoticedAndWhatWasInItIsSaved() throws Exception {
		write("b");
		Files.delete(this.file);
		awaitRefusal();
		assertThat(Companions.kept(this.file)).singleElement().satisfies((rescued) -> {
			try (var connection = this.databases.parts.connections.openToLook(rescued)) {
				assertThat(query(connection, "SELECT group_concat(text) FROM notes")).asString().startsWith("a,b");
			}
		});
		assertThat(this.file).doesNotExist();
		this.users.restore(ALICE, Companions.kept(this.file).get(0));
		assertThat(read()).startsWith("a,b");
	}

	@Test
	void fileThatIsReplacedWhileItIsOpenIsOpenedAnewWithoutTheOldLog() throws Exception {
		Path yesterday = this.directory.resolve("yesterday.db");
		this.users.export(ALICE, yesterday);
		write("b");
		// The only connection is closed, and the next one makes the log anew.
		try (Lease lease = this.databases.open.acquire(ALICES)) {
			lease.connection().setOwner(null);
			run(lease.connection(), "CREATE TEMP TABLE x (y)");
		}
		write("c");
		Files.move(yesterday, this.file, StandardCopyOption.REPLACE_EXISTING);
		awaitRefusal();
		this.users.resume(ALICE);
		assertThat(read()).isEqualTo("a");
		this.users.delete(ALICE);
		assertThat(this.root.path()).isEmptyDirectory();
	}

	private void awaitRefusal() throws Exception {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
		while (System.nanoTime() < deadline) {
			try {
				write("x");
				Thread.sleep(10);
			}
			catch (DatabaseQuarantinedException ex) {
				assertThat(ex).hasMessageContaining("has vanished or was replaced");
				// Until what was in it is saved.
				this.databases.open.closeFor(ALICES, "closed").close();
				return;
			}
		}
		throw new AssertionError("Nobody has noticed");
	}

	@Test
	void lostMigrationsTableIsNotMadeAnew() throws Exception {
		try (Lease lease = this.databases.open.acquire(ALICES)) {
			run(lease.connection(), "DROP TABLE _migrations");
		}
		restart();
		assertThatExceptionOfType(DatabaseQuarantinedException.class).isThrownBy(this::read)
			.withCauseInstanceOf(MigrationException.class)
			.withMessageContaining("no table _migrations");
		try (var connection = this.databases.parts.connections.openToLook(this.file)) {
			assertThat(query(connection, "SELECT text FROM notes")).isEqualTo("a");
		}
	}

	@Test
	void damageThatAStatementMeetsStopsThatUserAlone() throws Exception {
		for (int i = 0; i < 200; i++) {
			write("n" + i);
		}
		this.databases.close();
		corrupt();
		start();
		DatabaseName bobs = DatabaseName.of(new UserId("bob"));
		this.databases.open.acquire(bobs).close();
		assertThatExceptionOfType(SQLException.class).isThrownBy(this::scan);
		assertDamaged("malformed");
		this.databases.open.acquire(bobs).close();
		// Tried again, it is looked through first.
		this.users.verify(ALICE);
		assertDamaged("quick_check");
		assertThatExceptionOfType(DatabaseQuarantinedException.class)
			.isThrownBy(() -> this.users.export(ALICE, this.directory.resolve("x.db")));
		assertThat(this.directory.resolve("x.db")).doesNotExist();
		assertThatExceptionOfType(DatabaseQuarantinedException.class).isThrownBy(() -> this.users.backUp(ALICE));
	}

	private void scan() throws SQLException {
		try (Lease lease = this.databases.open.acquire(ALICES)) {
			query(lease.connection(), "SELECT count(filler) FROM notes WHERE filler LIKE '%x%'");
		}
	}

	/** Writes over the pages in the middle. */
	private void corrupt() throws IOException {
		try (RandomAccessFile bytes = new RandomAccessFile(this.file.toFile(), "rw")) {
			for (long page = 8; page < bytes.length() / 4096 - 2; page++) {
				bytes.seek(page * 4096);
				bytes.write("\u0001\u0002\u0003 rubbish".getBytes(StandardCharsets.UTF_8));
			}
		}
	}

	/**
	 * Truncated or with flipped bits anywhere: it works, it is refused or it is
	 * quarantined, but the file is never replaced, and no restore takes what SQLite finds
	 * damaged.
	 */
	@Test
	void truncatedAndFlippedFilesAreNeverReplaced() throws Exception {
		for (int i = 0; i < 50; i++) {
			write("n" + i);
		}
		this.databases.close();
		byte[] whole = Files.readAllBytes(this.file);
		Random random = new Random(11);
		int quarantined = 0;
		for (int i = 0; i < 150; i++) {
			byte[] bytes = whole.clone();
			if (i % 3 == 0) {
				bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length - 1));
			}
			else {
				for (int flips = 0; flips < 1 + i % 40; flips++) {
					bytes[random.nextInt((i % 2 == 0) ? 200 : bytes.length)] ^= (byte) (1 << random.nextInt(8));
				}
			}
			Files.write(this.file, bytes);
			Files.deleteIfExists(this.file.resolveSibling("kiwi.db-wal"));
			start();
			try {
				read();
				this.users.verify(ALICE);
			}
			catch (DatabaseQuarantinedException ex) {
				quarantined++;
			}
			catch (SQLException | DatabaseUnavailableException ex) {
				// Said so.
			}
			assertThat(this.file).exists();
			assertThat(Files.size(this.file)).isPositive();
			this.databases.close();
			assertThat(this.directory.resolve("root/alice/kiwi.db.kept")).doesNotExist();
		}
		assertNothingIsLeftOpen();
		System.out.printf("%d of 150 damaged files were quarantined%n", quarantined);
		assertThat(quarantined).isGreaterThan(40);
		Path damaged = Files.write(this.directory.resolve("damaged.db"), Arrays.copyOf(whole, whole.length / 2));
		Files.write(this.file, whole);
		start();
		assertThatExceptionOfType(InvalidDatabaseFileException.class)
			.isThrownBy(() -> this.users.restore(ALICE, damaged));
		assertThat(read()).startsWith("a,n0");
	}

	/** A file that cannot be opened must not cost a descriptor at each try. */
	private void assertNothingIsLeftOpen() throws IOException {
		Path descriptors = Path.of("/proc/self/fd");
		if (!Files.isDirectory(descriptors)) {
			return;
		}
		try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
			for (Path descriptor : open) {
				try {
					assertThat(Files.readSymbolicLink(descriptor).toString())
						.doesNotStartWith(this.root.path().toString());
				}
				catch (NoSuchFileException ex) {
					// That of this listing.
				}
			}
		}
	}

}
