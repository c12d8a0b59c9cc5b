package tech.circuitforge.db.sqlite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.db.sqlite.TestConnections.query;

class SqliteConnectionsTests {

	private final SqliteConnections connections = TestConnections.connections();

	@TempDir
	Path directory;

	private Path file;

	@BeforeEach
	void create() throws Exception {
		// What a URI would take for an escape, a query or a fragment.
		this.file = Files.createDirectory(this.directory.resolve("a%41#b&c=d e")).resolve("x.db");
		try (SqliteConnection connection = this.connections.create(this.file)) {
			connection.runScript("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
		}
	}

	@Test
	void fileAtRestIsReadWithoutATrace() throws Exception {
		try (SqliteConnection connection = this.connections.openAtRest(this.file)) {
			assertThat(connection).isNotNull();
			assertThat(query(connection, "SELECT x FROM t")).isEqualTo(1);
			try (Stream<Path> files = Files.list(this.file.getParent())) {
				assertThat(files).containsExactly(this.file);
			}
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> connection.runScript("INSERT INTO t VALUES (2)"));
		}
	}

	@Test
	void fileInUseIsNotAtRest() throws Exception {
		try (SqliteConnection user = this.connections.open(this.file)) {
			assertThat(this.connections.openAtRest(this.file)).isNull();
			assertThat(query(user, "SELECT x FROM t")).isEqualTo(1);
		}
	}

	@Test
	void fileThatLooksForARollbackIsNotAtRest() throws Exception {
		Files.createFile(this.file.resolveSibling("x.db-journal"));
		assertThat(this.connections.openAtRest(this.file)).isNull();
	}

	@Test
	void missingFileIsNotMade() {
		Path missing = this.file.resolveSibling("missing.db");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connections.openAtRest(missing));
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connections.openToLook(missing));
		assertThat(missing).doesNotExist();
	}

	@Test
	void copyHoldsWhatIsCommittedWhileOthersWrite() throws Exception {
		Path copy = Files.createFile(this.directory.resolve("copy.db"));
		try (SqliteConnection writer = this.connections.open(this.file);
				SqliteConnection reader = this.connections.openToLook(this.file)) {
			writer.runScript("INSERT INTO t VALUES (2); BEGIN IMMEDIATE; INSERT INTO t VALUES (3)");
			reader.copyTo(copy);
			writer.runScript("COMMIT");
		}
		assertThat(TestConnections.look(copy, "SELECT count(*) FROM t")).isEqualTo(2);
		assertThat(TestConnections.look(copy, "PRAGMA integrity_check")).isEqualTo("ok");
	}

}
