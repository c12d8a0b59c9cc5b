package tech.circuitforge.db.lifecycle;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.pool.Lease;
import tech.circuitforge.db.pool.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.circuitforge.db.sqlite.TestConnections.query;
import static tech.circuitforge.db.sqlite.TestConnections.run;

class MaintenanceTests {

	private static final DatabaseName ALICE = DatabaseName.of(new UserId("alice"));

	@TempDir
	Path directory;

	private DataRoot root;

	private TestUserDatabases databases;

	@BeforeEach
	void open() {
		this.root = new DataRoot(this.directory, new Layout("{user}/{app}.db", "kiwi"));
		this.databases = new TestUserDatabases(this.root, null, Duration.ofSeconds(5),
				TestDatabases.migration("001_notes.sql", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);"));
	}

	@AfterEach
	void close() {
		this.databases.close();
	}

	private void execute(String... statements) throws SQLException {
		try (Lease lease = this.databases.open.acquire(ALICE)) {
			run(lease.connection(), statements);
		}
	}

	private void maintain(Duration budget) {
		try (Maintenance maintenance = new Maintenance(this.databases.open, Duration.ZERO, budget)) {
			maintenance.run();
		}
	}

	@Test
	void freePagesAreGivenBackAndTheLogIsCut() throws Exception {
		execute("INSERT INTO notes (text) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
				+ "SELECT hex(randomblob(1000)) FROM n", "DELETE FROM notes WHERE id > 10");
		Path file = this.root.locate(ALICE);
		Path log = file.resolveSibling("kiwi.db-wal");
		assertThat(Files.size(log)).isGreaterThan(1 << 20);
		maintain(Duration.ofSeconds(20));
		assertThat(Files.size(log)).isZero();
		assertThat(Files.size(file)).isLessThan(2 << 20);
		try (Lease lease = this.databases.open.acquire(ALICE)) {
			assertThat(query(lease.connection(), "SELECT count(*) FROM notes")).isEqualTo(10);
			assertThat(query(lease.connection(), "PRAGMA integrity_check")).isEqualTo("ok");
		}
	}

	@Test
	void databaseInUseWaitsForTheNextRun() throws Exception {
		execute("INSERT INTO notes (text) VALUES ('a')");
		Path log = this.root.locate(ALICE).resolveSibling("kiwi.db-wal");
		try (Lease lease = this.databases.open.acquire(ALICE)) {
			assertThat(query(lease.connection(), "SELECT text FROM notes")).isEqualTo("a");
			maintain(Duration.ofSeconds(5));
			assertThat(Files.size(log)).isPositive();
		}
		maintain(Duration.ZERO);
		assertThat(Files.size(log)).isPositive();
		maintain(Duration.ofSeconds(5));
		assertThat(Files.size(log)).isZero();
	}

	@Test
	void nobodyWaitsForReaders() throws Exception {
		execute("INSERT INTO notes (text) VALUES ('a')");
		// Not through the pool, as a backup reads.
		try (var reader = this.databases.parts.connections.openToLook(this.root.locate(ALICE))) {
			reader.setAutoCommit(false);
			reader.setReadOnly(true);
			assertThat(query(reader, "SELECT text FROM notes")).isEqualTo("a");
			execute("INSERT INTO notes (text) VALUES ('b')");
			long start = System.nanoTime();
			maintain(Duration.ofSeconds(5));
			// The connections wait 30 s for locks.
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
			reader.rollback();
		}
		try (Lease lease = this.databases.open.acquire(ALICE)) {
			assertThat(lease.connection().getBusyTimeout()).isEqualTo(30_000);
		}
	}

	@Test
	void logDoesNotStayAsLargeAsItOnceWas() throws Exception {
		// A reader keeps the log from being written back while it grows.
		try (Lease reader = this.databases.open.acquire(ALICE)) {
			reader.connection().setAutoCommit(false);
			reader.connection().setReadOnly(true);
			assertThat(query(reader.connection(), "SELECT count(*) FROM notes")).isEqualTo(0);
			for (int i = 0; i < 10; i++) {
				execute("INSERT INTO notes (text) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
						+ "i < 2000) SELECT hex(randomblob(1000)) FROM n");
			}
			reader.connection().rollback();
		}
		Path log = this.root.locate(ALICE).resolveSibling("kiwi.db-wal");
		assertThat(Files.size(log)).isGreaterThan(32 << 20);
		execute("INSERT INTO notes (text) VALUES ('a')", "INSERT INTO notes (text) VALUES ('b')",
				"INSERT INTO notes (text) VALUES ('c')");
		assertThat(Files.size(log)).isLessThanOrEqualTo((16 << 20) + 8192);
	}

}
