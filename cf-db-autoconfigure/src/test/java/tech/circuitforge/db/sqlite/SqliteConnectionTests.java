package tech.circuitforge.db.sqlite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.db.sqlite.TestConnections.look;
import static tech.circuitforge.db.sqlite.TestConnections.query;
import static tech.circuitforge.db.sqlite.TestConnections.run;

class SqliteConnectionTests {

	@TempDir
	Path directory;

	private Path file;

	private SqliteConnection connection;

	@BeforeEach
	void open() throws SQLException {
		this.file = this.directory.resolve("test.db");
		this.connection = TestConnections.connections(Duration.ofMillis(50)).create(this.file);
		run(this.connection, "CREATE TABLE parent (id INTEGER PRIMARY KEY)", """
				CREATE TABLE child (
				  parent_id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED
				)""");
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
	}

	@Test
	void everyConnectionIsSetUp() throws SQLException {
		assertThat(query(this.connection, "PRAGMA journal_mode")).isEqualTo("wal");
		assertThat(query(this.connection, "PRAGMA foreign_keys")).isEqualTo(1);
		assertThat(query(this.connection, "PRAGMA busy_timeout")).isEqualTo(50);
		assertThat(query(this.connection, "PRAGMA synchronous")).isEqualTo(1);
		assertThat(query(this.connection, "PRAGMA cache_size")).isEqualTo(-2048);
	}

