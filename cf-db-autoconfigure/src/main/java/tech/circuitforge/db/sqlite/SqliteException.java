package tech.circuitforge.db.sqlite;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
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

	private final @Nullable StorageCondition condition;

	SqliteException(String message, SQLiteErrorCode code) {
		this(message, code, null);
	}

	private SqliteException(String message, SQLiteErrorCode code, @Nullable StorageCondition condition) {
		super(message, code);
		this.condition = condition;
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

	static SqliteException of(SQLiteException ex, @Nullable StorageCondition condition) {
		SqliteException withCondition = new SqliteException(String.valueOf(ex.getMessage()), ex.getResultCode(),
				condition);
		withCondition.initCause(ex);
		return withCondition;
	}

	/**
	 * Returns what is wrong with the file's place.
	 * @return the condition, or {@code null} if that is not the reason
	 */
	public @Nullable StorageCondition condition() {
		return this.condition;
	}

	/**
	 * Tells whether the file itself is at fault: it is no database, or malformed. An
	 * inconsistent virtual table ({@code SQLITE_CORRUPT_VTAB}) is not the file's fault.
	 * @param ex an error of SQLite
	 * @return whether the file is damaged
	 */
	public static boolean isDamage(SQLException ex) {
		if (!(ex instanceof SQLiteException known)) {
			return false;
		}
		SQLiteErrorCode code = known.getResultCode();
		return code == SQLiteErrorCode.SQLITE_CORRUPT || code == SQLiteErrorCode.SQLITE_CORRUPT_INDEX
				|| code == SQLiteErrorCode.SQLITE_CORRUPT_SEQUENCE || code == SQLiteErrorCode.SQLITE_NOTADB;
	}

	/**
	 * Tells whether a statement was ended from outside.
	 * @param ex an error of SQLite
	 * @return whether it is {@code SQLITE_INTERRUPT}
	 */
	public static boolean isInterruption(SQLException ex) {
		return ex instanceof SQLiteException known && known.getResultCode() == SQLiteErrorCode.SQLITE_INTERRUPT;
	}

	/**
	 * Tells whether the surroundings are at fault (the disk, permissions, memory, a lock,
	 * an interruption) and not the statement or the data.
	 * @return whether the same statement may succeed later
	 */
	public boolean isOfEnvironment() {
		return SqliteErrors.isOfEnvironment(this.state);
	}

	/**
	 * Tells whether memory, a disk or an interruption is at fault: those of the
	 * surroundings that a database in memory has, too.
	 * @return whether it is one of {@code SQLITE_NOMEM}, {@code SQLITE_INTERRUPT},
	 * {@code SQLITE_IOERR}, {@code SQLITE_FULL} and {@code SQLITE_CANTOPEN}
	 */
	public boolean isOfMachine() {
		return switch (getResultCode().code & 0xFF) {
			case 7, 9, 10, 13, 14 -> true;
			default -> false;
		};
	}

	@Override
	public String getSQLState() {
		return this.state;
	}

}
