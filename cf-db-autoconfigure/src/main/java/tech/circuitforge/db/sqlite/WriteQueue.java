package tech.circuitforge.db.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

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

	private final Turnstile turnstile = new Turnstile(1);

	private final AtomicReference<@Nullable WriteTurn> current = new AtomicReference<>();

	private volatile @Nullable Thread thread;

	boolean tryEnter(WriteTurn turn) {
		if (this.turnstile.tryEnter()) {
			entered(turn);
			return true;
		}
		return false;
	}

	/**
	 * Waits for a turn to write.
	 * @param turn whose turn it will be
	 * @param timeout how long to wait at most
	 * @throws SQLException SQLITE_BUSY if there was none in time
	 */
	void enter(WriteTurn turn, Duration timeout) throws SQLException {
		try {
			if (this.turnstile.enter(timeout)) {
				entered(turn);
				return;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SqliteException("The thread was interrupted while it waited for its turn to write",
					SQLiteErrorCode.SQLITE_INTERRUPT);
		}
		Thread blocking = this.thread;
		throw new SqliteException(("Another transaction has had this database's only turn to write for longer than %s "
				+ "(cf.db.sqlite.busy-timeout)%s. A transaction has it from its first statement on: make those that only "
				+ "read @Transactional(readOnly = true) and the others short, and do not wait for anything in them.")
			.formatted(timeout, (blocking != null) ? ", on thread \"" + blocking.getName() + "\"" : ""),
				SQLiteErrorCode.SQLITE_BUSY);
	}

	private void entered(WriteTurn turn) {
		this.current.set(turn);
		this.thread = Thread.currentThread();
	}

	/**
	 * The turn that this thread has on one of its connections, if it has it. What another
	 * thread has gone on with can be waited for, and must not be touched.
	 */
	@Nullable WriteTurn ownTurn() {
		WriteTurn turn = (this.thread == Thread.currentThread()) ? this.current.get() : null;
		return (turn != null && !turn.isUsedByAnotherThread()) ? turn : null;
	}

	boolean isTurnOfThisThread(WriteTurn turn) {
		return ownTurn() == turn;
	}

	/** Makes one thread's turn that of another of its connections. */
	boolean handOver(WriteTurn from, WriteTurn to) {
		return this.current.compareAndSet(from, to);
	}

	/** Ends a turn, if it is that. */
	void leave(WriteTurn turn) {
		if (this.current.get() == turn) {
			this.thread = null;
			if (this.current.compareAndSet(turn, null)) {
				this.turnstile.leave();
			}
		}
	}

	/**
	 * A thread that waits for its own other connection to commit would wait until the
	 * timeout, for nothing.
	 */
	static SqliteException waitingForItself() {
		return new SqliteException("This thread is writing to the same database on another connection, which cannot "
				+ "finish while this statement waits for it: a transaction inside a transaction (REQUIRES_NEW, or @Sql "
				+ "with ISOLATED in a test), or a second connection. Let the inner one join the outer (REQUIRED, "
				+ "NESTED), or run it before the outer has changed anything, or after it.",
				SQLiteErrorCode.SQLITE_BUSY);
	}

}
