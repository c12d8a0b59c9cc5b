package tech.circuitforge.db.sqlite;

import org.sqlite.SQLiteErrorCode;

/**
 * What kind of error a result code of SQLite is (https://www.sqlite.org/rescode.html).
 */
enum SqliteErrors {

	/** A row with that key is there already. */
	DUPLICATE_KEY("23505"),

	/** The rows would not be what the schema demands. */
	INTEGRITY("23000"),

	/** Another connection holds a lock; trying again may help. */
	LOCK("40001"),

	/** The statement is wrong, or the schema is not what it expects. */
	GRAMMAR("42000"),

	/** A time limit, or Statement.cancel(). */
	INTERRUPTED("57014"),

	/** A write where only reading is allowed. */
	READ_ONLY("25006"),

	/** The file, its disk or its content is at fault. */
	RESOURCE("58030"),

	/** Something is used up that can become free. */
	TRANSIENT_RESOURCE("S1000"),

	/** The file may not be used. */
	PERMISSION("28000"),

	/** JDBC is used wrongly. */
	USAGE("HY000"),

	/** Not an error, or one that says nothing. */
	OTHER("HY001");

	private final String state;

	SqliteErrors(String state) {
		this.state = state;
	}

	static String stateOf(SQLiteErrorCode code) {
		return of(code).state;
	}

	static SqliteErrors of(SQLiteErrorCode code) {
		return switch (code) {
			case SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID -> DUPLICATE_KEY;
			case SQLITE_TOOBIG, SQLITE_MISMATCH -> INTEGRITY;
			case SQLITE_ERROR_RETRY, SQLITE_ERROR_SNAPSHOT, SQLITE_SCHEMA, SQLITE_ABORT, SQLITE_ABORT_ROLLBACK,
					SQLITE_FULL, SQLITE_NOMEM, SQLITE_IOERR_NOMEM ->
				TRANSIENT_RESOURCE;
			case SQLITE_READONLY -> READ_ONLY;
			case SQLITE_OK, SQLITE_OK_LOAD_PERMANENTLY, SQLITE_ROW, SQLITE_DONE, SQLITE_INTERNAL, SQLITE_NOTFOUND,
					SQLITE_EMPTY, UNKNOWN_ERROR ->
				OTHER;
			default -> ofPrimary(code.code & 0xFF);
		};
	}

	/** By the low byte, which extended codes share with their primary one. */
	private static SqliteErrors ofPrimary(int code) {
		return switch (code) {
			case 1 -> GRAMMAR;
			case 3, 23 -> PERMISSION;
			case 5, 6, 15 -> LOCK;
			case 9 -> INTERRUPTED;
			case 8, 10, 11, 14, 22, 24, 26 -> RESOURCE;
			case 19 -> INTEGRITY;
			case 21, 25 -> USAGE;
			default -> OTHER;
		};
	}

	static boolean isOfEnvironment(String state) {
		for (SqliteErrors errors : new SqliteErrors[] { LOCK, INTERRUPTED, READ_ONLY, RESOURCE, TRANSIENT_RESOURCE,
				PERMISSION }) {
			if (errors.state.equals(state)) {
				return true;
			}
		}
		return false;
	}

}
