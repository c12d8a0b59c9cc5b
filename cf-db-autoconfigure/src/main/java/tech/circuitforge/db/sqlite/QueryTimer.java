package tech.circuitforge.db.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.sqlite.core.DB;

/**
 * Interrupts statements whose time is up. One thread for all connections, started with
 * the first time limit.
 */
public final class QueryTimer implements AutoCloseable {

	private final ScheduledThreadPoolExecutor executor;

	/** Creates a timer. */
	public QueryTimer() {
		this.executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "cf-db-timeout");
			thread.setDaemon(true);
			return thread;
		});
		// Nearly all are cancelled long before they are due.
		this.executor.setRemoveOnCancelPolicy(true);
	}

	Timeout start(DB database, Duration limit) {
		return new Timeout(this.executor, database, limit);
	}

	/** Interrupts nothing any more. */
	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	/**
	 * The time limit of one execution.
	 */
	static final class Timeout {

		private final DB database;

		private final Duration limit;

		private final Future<?> task;

		private boolean over;

		private boolean fired;

		Timeout(ScheduledThreadPoolExecutor executor, DB database, Duration limit) {
			this.database = database;
			this.limit = limit;
			this.task = executor.schedule(this::interrupt, limit.toMillis(), TimeUnit.MILLISECONDS);
		}

		Duration limit() {
			return this.limit;
		}

		/**
		 * Under the same lock as {@link #end()}: the next statement of the connection is
		 * never interrupted.
		 */
		private synchronized void interrupt() {
			if (!this.over) {
				this.fired = true;
				try {
					this.database.interrupt();
				}
				catch (SQLException ex) {
					// The connection is closed, and the statement with it.
				}
			}
		}

		synchronized void end() {
			this.over = true;
			this.task.cancel(false);
		}

		synchronized boolean fired() {
			return this.fired;
		}

	}

}
