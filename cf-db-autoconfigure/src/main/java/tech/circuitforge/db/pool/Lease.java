package tech.circuitforge.db.pool;

import tech.circuitforge.db.sqlite.SqliteConnection;

/**
 * A borrowed connection. As long as it is not closed, its database is not closed either.
 * Not for use by several threads at once.
 */
public final class Lease implements AutoCloseable {

	private final OpenDatabase database;

	private final SqliteConnection connection;

	private boolean closed;

	Lease(OpenDatabase database, SqliteConnection connection) {
		this.database = database;
		this.connection = connection;
	}

	/**
	 * Returns the borrowed connection.
	 * @return a connection; do not close it
	 */
	public SqliteConnection connection() {
		return this.connection;
	}

	/** Gives the connection back; what it left open is rolled back. */
	@Override
	public void close() {
		if (!this.closed) {
			this.closed = true;
			this.database.giveBack(this.connection);
		}
	}

}