	@Test
	void openingNeverMakesAFile() {
		Path missing = this.directory.resolve("missing.db");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> TestConnections.connections().open(missing));
		assertThat(missing).doesNotExist();
	}

	@Test
	void openingFollowsNoLinkThatAppearsAtTheLastMoment() throws Exception {
		Path link = Files.createSymbolicLink(this.directory.resolve("link.db"), this.file);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> TestConnections.connections().open(link));
	}

	@Test
	void transactionBeginsImmediateWithItsFirstStatement() throws SQLException {
		this.connection.setAutoCommit(false);
		try (SqliteConnection other = TestConnections.connections(Duration.ZERO).open(this.file)) {
			run(other, "INSERT INTO parent VALUES (1)");
			query(this.connection, "SELECT 1");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run(other, "INSERT INTO parent VALUES (2)"))
				.withMessageContaining("SQLITE_BUSY");
			this.connection.commit();
			run(other, "INSERT INTO parent VALUES (2)");
		}
	}

	@Test
	void noLockIsHeldBetweenACommitAndTheNextStatement() throws SQLException {
		this.connection.setAutoCommit(false);
		run(this.connection, "INSERT INTO parent VALUES (1)");
		this.connection.commit();
		try (SqliteConnection other = TestConnections.connections(Duration.ZERO).open(this.file)) {
			run(other, "INSERT INTO parent VALUES (2)");
		}
		assertThat(look(this.file, "SELECT count(*) FROM parent")).isEqualTo(2);
	}

	@Test
	void readOnlyTransactionCannotWriteAndBlocksNobody() throws SQLException {
		this.connection.setReadOnly(true);
		this.connection.setAutoCommit(false);
		query(this.connection, "SELECT count(*) FROM parent");
		try (SqliteConnection other = TestConnections.connections(Duration.ZERO).open(this.file)) {
			run(other, "INSERT INTO parent VALUES (1)");
		}
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> run(this.connection, "INSERT INTO parent VALUES (2)"))
			.withMessageContaining("A read-only transaction cannot write");
		this.connection.reset();
		this.connection.lend();
		run(this.connection, "INSERT INTO parent VALUES (3)");
		assertThat(look(this.file, "SELECT group_concat(id) FROM parent")).isEqualTo("1,3");
	}

	@Test
	void busyAtBeginLeavesTheConnectionAsItWas() throws SQLException {
		try (SqliteConnection other = TestConnections.connections().open(this.file)) {
			other.setAutoCommit(false);
			run(other, "INSERT INTO parent VALUES (1)");
			this.connection.setAutoCommit(false);
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> run(this.connection, "INSERT INTO parent VALUES (2)"))
				.withMessageContaining("SQLITE_BUSY");
			other.rollback();
		}
		// The same transaction, tried again, is a real one: it can still be rolled back.
		run(this.connection, "INSERT INTO parent VALUES (3)");
		this.connection.rollback();
		assertThat(look(this.file, "SELECT count(*) FROM parent")).isEqualTo(0);
	}

	@Test
	void failedCommitRollsBackAndBreaksTheConnection() throws SQLException {
		this.connection.setAutoCommit(false);
		run(this.connection, "INSERT INTO child VALUES (7)");
		assertThatExceptionOfType(SQLException.class).isThrownBy(this.connection::commit)
			.withMessageContaining("FOREIGN KEY");
		assertThat(this.connection.isReusable()).isFalse();
		try (SqliteConnection other = TestConnections.connections(Duration.ZERO).open(this.file)) {
			run(other, "INSERT INTO parent VALUES (1)");
		}
		assertThat(look(this.file, "SELECT count(*) FROM child")).isEqualTo(0);
	}

	@Test
	void failedCommitByTurningAutoCommitOnIsAnErrorToo() throws SQLException {
		this.connection.setAutoCommit(false);
		run(this.connection, "INSERT INTO child VALUES (7)");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.setAutoCommit(true));
		assertThat(this.connection.isReusable()).isFalse();
	}

	@Test
	void transactionThatSqliteRolledBackRefusesTheRest() throws SQLException {
		run(this.connection, "INSERT INTO parent VALUES (1)");
		this.connection.setAutoCommit(false);
		run(this.connection, "INSERT INTO parent VALUES (2)");
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> run(this.connection, "INSERT OR ROLLBACK INTO parent VALUES (1)"));
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> run(this.connection, "INSERT INTO parent VALUES (3)"))
			.withMessageContaining("rolled this transaction back");
		assertThatExceptionOfType(SQLException.class).isThrownBy(this.connection::commit)
			.withMessageContaining("Nothing was committed");
		assertThat(look(this.file, "SELECT group_concat(id) FROM parent")).isEqualTo("1");
		run(this.connection, "INSERT INTO parent VALUES (4)");
		this.connection.commit();
		assertThat(look(this.file, "SELECT group_concat(id) FROM parent")).isEqualTo("1,4");
	}

	@Test
	void errorThatLeavesTheTransactionOpenDoesNotEndIt() throws SQLException {
		this.connection.setAutoCommit(false);
		run(this.connection, "INSERT INTO parent VALUES (1)");
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> run(this.connection, "INSERT INTO parent VALUES (1)"));
		run(this.connection, "INSERT INTO parent VALUES (2)");
		this.connection.commit();
		assertThat(look(this.file, "SELECT group_concat(id) FROM parent")).isEqualTo("1,2");
	}

	@Test
	void savepoints() throws SQLException {
		assertThatExceptionOfType(SQLException.class).isThrownBy(this.connection::setSavepoint)
			.withMessageContaining("auto-commit");
		this.connection.setAutoCommit(false);
		run(this.connection, "INSERT INTO parent VALUES (1)");
		Savepoint savepoint = this.connection.setSavepoint("odd \"name\"; --");
		run(this.connection, "INSERT INTO parent VALUES (2)");
		this.connection.rollback(savepoint);
		this.connection.releaseSavepoint(savepoint);
		this.connection.commit();
		assertThat(look(this.file, "SELECT group_concat(id) FROM parent")).isEqualTo("1");
	}

	@Test
	void resetRollsBackAndClosesStatements() throws SQLException {
		this.connection.setAutoCommit(false);
		PreparedStatement statement = this.connection.prepareStatement("INSERT INTO parent VALUES (?)");
		statement.setInt(1, 1);
		statement.executeUpdate();
		this.connection.reset();
		assertThat(statement.isClosed()).isTrue();
		assertThat(this.connection.getAutoCommit()).isTrue();
		assertThat(look(this.file, "SELECT count(*) FROM parent")).isEqualTo(0);
	}

}
