package tech.circuitforge.db.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("slow")
class TimeoutTests {

	/** Would run for minutes. */
	private static final String ENDLESS = """
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
			SELECT count(*) FROM n LIMIT 1""";

	@TempDir
	Path directory;

	/** Not the common pool: on two cores it may have a single thread. */
	private final ExecutorService executor = Executors.newCachedThreadPool();

	private Product product;

	private JdbcTemplate jdbc;

	@BeforeEach
	void start() {
		this.product = Product.local(this.directory.resolve("test.db"), "cf.db.sqlite.busy-timeout=300ms");
		this.jdbc = this.product.jdbc();
		this.jdbc.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)");
	}

	@AfterEach
	void stop() {
		this.executor.shutdownNow();
		this.product.close();
	}

	@Test
	void transactionTimeoutStopsARunningQuery() {
		TransactionTemplate limited = this.product.transaction();
		limited.setTimeout(1);
		assertStopped(() -> limited.executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO t VALUES (1)");
			this.jdbc.queryForObject(ENDLESS, Long.class);
		}));
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM t", Integer.class)).isZero();
	}

	@Test
	void queryTimeoutStopsARunningQueryAndLeavesBusyTimeoutAlone() throws SQLException {
		JdbcTemplate limited = new JdbcTemplate(this.product.dataSource());
		limited.setExceptionTranslator(this.jdbc.getExceptionTranslator());
		limited.setQueryTimeout(1);
		assertStopped(() -> limited.queryForObject(ENDLESS, Long.class));
		assertThat(limited.queryForObject("PRAGMA busy_timeout", Integer.class)).isEqualTo(300);
		// And without our translator: the SQLState tells it.
		JdbcTemplate plain = new JdbcTemplate(this.product.dataSource());
		plain.setQueryTimeout(1);
		assertStopped(() -> plain.queryForObject(ENDLESS, Long.class));
	}

	@Test
	void timeoutHoldsWhileRowsAreRead() throws SQLException {
		try (Connection connection = this.product.dataSource().getConnection();
				PreparedStatement query = connection.prepareStatement(
						"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n")) {
			query.setQueryTimeout(1);
			ResultSet rows = query.executeQuery();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> {
				while (rows.next()) {
					rows.getLong(1);
				}
			}).withMessageContaining("time limit of PT1S");
		}
	}

	@Test
	void timeoutOfOneStatementNeverHitsTheNext() throws Exception {
		try (Connection connection = this.product.dataSource().getConnection();
				PreparedStatement quick = connection.prepareStatement("SELECT 1")) {
			quick.setQueryTimeout(1);
			long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1500);
			while (System.nanoTime() < end) {
				quick.executeQuery().close();
			}
			try (Statement free = connection.createStatement()) {
				free.executeQuery("SELECT 1").close();
			}
		}
	}

	@Test
	void cancelStopsARunningQuery() throws Exception {
		try (Connection connection = this.product.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			CompletableFuture<Void> cancelling = CompletableFuture.runAsync(() -> cancelUntil(statement),
					this.executor);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.executeQuery(ENDLESS));
			cancelling.cancel(true);
		}
	}

	private static void cancelUntil(Statement statement) {
		try {
			for (int i = 0; i < 50; i++) {
				TimeUnit.MILLISECONDS.sleep(20);
				statement.cancel();
			}
		}
		catch (SQLException | InterruptedException ex) {
			// The test is over.
		}
	}

	@Test
	void waitingForATurnToWriteEndsWithBusyTimeoutAndNamesTheThread() throws Exception {
		CountDownLatch writing = new CountDownLatch(1);
		CountDownLatch done = new CountDownLatch(1);
		Thread other = new Thread(() -> this.product.transaction().executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO t VALUES (1)");
			writing.countDown();
			awaitQuietly(done);
		}), "slow-writer");
		other.start();
		writing.await();
		assertThatExceptionOfType(CannotAcquireLockException.class)
			.isThrownBy(() -> this.jdbc.update("INSERT INTO t VALUES (2)"))
			.withMessageContaining("slow-writer")
			.withMessageContaining("cf.db.sqlite.busy-timeout");
		done.countDown();
		other.join();
		this.jdbc.update("INSERT INTO t VALUES (2)");
	}

	@Test
	void closingTheApplicationWaitsForWhoIsWorkingAndCancelsWhoDoesNotEnd() throws Exception {
		Path file = this.directory.resolve("closing.db");
		CompletableFuture<Void> endless;
		CompletableFuture<Void> quick;
		long start;
		try (Product closing = Product.local(file, "spring.lifecycle.timeout-per-shutdown-phase=1s")) {
			closing.jdbc().execute("CREATE TABLE t (id INTEGER PRIMARY KEY)");
			CountDownLatch started = new CountDownLatch(2);
			endless = CompletableFuture.runAsync(() -> {
				started.countDown();
				closing.jdbc().queryForObject(ENDLESS, Long.class);
			}, this.executor);
			quick = CompletableFuture.runAsync(() -> closing.transaction().executeWithoutResult((status) -> {
				closing.jdbc().update("INSERT INTO t VALUES (1)");
				started.countDown();
				closing.jdbc()
					.queryForObject("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
							+ "SELECT count(*) FROM n", Long.class);
				closing.jdbc().update("INSERT INTO t VALUES (2)");
			}), this.executor);
			started.await();
			start = System.nanoTime();
		}
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
		quick.get(5, TimeUnit.SECONDS);
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> endless.get(5, TimeUnit.SECONDS))
			.withStackTraceContaining("SQLITE_INTERRUPT");
		assertThat(TestConnections.look(file, "SELECT count(*) FROM t")).isEqualTo(2);
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void assertStopped(Runnable query) {
		long start = System.nanoTime();
		assertThatExceptionOfType(QueryTimeoutException.class).isThrownBy(query::run);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
	}

}
