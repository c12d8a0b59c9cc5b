package tech.circuitforge.db.sqlite;

import java.sql.SQLException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/**
 * Lets the connections of this process to one file write one after another.
 * <p>
 * SQLite has one writer at a time anyway; its own waiting sleeps and polls inside native
 * code, which is slow to notice a free lock and holds on to a virtual thread's carrier.
 * Waiting here parks the thread instead ({@link Turnstile}). {@code busy_timeout} remains
 * for other processes.
 */
public final class WriteQueue {

	private final Turnstile turn = new Turnstile(1);

	private volatile @Nullable SqliteConnection writer;

	private volatile @Nullable Thread writerThread;

	/**
	 * Waits for a turn to write.
	 * @param connection the connection that is going to write
	 * @param timeout how long to wait at most
	 * @throws SQLException SQLITE_BUSY if there was none in time, or never can be
	 */
	void enter(SqliteConnection connection, Duration timeout) throws SQLException {
		if (!this.turn.tryEnter()) {
			refuseToWaitForMyself();
			awaitTurn(timeout);
		}
		this.writer = connection;
		this.writerThread = Thread.currentThread();
	}

	/**
	 * A thread that waits for its own other connection to commit would wait until the
	 * timeout, for nothing.
	 */
	private void refuseToWaitForMyself() throws SQLException {
		if (this.writerThread == Thread.currentThread()) {
			throw new SqliteException("This thread is writing to the same database on another connection, which cannot "
					+ "finish while this statement waits for it: a transaction inside a transaction (REQUIRES_NEW), or a "
					+ "second connection. Let the inner one join the outer (REQUIRED, NESTED), or run it after it.",
					SQLiteErrorCode.SQLITE_BUSY);
		}
	}

	private void awaitTurn(Duration timeout) throws SQLException {
		try {
			if (this.turn.enter(timeout)) {
				return;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SqliteException("The thread was interrupted while it waited for its turn to write",
					SQLiteErrorCode.SQLITE_INTERRUPT);
		}
		Thread blocking = this.writerThread;
		throw new SqliteException(("Another transaction has been writing to this database for longer than %s "
				+ "(cf.db.sqlite.busy-timeout)%s. Make write transactions short, and do not wait for anything in them.")
			.formatted(timeout, (blocking != null) ? ", on thread \"" + blocking.getName() + "\"" : ""),
				SQLiteErrorCode.SQLITE_BUSY);
	}

	/**
	 * Ends the turn of a connection, if it is its turn.
	 * @param connection the connection that has written
	 */
	void leave(SqliteConnection connection) {
		if (this.writer == connection) {
			this.writer = null;
			this.writerThread = null;
			this.turn.leave();
		}
	}

}
