package tech.circuitforge.db.lifecycle;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import tech.circuitforge.db.DatabaseUnavailableException;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.pool.Lease;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.TestDatabases;
import tech.circuitforge.db.sqlite.SqliteConnection;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writers who move money between accounts and readers who count it, all the time. Money
 * is neither made nor lost, and each movement that was committed has a row.
 */
final class Bank implements AutoCloseable {

	static final int TOTAL = 1_000;

	static final Migration SCHEMA = TestDatabases.migration("001_bank.sql", """
			CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL);
			INSERT INTO account (balance) VALUES (100), (100), (100), (100), (100), (100), (100), (100), (100), (100);
			CREATE TABLE movement (id INTEGER PRIMARY KEY, note TEXT NOT NULL);
			CREATE TABLE note (id INTEGER PRIMARY KEY, movement INTEGER REFERENCES movement (id));
			""");

	private final OpenDatabases databases;

	private final List<DatabaseName> names;

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final List<Future<?>> workers = new ArrayList<>();

	private volatile boolean stopped;

	private final AtomicLong next;

	/** Movements of which the writer was told that they are committed. */
	final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();

	final AtomicInteger refused = new AtomicInteger();

	final AtomicInteger sums = new AtomicInteger();

	/** Writers try the databases one after the other until one serves them. */
	Bank(OpenDatabases databases, long first, DatabaseName... names) {
		this.databases = databases;
		this.names = List.of(names);
		this.next = new AtomicLong(first);
	}

	Bank open(int writers, int readers) {
		for (int i = 0; i < writers; i++) {
			Random random = new Random(i);
			this.workers.add(this.executor.submit(() -> repeat((connection) -> move(connection, random))));
		}
		for (int i = 0; i < readers; i++) {
			this.workers.add(this.executor.submit(() -> repeat((connection) -> {
				assertThat(number(connection, "SELECT sum(balance) FROM account")).isEqualTo(TOTAL);
				this.sums.incrementAndGet();
			})));
		}
		return this;
	}

	private Void repeat(Work work) throws Exception {
		while (!this.stopped) {
			// So that there are not hundreds of thousands of rows.
			LockSupport.parkNanos(200_000);
			for (DatabaseName name : this.names) {
				try (Lease lease = this.databases.acquire(name)) {
					work.run(lease.connection());
					break;
				}
				catch (DatabaseUnavailableException ex) {
					this.refused.incrementAndGet();
				}
			}
		}
		return null;
	}

	private void move(SqliteConnection connection, Random random) throws SQLException {
		long id = this.next.incrementAndGet();
		connection.setAutoCommit(false);
		int amount = random.nextInt(100);
		try (Statement statement = connection.createStatement()) {
			statement.executeUpdate("UPDATE account SET balance = balance - %d WHERE id = %d".formatted(amount,
					1 + random.nextInt(10)));
			statement.executeUpdate("UPDATE account SET balance = balance + %d WHERE id = %d".formatted(amount,
					1 + random.nextInt(10)));
			statement.executeUpdate("INSERT INTO movement VALUES (%d, '%s')".formatted(id, "x".repeat(200)));
			connection.commit();
			this.acknowledged.add(id);
		}
		finally {
			connection.setAutoCommit(true);
		}
	}

	/** Waits until so many more movements are committed. */
	void await(int more) throws InterruptedException {
		int goal = this.acknowledged.size() + more;
		while (this.acknowledged.size() < goal) {
			assertThat(this.workers).noneMatch(Future::isDone);
			Thread.onSpinWait();
		}
	}

	/** Lets them finish and tells what went wrong. */
	void stop() {
		this.stopped = true;
		try {
			for (Future<?> worker : this.workers) {
				worker.get();
			}
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
		this.executor.shutdownNow();
	}

	@Override
	public void close() {
		stop();
	}

	/** AssertJ compares each with each. */
	static void assertContainsAll(Set<Long> movements, Set<Long> expected) {
		Set<Long> missing = new HashSet<>(expected);
		missing.removeAll(movements);
		assertThat(missing).isEmpty();
	}

	/** Looks by the driver alone, as somebody else would. */
	static Set<Long> check(Path file) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
			try (Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery("PRAGMA integrity_check")) {
				assertThat(rows.getString(1)).isEqualTo("ok");
			}
			assertThat(number(connection, "SELECT sum(balance) FROM account")).isEqualTo(TOTAL);
			Set<Long> movements = new HashSet<>();
			try (PreparedStatement select = connection.prepareStatement("SELECT id FROM movement");
					ResultSet rows = select.executeQuery()) {
				while (rows.next()) {
					movements.add(rows.getLong(1));
				}
			}
			return movements;
		}
	}

	static int number(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			return rows.next() ? rows.getInt(1) : -1;
		}
	}

	private interface Work {

		void run(SqliteConnection connection) throws SQLException;

	}

}
