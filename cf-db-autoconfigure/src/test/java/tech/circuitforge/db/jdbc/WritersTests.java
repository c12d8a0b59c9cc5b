package tech.circuitforge.db.jdbc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many threads at one file: nobody sees SQLITE_BUSY, and nothing is lost.
 */
class WritersTests {

	private static final int THREADS = 16;

	private static final int ROUNDS = 150;

	@TempDir
	Path directory;

	@Test
	void mixedLoadOnOneUserOnPlatformThreads() throws Exception {
		mixedLoad(Executors.newFixedThreadPool(THREADS));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void mixedLoadOnOneUserOnVirtualThreads() throws Exception {
		// By reflection: this is compiled for Java 17.
		mixedLoad((ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null));
	}

	private void mixedLoad(ExecutorService executor) throws Exception {
		// No time at all for SQLite's own waiting: whatever waits, waits in the queue.
		try (Product product = Product.local(this.directory.resolve("test.db"), "cf.db.sqlite.busy-timeout=30s")) {
			JdbcTemplate jdbc = product.jdbc();
			TransactionTemplate transaction = product.transaction();
			jdbc.execute("CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL)");
			jdbc.execute("CREATE TABLE log (id INTEGER PRIMARY KEY, worker INTEGER, round INTEGER)");
			jdbc.update("INSERT INTO account VALUES (1, 1000), (2, 1000)");
			AtomicInteger sumsOff = new AtomicInteger();
			List<Callable<Void>> workers = new ArrayList<>();
			for (int worker = 0; worker < THREADS; worker++) {
				int id = worker;
				workers.add(() -> {
					for (int round = 0; round < ROUNDS; round++) {
						int n = round;
						switch ((id + round) % 4) {
							case 0 -> transaction.executeWithoutResult((status) -> {
								Integer balance = jdbc.queryForObject("SELECT balance FROM account WHERE id = 1",
										Integer.class);
								jdbc.update("UPDATE account SET balance = ? WHERE id = 1", balance - 1);
								jdbc.update("UPDATE account SET balance = balance + 1 WHERE id = 2");
							});
							case 1 -> {
								if (jdbc.queryForObject("SELECT sum(balance) FROM account", Integer.class) != 2000) {
									sumsOff.incrementAndGet();
								}
							}
							case 2 -> jdbc.queryForObject("INSERT INTO account (balance) VALUES (0) RETURNING id",
									Long.class);
							default -> jdbc.query("SELECT * FROM account", (row) -> {
							});
						}
						jdbc.update("INSERT INTO log (worker, round) VALUES (?, ?)", id, n);
					}
					return null;
				});
			}
			for (Future<Void> worker : executor.invokeAll(workers)) {
				worker.get(1, TimeUnit.MINUTES);
			}
			assertThat(sumsOff).hasValue(0);
			assertThat(jdbc.queryForObject("SELECT count(*) FROM log", Integer.class)).isEqualTo(THREADS * ROUNDS);
			assertThat(jdbc.queryForObject("SELECT sum(balance) FROM account", Integer.class)).isEqualTo(2000);
			int transfers = THREADS * ROUNDS / 4;
			assertThat(jdbc.queryForObject("SELECT balance FROM account WHERE id = 2", Integer.class))
				.isBetween(1000 + transfers - THREADS, 1000 + transfers + THREADS);
		}
		finally {
			executor.shutdownNow();
		}
	}

}
