package tech.circuitforge.db.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteConnection;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.transaction.support.TransactionTemplate;

import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_NESTED;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_NOT_SUPPORTED;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_REQUIRES_NEW;

/**
 * A transaction of a thread beside another one of the same thread, on the same database.
 */
class TransactionInTransactionTests {

	@TempDir
	Path directory;

	private Path file;

	private Product product;

	private JdbcTemplate jdbc;

	private TransactionTemplate outer;

	private TransactionTemplate inner;

	@BeforeEach
	void start() {
		this.file = this.directory.resolve("test.db");
		// Long: whoever waits for it has found a deadlock.
		this.product = Product.local(this.file, "cf.db.sqlite.busy-timeout=60s");
		this.jdbc = this.product.jdbc();
		this.outer = this.product.transaction();
		this.inner = this.product.transaction(PROPAGATION_REQUIRES_NEW);
		this.jdbc.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT)");
	}

	@AfterEach
	void stop() {
		this.product.close();
	}

	/** What the outer and the inner transaction do, one word each. */
	@ParameterizedTest
	@CsvSource({ "reads, writes, works", "reads, reads, works", "reads, writes alone, works", "nothing, writes, works",
			"writes, reads, works", "writes, reads alone, works", "writes, writes, fails",
			"writes, writes alone, fails", "writes, reads then writes, fails", "reads, reads then writes, works" })
	void whatTheOuterDidDecides(String outerDid, String innerDoes, String outcome) {
		Runnable both = () -> this.outer.executeWithoutResult((status) -> {
			perform(outerDid, 1);
			TransactionTemplate second = innerDoes.endsWith("alone")
					? this.product.transaction(PROPAGATION_NOT_SUPPORTED) : this.inner;
			second.executeWithoutResult((other) -> perform(innerDoes, 2));
		});
		if (outcome.equals("works")) {
			both.run();
			return;
		}
		assertThatExceptionOfType(CannotAcquireLockException.class).isThrownBy(both::run)
			.withMessageContaining("This thread is writing to the same database on another connection")
			.withMessageContaining("REQUIRES_NEW");
		assertThat(stored()).isNull();
		insert(3);
	}

	private void perform(String what, int id) {
		if (what.startsWith("reads")) {
			count();
		}
		if (what.contains("writes")) {
			insert(id);
		}
	}

	@Test
	void outerReadsTheInnerWritesAndTheOuterWritesAfterIt() {
		for (int i = 0; i < 300; i++) {
			int id = 10 * i;
			this.outer.executeWithoutResult((status) -> {
				int before = count();
				this.inner.executeWithoutResult((other) -> insert(id));
				assertThat(count()).isEqualTo(before + 1);
				insert(id + 1);
			});
		}
		assertThat(count()).isEqualTo(600);
	}

	@Test
	void eachCommitsOrRollsBackByItself() {
		this.outer.executeWithoutResult((status) -> {
			count();
			this.inner.executeWithoutResult((other) -> {
				insert(1);
				other.setRollbackOnly();
			});
			insert(2);
		});
		this.outer.executeWithoutResult((status) -> {
			count();
			this.inner.executeWithoutResult((other) -> insert(3));
			insert(4);
			status.setRollbackOnly();
		});
		this.outer.executeWithoutResult((status) -> {
			count();
			assertThatExceptionOfType(DuplicateKeyException.class)
				.isThrownBy(() -> this.inner.executeWithoutResult((other) -> insert(3)));
			insert(5);
		});
		assertThat(stored()).isEqualTo("2,3,5");
	}

	@Test
	void severalInsideOfOneAndOneInsideOfAnother() {
		this.outer.executeWithoutResult((status) -> {
			count();
			this.inner.executeWithoutResult((other) -> insert(1));
			this.inner.executeWithoutResult((other) -> {
				count();
				this.inner.executeWithoutResult((third) -> {
					count();
					insert(2);
				});
				insert(3);
			});
			this.product.transaction(PROPAGATION_NOT_SUPPORTED).executeWithoutResult((other) -> {
				insert(4);
				insert(5);
			});
			insert(6);
			assertThatExceptionOfType(CannotAcquireLockException.class)
				.isThrownBy(() -> this.inner.executeWithoutResult((other) -> insert(7)));
		});
		assertThat(stored()).isEqualTo("1,2,3,4,5,6");
	}

	@Test
	void savepointsOfTheOuterAreStillThere() {
		this.outer.executeWithoutResult((status) -> {
			count();
			this.product.transaction(PROPAGATION_NESTED).executeWithoutResult((nested) -> {
				count();
				this.inner.executeWithoutResult((other) -> insert(1));
				insert(2);
				nested.setRollbackOnly();
			});
			insert(3);
		});
		assertThat(stored()).isEqualTo("1,3");
	}

	@Test
	void savepointsThatHaveEndedAreNotMadeAgain() throws SQLException {
		try (Connection connection = this.product.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			Savepoint first = connection.setSavepoint("A");
			connection.setSavepoint("b");
			connection.rollback(first);
			Savepoint third = connection.setSavepoint("c");
			connection.releaseSavepoint(third);
			insert(1);
			update(connection, "INSERT INTO t VALUES (2, 'x')");
			connection.rollback(first);
			update(connection, "INSERT INTO t VALUES (3, 'x')");
			connection.releaseSavepoint(first);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connection.rollback(first));
			connection.commit();
		}
		assertThat(stored()).isEqualTo("1,3");
	}

	@Test
	void anotherThreadDoesNotGetInBetween() throws Exception {
		CountDownLatch begun = new CountDownLatch(1);
		CompletableFuture<Void> other = this.outer.execute((status) -> {
			count();
			CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
				begun.countDown();
				this.product.transaction().executeWithoutResult((mine) -> insert(count() + 100));
			});
			await(begun);
			for (int i = 1; i <= 20; i++) {
				int id = i;
				this.inner.executeWithoutResult((mine) -> insert(id));
				assertThat(count()).isEqualTo(id);
			}
			insert(50);
			assertThat(count()).isEqualTo(21);
			return waiting;
		});
		other.get(60, TimeUnit.SECONDS);
		assertThat(this.jdbc.queryForObject("SELECT max(id) FROM t", Integer.class)).isEqualTo(121);
	}

	/**
	 * What it has read may decide what it writes, so it must still be true then: another
	 * process, which knows nothing of our queue, writes whenever SQLite lets it.
	 */
	@Test
	void outerWritesOnlyWhereNoOtherProcessWroteInBetween() throws Exception {
		this.jdbc.execute("CREATE TABLE theirs (id INTEGER PRIMARY KEY)");
		this.jdbc.execute("CREATE TABLE noted (was INTEGER, is_now INTEGER)");
		AtomicBoolean stop = new AtomicBoolean();
		CompletableFuture<Void> otherProcess = CompletableFuture.runAsync(() -> writeUntil(stop));
		int refused = 0;
		int written = 0;
		try {
			while (refused == 0 || written < 20) {
				try {
					this.outer.executeWithoutResult((status) -> {
						long theirs = this.jdbc.queryForObject("SELECT ifnull(max(id), 0) FROM theirs", Long.class);
						this.inner.executeWithoutResult((mine) -> this.jdbc.update("INSERT INTO t (n) VALUES ('x')"));
						this.jdbc.update("INSERT INTO noted SELECT ?, ifnull(max(id), 0) FROM theirs", theirs);
					});
					written++;
					assertThat(
							this.jdbc.queryForObject("SELECT count(*) FROM noted WHERE was <> is_now", Integer.class))
						.isZero();
				}
				catch (CannotAcquireLockException ex) {
					assertThat(ex).hasMessageContaining("another process");
					refused++;
				}
			}
		}
		finally {
			stop.set(true);
			otherProcess.get(60, TimeUnit.SECONDS);
		}
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM noted", Integer.class)).isEqualTo(written);
	}

	private void writeUntil(AtomicBoolean stop) {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.file + "?busy_timeout=0");
				Statement statement = connection.createStatement()) {
			while (!stop.get()) {
				try {
					statement.executeUpdate("INSERT INTO theirs DEFAULT VALUES");
				}
				catch (SQLException ex) {
					Thread.onSpinWait();
				}
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void outerThatIsStillReadingGoesOnReadingWhatItSaw() {
		insert(1);
		insert(2);
		insert(3);
		StringBuilder seen = new StringBuilder();
		RowCallbackHandler perRow = (row) -> {
			int id = row.getInt(1);
			seen.append(id);
			this.inner.executeWithoutResult((other) -> insert(id + 10));
		};
		this.outer.executeWithoutResult((status) -> this.jdbc.query("SELECT id FROM t ORDER BY id", perRow));
		assertThat(seen).hasToString("123");
		assertThat(stored()).isEqualTo("1,2,3,11,12,13");
	}

	@Test
	void outerThatWasStillReadingCannotWriteAndSaysWhy() {
		insert(1);
		insert(2);
		RowCallbackHandler perRow = (row) -> {
			int id = row.getInt(1);
			this.inner.executeWithoutResult((other) -> insert(id + 10));
		};
		assertThatExceptionOfType(CannotAcquireLockException.class)
			.isThrownBy(() -> this.outer.executeWithoutResult((status) -> {
				this.jdbc.query("SELECT id FROM t ORDER BY id", perRow);
				insert(50);
			}))
			.withMessageContaining("still being read");
		assertThat(stored()).isEqualTo("1,2,11,12");
	}

	@Test
	void twoConnectionsOfOneThreadWithoutSpring() throws SQLException {
		DataSource dataSource = this.product.dataSource();
		try (Connection first = dataSource.getConnection(); Connection second = dataSource.getConnection()) {
			first.setAutoCommit(false);
			second.setAutoCommit(false);
			assertThat(count(first)).isZero();
			update(second, "INSERT INTO t VALUES (1, 'x')");
			// The first sees its snapshot and cannot write as long as the second is at
			// it.
			assertThat(count(first)).isZero();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> update(first, "INSERT INTO t VALUES (2, 'x')"))
				.withMessageContaining("This thread is writing to the same database on another connection");
			assertThat(count(first)).isZero();
			second.commit();
			assertThat(count(first)).isEqualTo(1);
			update(first, "INSERT INTO t VALUES (3, 'x')");
			first.commit();
		}
		assertThat(stored()).isEqualTo("1,3");
	}

	/** It would be committed, or lost, with what stands in for the outer transaction. */
	@Test
	void outerThatHasLentItsTurnDoesNothingButRead() throws SQLException {
		DataSource dataSource = this.product.dataSource();
		try (Connection first = dataSource.getConnection(); Connection second = dataSource.getConnection()) {
			first.setAutoCommit(false);
			second.setAutoCommit(false);
			assertThat(count(first)).isZero();
			update(second, "INSERT INTO t VALUES (1, 'x')");
			for (String sql : new String[] { "CREATE TEMP TABLE mine (x)", "SAVEPOINT s", "PRAGMA user_version = 1" }) {
				assertThatExceptionOfType(SQLException.class).as(sql)
					.isThrownBy(() -> update(first, sql))
					.withMessageContaining("This thread is writing to the same database on another connection");
			}
			second.commit();
			update(first, "CREATE TEMP TABLE mine (x)");
			update(first, "INSERT INTO t VALUES (2, 'x')");
			first.commit();
		}
		assertThat(stored()).isEqualTo("1,2");
	}

	/** SQLite's lock has to be free when the outer transaction takes it again. */
	@Test
	void innerThatIsClosedUnderneathDoesNotKeepTheOuterWaiting() throws SQLException {
		DataSource dataSource = this.product.dataSource();
		try (Connection first = dataSource.getConnection(); Connection second = dataSource.getConnection()) {
			first.setAutoCommit(false);
			second.setAutoCommit(false);
			assertThat(count(first)).isZero();
			update(second, "INSERT INTO t VALUES (1, 'x')");
			second.unwrap(SQLiteConnection.class).close();
			assertThat(count(first)).isZero();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> update(first, "INSERT INTO t VALUES (2, 'x')"))
				.withMessageContaining("or was closed");
			first.rollback();
			update(first, "INSERT INTO t VALUES (3, 'x')");
			first.commit();
		}
		assertThat(stored()).isEqualTo("3");
	}

	@Test
	void outerThatEndsBeforeTheInnerLeavesTheTurnToIt() throws SQLException {
		DataSource dataSource = this.product.dataSource();
		try (Connection second = dataSource.getConnection()) {
			second.setAutoCommit(false);
			try (Connection first = dataSource.getConnection()) {
				first.setAutoCommit(false);
				assertThat(count(first)).isZero();
				update(second, "INSERT INTO t VALUES (1, 'x')");
				first.commit();
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> update(first, "INSERT INTO t VALUES (2, 'x')"));
			}
			second.commit();
		}
		insert(3);
		assertThat(stored()).isEqualTo("1,3");
	}

	@Test
	void innerThatReadWhileTheOuterWroteCannotWriteOverIt() throws SQLException {
		DataSource dataSource = this.product.dataSource();
		try (Connection first = dataSource.getConnection(); Connection second = dataSource.getConnection()) {
			first.setAutoCommit(false);
			second.setAutoCommit(false);
			update(first, "INSERT INTO t VALUES (1, 'x')");
			assertThat(count(second)).isZero();
			first.commit();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> update(second, "INSERT INTO t VALUES (2, 'x')"))
				.withMessageContaining("has changed since");
			second.rollback();
			update(second, "INSERT INTO t VALUES (3, 'x')");
			second.commit();
		}
		assertThat(stored()).isEqualTo("1,3");
	}

	@Test
	void rowsOfAHalfReadReturningAreAWriteOfTheOuter() throws SQLException {
		try (Connection first = this.product.dataSource().getConnection();
				Statement statement = first.createStatement();
				ResultSet rows = statement.executeQuery("INSERT INTO t VALUES (1, 'a'), (2, 'b') RETURNING id")) {
			assertThat(rows.next()).isTrue();
			assertThatExceptionOfType(CannotAcquireLockException.class).isThrownBy(() -> insert(3))
				.withMessageContaining("This thread is writing to the same database on another connection");
		}
		insert(3);
		assertThat(stored()).isEqualTo("1,2,3");
	}

	@Test
	void endOfTheInnerDoesNotReachTheNextTransactionOfTheOuterConnection() throws Exception {
		DataSource dataSource = this.product.dataSource();
		try (Connection first = dataSource.getConnection(); Connection second = dataSource.getConnection()) {
			first.setAutoCommit(false);
			second.setAutoCommit(false);
			assertThat(count(first)).isZero();
			update(second, "INSERT INTO t VALUES (1, 'x')");
			first.commit();
			CompletableFuture<Void> next = new CompletableFuture<>();
			Thread other = new Thread(() -> {
				try {
					update(first, "INSERT INTO t VALUES (2, 'x')");
					first.commit();
					next.complete(null);
				}
				catch (Throwable ex) {
					next.completeExceptionally(ex);
				}
			});
			other.start();
			while (other.getState() != Thread.State.TIMED_WAITING && !next.isDone()) {
				Thread.onSpinWait();
			}
			second.commit();
			next.get(60, TimeUnit.SECONDS);
		}
		assertThat(stored()).isEqualTo("1,2");
	}

	/** The most rows that are wanted are all there is to read. */
	@Test
	void rowsThatNobodyWantsKeepNoLock() throws SQLException {
		try (Connection first = this.product.dataSource().getConnection();
				Statement statement = first.createStatement()) {
			statement.setMaxRows(1);
			ResultSet rows = statement.executeQuery("INSERT INTO t VALUES (1, 'a'), (2, 'b') RETURNING id");
			assertThat(rows.next()).isTrue();
			assertThat(rows.next()).isFalse();
			assertThat(rows.next()).isFalse();
			assertThat(stored()).isEqualTo("1,2");
			insert(3);
			first.setAutoCommit(false);
			rows = statement.executeQuery("INSERT INTO t VALUES (4, 'a'), (5, 'b') RETURNING id");
			assertThat(rows.next()).isTrue();
			assertThat(rows.next()).isFalse();
			first.commit();
		}
		assertThat(stored()).isEqualTo("1,2,3,4,5");
	}

	@Test
	void outerIsToldOfRowsThatWereBeingReadBesideTheWrite() throws SQLException {
		insert(1);
		insert(2);
		DataSource dataSource = this.product.dataSource();
		try (Connection first = dataSource.getConnection(); Connection second = dataSource.getConnection()) {
			first.setAutoCommit(false);
			assertThat(count(first)).isEqualTo(2);
			try (Statement statement = second.createStatement();
					ResultSet rows = statement.executeQuery("SELECT id FROM t")) {
				assertThat(rows.next()).isTrue();
				update(second, "INSERT INTO t VALUES (3, 'x')");
			}
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> update(first, "INSERT INTO t VALUES (4, 'x')"))
				.withMessageContaining("was reading rows at that time");
		}
		assertThat(stored()).isEqualTo("1,2,3");
	}

	@Test
	void transactionThatAnotherThreadWorksInIsWaitedFor() throws Exception {
		DataSource dataSource = this.product.dataSource();
		try (Connection first = dataSource.getConnection()) {
			first.setAutoCommit(false);
			assertThat(count(first)).isZero();
			Thread here = Thread.currentThread();
			AtomicBoolean goesOn = new AtomicBoolean();
			CountDownLatch taken = new CountDownLatch(1);
			CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> {
				try {
					boolean empty = count(first) == 0;
					taken.countDown();
					while (empty && !(goesOn.get() && here.getState() == Thread.State.TIMED_WAITING)) {
						empty = count(first) == 0;
					}
					empty &= count(first) == 0;
					update(first, "INSERT INTO t VALUES (1, 'x')");
					first.commit();
					return empty;
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			});
			await(taken);
			goesOn.set(true);
			insert(2);
			assertThat(other.get(60, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(stored()).isEqualTo("1,2");
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void update(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.executeUpdate(sql);
		}
	}

	private static int count(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("SELECT count(*) FROM t")) {
			assertThat(row.next()).isTrue();
			return row.getInt(1);
		}
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
