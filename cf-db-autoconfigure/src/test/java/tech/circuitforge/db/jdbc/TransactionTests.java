package tech.circuitforge.db.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_NESTED;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_NOT_SUPPORTED;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_REQUIRED;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_REQUIRES_NEW;

class TransactionTests {

	@TempDir
	Path directory;

	private Path file;

	private Product product;

	private JdbcTemplate jdbc;

	@BeforeEach
	void start() {
		this.file = this.directory.resolve("test.db");
		this.product = Product.local(this.file, "cf.db.sqlite.busy-timeout=5s");
		this.jdbc = this.product.jdbc();
		this.jdbc.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT)");
		this.jdbc.execute("CREATE TABLE child (t INTEGER REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)");
	}

	@AfterEach
	void stop() {
		this.product.close();
	}

	/**
	 * Inner transaction in an outer one: which of the rows 1 (outer, before), 2 (inner)
	 * and 3 (outer, after) are stored.
	 */
	static Stream<Arguments> combinations() {
		return Stream.of(arguments("REQUIRED commits", PROPAGATION_REQUIRED, false, false, "1,2,3"),
				arguments("REQUIRED, outer rolls back", PROPAGATION_REQUIRED, false, true, null),
				arguments("NESTED commits", PROPAGATION_NESTED, false, false, "1,2,3"),
				arguments("NESTED rolls back to its savepoint", PROPAGATION_NESTED, true, false, "1,3"),
				arguments("NESTED, outer rolls back", PROPAGATION_NESTED, false, true, null));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("combinations")
	void propagation(String name, int propagation, boolean innerRollsBack, boolean outerRollsBack, String stored) {
		this.product.transaction().executeWithoutResult((outer) -> {
			insert(1);
			this.product.transaction(propagation).executeWithoutResult((inner) -> {
				insert(2);
				if (innerRollsBack) {
					inner.setRollbackOnly();
				}
			});
			insert(3);
			if (outerRollsBack) {
				outer.setRollbackOnly();
			}
		});
		assertThat(stored()).isEqualTo(stored);
	}

	@Test
	void requiresNewReadsWhileTheOuterWritesAndSeesOnlyWhatIsCommitted() {
		insert(1);
		this.product.transaction().executeWithoutResult((outer) -> {
			insert(2);
			TransactionTemplate inner = this.product.transaction(PROPAGATION_REQUIRES_NEW);
			inner.setReadOnly(true);
			assertThat(inner.<Integer>execute((status) -> count())).isEqualTo(1);
		});
		assertThat(stored()).isEqualTo("1,2");
	}

	@Test
	void requiresNewWritesInsideAReadOnlyTransaction() {
		this.product.readOnly().executeWithoutResult((outer) -> {
			count();
			this.product.transaction(PROPAGATION_REQUIRES_NEW).executeWithoutResult((inner) -> insert(1));
		});
		assertThat(stored()).isEqualTo("1");
	}

	@Test
	void requiresNewThatWritesInsideAWriteFailsFastAndSaysWhy() {
		assertFailsFast((inner) -> this.product.transaction(PROPAGATION_REQUIRES_NEW)
			.executeWithoutResult((status) -> insert(2)));
		assertFailsFast((inner) -> this.product.transaction(PROPAGATION_NOT_SUPPORTED)
			.executeWithoutResult((status) -> insert(2)));
		assertThat(stored()).isNull();
	}

	private void assertFailsFast(Consumer<Void> inner) {
		long start = System.nanoTime();
		assertThatExceptionOfType(CannotAcquireLockException.class)
			.isThrownBy(() -> this.product.transaction().executeWithoutResult((outer) -> {
				insert(1);
				inner.accept(null);
			}))
			.withMessageContaining("This thread is writing to the same database on another connection")
			.withMessageContaining("REQUIRES_NEW");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
	}

	@Test
	void readOnlyTransactionCannotWriteAndSaysSo() {
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.product.readOnly().executeWithoutResult((status) -> insert(1)))
			.withMessageContaining("A read-only transaction cannot write")
			.withMessageContaining("readOnly = true");
		insert(2);
		assertThat(stored()).isEqualTo("2");
	}

	@Test
	void readOnlyTransactionSeesOneStateThroughout() {
		insert(1);
		this.product.readOnly().executeWithoutResult((status) -> {
			assertThat(count()).isEqualTo(1);
			this.product.transaction(PROPAGATION_REQUIRES_NEW).executeWithoutResult((other) -> insert(2));
			assertThat(count()).isEqualTo(1);
		});
		assertThat(count()).isEqualTo(2);
	}

	@Test
	void transactionThatReadsFirstCanStillWrite() {
		// A DEFERRED one would fail with BUSY_SNAPSHOT after somebody else has written.
		this.product.transaction().executeWithoutResult((status) -> insert(count() + 1));
		assertThat(stored()).isEqualTo("1");
	}

	@Test
	void failedCommitIsAnExceptionAndNothingIsStoredOrLocked() {
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> this.product.transaction().executeWithoutResult((status) -> {
					insert(1);
					this.jdbc.update("INSERT INTO child VALUES (99)");
				}))
				.withMessageContaining("FOREIGN KEY");
		}
		assertThat(stored()).isNull();
		insert(2);
		assertThat(stored()).isEqualTo("2");
	}

	@Test
	void halfReadReturningAtCommitNamesTheStatement() throws SQLException {
		try (Connection connection = this.product.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			ResultSet rows = statement.executeQuery("INSERT INTO t VALUES (1, 'a'), (2, 'b') RETURNING id");
			assertThat(rows.next()).isTrue();
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit)
				.withMessageContaining("Nothing was committed")
				.withMessageContaining("INSERT INTO t VALUES (1, 'a'), (2, 'b') RETURNING id");
			connection.setAutoCommit(true);
		}
		assertThat(stored()).isNull();
		insert(3);
	}

	@Test
	void fullyReadReturningCommits() throws SQLException {
		try (Connection connection = this.product.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			ResultSet rows = statement.executeQuery("INSERT INTO t VALUES (1, 'a'), (2, 'b') RETURNING id");
			while (rows.next()) {
				rows.getInt(1);
			}
			connection.commit();
		}
		assertThat(stored()).isEqualTo("1,2");
	}

	@Test
	void halfReadQueryDoesNotHinderACommit() throws SQLException {
		insert(1);
		insert(2);
		try (Connection connection = this.product.dataSource().getConnection();
				Statement reading = connection.createStatement();
				Statement writing = connection.createStatement()) {
			connection.setAutoCommit(false);
			assertThat(reading.executeQuery("SELECT id FROM t").next()).isTrue();
			writing.executeUpdate("INSERT INTO t VALUES (3, 'c')");
			connection.commit();
		}
		assertThat(stored()).isEqualTo("1,2,3");
	}

	@Test
	void programmaticTransactionsWithSavepoints() throws SQLException {
		try (Connection connection = this.product.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("INSERT INTO t VALUES (1, 'a')");
			Savepoint savepoint = connection.setSavepoint();
			statement.executeUpdate("INSERT INTO t VALUES (2, 'b')");
			connection.rollback(savepoint);
			connection.releaseSavepoint(savepoint);
			connection.commit();
			statement.executeUpdate("INSERT INTO t VALUES (3, 'c')");
			connection.rollback();
			statement.executeUpdate("INSERT INTO t VALUES (4, 'd')");
			connection.setAutoCommit(true);
			statement.executeUpdate("INSERT INTO t VALUES (5, 'e')");
		}
		assertThat(stored()).isEqualTo("1,4,5");
	}

	@Test
	void transactionControlInSqlIsRefused() {
		for (String sql : new String[] { "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT x", "begin immediate" }) {
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class).as(sql)
				.isThrownBy(() -> this.jdbc.execute(sql))
				.withMessageContaining(sql);
		}
		this.product.transaction().executeWithoutResult((status) -> {
			this.jdbc.execute("SAVEPOINT x");
			insert(1);
			this.jdbc.execute("ROLLBACK TO x");
			this.jdbc.execute("RELEASE x");
		});
		assertThat(stored()).isNull();
	}

	@Test
	void whatABorrowerChangesOfTheSessionDoesNotReachTheNext() {
		this.jdbc.execute("PRAGMA foreign_keys = OFF");
		assertThat(this.jdbc.queryForObject("PRAGMA foreign_keys", Integer.class)).isEqualTo(1);
		this.product.transaction().executeWithoutResult((status) -> this.jdbc.execute("CREATE TEMP TABLE mine (x)"));
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM sqlite_temp_schema", Integer.class)).isZero();
	}

	private void insert(int id) {
		this.jdbc.update("INSERT INTO t VALUES (?, 'x')", id);
	}

	private int count() {
		return this.jdbc.queryForObject("SELECT count(*) FROM t", Integer.class);
	}

	private Object stored() {
		return TestConnections.look(this.file, "SELECT group_concat(id) FROM t");
	}

}
