package tech.circuitforge.db.sqlite;

import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * An error of SQLite with an SQLState, which the driver's own lacks: code that knows no
 * SQLite (Spring's fallback translator, Hibernate, jOOQ) then still tells a duplicate key
 * from a locked database.
 */
public final class SqliteException extends SQLiteException {

	private static final long serialVersionUID = 1L;

	private final String state;

	SqliteException(String message, SQLiteErrorCode code) {
		super(message, code);
		this.state = SqliteErrors.stateOf(code);
	}

	static SqliteException of(SQLiteException ex) {
		return (ex instanceof SqliteException known) ? known : of(ex, String.valueOf(ex.getMessage()));
	}

	static SqliteException of(SQLiteException ex, String message) {
		SqliteException withState = new SqliteException(message, ex.getResultCode());
		withState.initCause(ex);
		return withState;
	}

	/**
	 * Tells whether the surroundings are at fault (the disk, permissions, memory, a lock,
	 * an interruption) and not the statement or the data.
	 * @return whether the same statement may succeed later
	 */
	public boolean isOfEnvironment() {
		return SqliteErrors.isOfEnvironment(this.state);
	}

	@Override
	public String getSQLState() {
		return this.state;
	}

}
