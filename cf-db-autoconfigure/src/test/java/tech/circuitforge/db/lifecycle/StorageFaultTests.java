package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.support.SQLExceptionTranslator;

import tech.circuitforge.db.DatabaseUnavailableException;
import tech.circuitforge.db.DiskFullException;
import tech.circuitforge.db.ReadOnlyStorageException;
import tech.circuitforge.db.StorageAccessException;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.pool.Lease;
import tech.circuitforge.db.sqlite.SqliteExceptionTranslator;
import tech.circuitforge.db.sqlite.StorageCondition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static tech.circuitforge.db.sqlite.TestConnections.query;
import static tech.circuitforge.db.sqlite.TestConnections.run;

/**
 * A small disk that is filled to the last byte, turned read-only and made inaccessible
 * while it is in use. Needs the right to mount one; skipped where there is none.
 */
@Tag("process")
class StorageFaultTests {

	private static final UserId ALICE = new UserId("alice");

	private static final DatabaseName ALICES = DatabaseName.of(ALICE);

	@TempDir
	Path directory;

	private Path disk;

	private TestUserDatabases databases;

	private final SQLExceptionTranslator translator = new SqliteExceptionTranslator();

	private final Set<Long> acknowledged = new HashSet<>();

	@BeforeEach
	void mount() throws Exception {
		this.disk = Files.createDirectory(this.directory.resolve("disk"));
		assumeTrue(command("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", this.disk.toString()),
				"no right to mount a file system");
		Files.createDirectory(this.disk.resolve("root"));
		this.databases = new TestUserDatabases(
				new DataRoot(this.disk.resolve("root"), new Layout("{user}/{app}.db", "kiwi")), null,
				Duration.ofSeconds(5), Bank.SCHEMA);
		this.databases.users.create(ALICE);
	}

	@AfterEach
	void unmount() throws Exception {
		if (this.databases != null) {
			this.databases.close();
			command("mount", "-o", "remount,rw", this.disk.toString());
			// Fails if a file on it is still open.
			assertThat(command("umount", this.disk.toString())).isTrue();
		}
	}

	private static boolean command(String... command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		process.getInputStream().readAllBytes();
		return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
	}

	private void write() throws SQLException {
		try (Lease lease = this.databases.open.acquire(ALICES)) {
			long id = this.acknowledged.size() + 1L;
			run(lease.connection(), "INSERT INTO movement VALUES (%d, '%s')".formatted(id, "x".repeat(3_000)));
			this.acknowledged.add(id);
		}
	}

	/** As an application meets it, through JdbcTemplate. */
	private RuntimeException failure() {
		try {
			write();
		}
		catch (SQLException ex) {
			return Objects.requireNonNull(this.translator.translate("Writing", null, ex));
		}
		catch (DatabaseUnavailableException ex) {
			return ex;
		}
		return new IllegalStateException("It works");
	}

	@Test
	void fullDiskLosesNothingAndWritingGoesOnWhenThereIsRoom() throws Exception {
		Path filler = this.disk.resolve("filler");
		for (int round = 0; round < 3; round++) {
			for (int i = 0; i < 20; i++) {
				write();
			}
			fill(filler);
			RuntimeException failure = failure();
			while (failure instanceof IllegalStateException) {
				// A page or two fitted in the log.
				failure = failure();
			}
			assertThat(failure).isInstanceOf(DiskFullException.class)
				.hasMessageContaining("The disk is full")
				.hasMessageContaining("Make room");
			assertThat(StorageCondition.look(this.disk)).isEqualTo(StorageCondition.FULL);
			// New users are told the same, and no half of a file is left.
			assertThatExceptionOfType(DiskFullException.class)
				.isThrownBy(() -> this.databases.open.acquire(DatabaseName.of(new UserId("bob"))));
			assertThatExceptionOfType(DiskFullException.class)
				.isThrownBy(() -> this.databases.users.export(ALICE, this.disk.resolve("export.db")));
			assertThat(this.disk.resolve("export.db")).doesNotExist();
			// Reading goes on, also after closing and opening again.
			try (Lease lease = this.databases.open.acquire(ALICES)) {
				assertThat(query(lease.connection(), "SELECT count(*) FROM movement"))
					.isEqualTo(this.acknowledged.size());
			}
			Files.delete(filler);
			write();
		}
		this.databases.open.closeFor(ALICES, "closed").close();
		Bank.assertContainsAll(Bank.check(this.disk.resolve("root/alice/kiwi.db")), this.acknowledged);
	}

	@Test
	void databaseThatIsClosedOnAFullDiskKeepsItsLog() throws Exception {
		for (int i = 0; i < 50; i++) {
			write();
		}
		fill(this.disk.resolve("filler"));
		this.databases.close();
		Files.delete(this.disk.resolve("filler"));
		this.databases = new TestUserDatabases(
				new DataRoot(this.disk.resolve("root"), new Layout("{user}/{app}.db", "kiwi")), null,
				Duration.ofSeconds(5), Bank.SCHEMA);
		write();
		this.databases.open.closeFor(ALICES, "closed").close();
		Bank.assertContainsAll(Bank.check(this.disk.resolve("root/alice/kiwi.db")), this.acknowledged);
	}

	private static void fill(Path filler) throws IOException {
		try (var out = Files.newOutputStream(filler)) {
			byte[] block = new byte[4096];
			while (true) {
				out.write(block);
			}
		}
		catch (IOException ex) {
			assertThat(ex).hasMessageContaining("No space left");
		}
	}

	@Test
	void readOnlyFileSystemIsCalledSoAndForgottenWhenItIsWritable() throws Exception {
		write();
		this.databases.open.closeFor(ALICES, "closed").close();
		assumeTrue(command("mount", "-o", "remount,ro", this.disk.toString()));
		assertThat(failure()).isInstanceOf(ReadOnlyStorageException.class)
			.hasMessageContaining("The file system is read-only");
		assertThatExceptionOfType(ReadOnlyStorageException.class)
			.isThrownBy(() -> this.databases.users.create(new UserId("bob")));
		assertThatExceptionOfType(ReadOnlyStorageException.class).isThrownBy(() -> this.databases.users.delete(ALICE));
		assertThat(StorageCondition.look(this.disk)).isEqualTo(StorageCondition.READ_ONLY);
		assertThat(command("mount", "-o", "remount,rw", this.disk.toString())).isTrue();
		write();
		this.databases.open.closeFor(ALICES, "closed").close();
		Bank.assertContainsAll(Bank.check(this.disk.resolve("root/alice/kiwi.db")), this.acknowledged);
	}

	@Test
	void permissionThatIsGoneIsCalledSoAndForgottenWhenItIsBack() throws Exception {
		write();
		this.databases.open.closeFor(ALICES, "closed").close();
		Path home = this.disk.resolve("root/alice");
		// The process may be root, whom no mode keeps out.
		assumeTrue(command("chattr", "+i", home.resolve("kiwi.db").toString(), home.toString()));
		try {
			assertThat(failure()).isInstanceOf(StorageAccessException.class)
				.hasMessageContaining("This process has no permission");
		}
		finally {
			command("chattr", "-i", home.resolve("kiwi.db").toString(), home.toString());
		}
		write();
	}

	@Test
	void descriptorsThatAreUsedUpAreCalledSo() throws Exception {
		assertThat(DescriptorsProcess.limited(this.directory)).contains("TooManyOpenFilesException")
			.contains("then it works");
	}

}
