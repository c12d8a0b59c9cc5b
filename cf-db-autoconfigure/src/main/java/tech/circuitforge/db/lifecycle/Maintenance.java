package tech.circuitforge.db.lifecycle;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.pool.Lease;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * Looks after the databases that stay open: statistics for the query planner, logs that
 * readers kept from being written back, pages that deleted rows have left. One that is
 * closed has had this then, and does not change until it is opened again.
 */
public final class Maintenance implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(Maintenance.class);

	/** So that a writer waits for milliseconds at most. */
	private static final int PAGES_AT_ONCE = 256;

	/** Fewer are soon used again. */
	private static final int FREE_PAGES_KEPT = 256;

	private final OpenDatabases databases;

	private final Duration budget;

	private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "cf-db-maintenance");
		thread.setDaemon(true);
		return thread;
	});

	/**
	 * Begins.
	 * @param databases those that are open
	 * @param interval how long to wait between two runs; zero for none but by
	 * {@link #run}
	 * @param budget how long one run may take
	 */
	public Maintenance(OpenDatabases databases, Duration interval, Duration budget) {
		this.databases = databases;
		this.budget = budget;
		if (!interval.isZero()) {
			Future<?> unused = this.executor.scheduleWithFixedDelay(this::run, interval.toMillis(), interval.toMillis(),
					TimeUnit.MILLISECONDS);
		}
	}

	/** Runs once, as long as the budget lasts. */
	void run() {
		long deadline = System.nanoTime() + this.budget.toNanos();
		for (DatabaseName name : this.databases.names()) {
			if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
				return;
			}
			// One that is in use is left alone until the next run.
			try (Lease lease = this.databases.acquireIfOpen(name)) {
				if (lease != null) {
					maintain(lease.connection(), deadline);
				}
			}
			catch (SQLException | RuntimeException | Error ex) {
				// An Error too: the executor would not run this again.
				logger.warn("Maintenance of the database of %s failed: %s".formatted(name, ex.getMessage()));
				logger.debug("Reason", ex);
			}
		}
	}

	private static void maintain(SqliteConnection connection, long deadline) throws SQLException {
		// Whoever waits for readers holds the lock to write meanwhile: nobody waits here.
		int busyTimeout = connection.getBusyTimeout();
		connection.setBusyTimeout(0);
		try {
			maintainNow(connection, deadline);
		}
		catch (SQLException ex) {
			if (!SqliteConnections.isBusy(ex)) {
				throw ex;
			}
		}
		finally {
			connection.setBusyTimeout(busyTimeout);
		}
	}

	private static void maintainNow(SqliteConnection connection, long deadline) throws SQLException {
		connection.runScript("PRAGMA optimize");
		long free = connection.number("PRAGMA freelist_count");
		if (connection.number("PRAGMA auto_vacuum") == 2) {
			while (free > FREE_PAGES_KEPT && System.nanoTime() - deadline < 0) {
				connection.runScript("PRAGMA incremental_vacuum(%d)".formatted(PAGES_AT_ONCE));
				free -= PAGES_AT_ONCE;
			}
		}
		connection.runScript("PRAGMA wal_checkpoint(TRUNCATE)");
	}

	/** Stops after what is being done right now. */
	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
