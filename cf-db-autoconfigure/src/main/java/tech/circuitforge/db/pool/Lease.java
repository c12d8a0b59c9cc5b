package tech.circuitforge.db.pool;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.sqlite.SqliteConnection;

/**
 * A borrowed connection. As long as it is not closed, its database is not closed either.
 * Not for use by several threads at once.
 */
public final class Lease implements AutoCloseable {

	private final OpenDatabase database;

	private final SqliteConnection connection;

	private final long since;

	/** Where it was borrowed, if leaks are looked for. */
	private final @Nullable Throwable origin;

	private boolean reported;

	/**
	 * Closing twice, from two threads at once, must not give the connection back twice.
	 */
	private final AtomicBoolean closed = new AtomicBoolean();

	/** Whether it is not to count as use, so that an idle database stays idle. */
	private boolean unnoticed;

	Lease(OpenDatabase database, SqliteConnection connection, long since, @Nullable Throwable origin) {
		this.database = database;
		this.connection = connection;
		this.since = since;
		this.origin = origin;
	}

	/**
	 * Returns where this lease was borrowed if it has been held for too long and that was
	 * not reported yet.
	 */
	@Nullable Throwable leakedBefore(long time) {
		if (this.origin == null || this.reported || this.since - time > 0) {
			return null;
		}
		this.reported = true;
		return this.origin;
	}

	/**
	 * Returns the borrowed connection.
	 * @return a connection; do not close it
	 */
	public SqliteConnection connection() {
		return this.connection;
	}

	Lease unnoticed() {
		this.unnoticed = true;
		return this;
	}

	boolean isUnnoticed() {
		return this.unnoticed;
	}

	/** Gives the connection back; what it left open is rolled back. */
	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.database.giveBack(this);
		}
	}

}
