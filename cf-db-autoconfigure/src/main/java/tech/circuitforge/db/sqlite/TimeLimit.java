package tech.circuitforge.db.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

import org.sqlite.ProgressHandler;

/**
 * Bounds the time of all that runs on a connection, from now until it is closed. SQLite
 * asks every few thousand steps of its machine whether to go on
 * (https://www.sqlite.org/c3ref/progress_handler.html), so one call of one function can
 * take longer.
 */
public final class TimeLimit implements AutoCloseable {

	/** About a millisecond: a question costs a call from C to Java. */
	private static final int STEPS = 100_000;

	private final SqliteConnection connection;

	private final long start = System.nanoTime();

	private final Duration limit;

	private final BooleanSupplier stopped;

	private TimeLimit(SqliteConnection connection, Duration limit, BooleanSupplier stopped) {
		this.connection = connection;
		this.limit = limit;
		this.stopped = stopped;
	}

	/**
	 * Begins.
	 * @param connection whose statements
	 * @param limit how long they may take together
	 * @param stopped asked besides; statements end when it is true
	 * @return the limit, which ends when it is closed
	 * @throws SQLException if the connection is closed
	 */
	public static TimeLimit start(SqliteConnection connection, Duration limit, BooleanSupplier stopped)
			throws SQLException {
		TimeLimit timeLimit = new TimeLimit(connection, limit, stopped);
		ProgressHandler.setHandler(connection, STEPS, new ProgressHandler() {

			@Override
			protected int progress() {
				return (timeLimit.isExceeded() || stopped.getAsBoolean()) ? 1 : 0;
			}

		});
		return timeLimit;
	}

	/**
	 * Tells whether the time is over.
	 * @return whether the limit is reached
	 */
	public boolean isExceeded() {
		return System.nanoTime() - this.start > this.limit.toNanos();
	}

	/**
	 * Tells whether an error is this limit's doing.
	 * @param ex what a statement has thrown
	 * @return whether it was ended because the time was over
	 */
	public boolean hasEnded(SQLException ex) {
		return SqliteException.isInterruption(ex) && isExceeded() && !this.stopped.getAsBoolean();
	}

	/** Lets statements take as long as they like. */
	@Override
	public void close() throws SQLException {
		if (!this.connection.isClosed()) {
			ProgressHandler.clearHandler(this.connection);
		}
	}

}
