package tech.circuitforge.db.sqlite;

import java.sql.SQLException;
import java.util.List;

import org.sqlite.core.Codes;
import org.sqlite.core.DB;
import org.sqlite.core.SafeStmtPtr;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/**
 * A statement as SQLite has compiled it. It outlives the JDBC statement that used it and
 * is lent to the next one with the same text; all that JDBC knows of a statement
 * (parameters, limits, results) is in the JDBC objects, which are new each time.
 */
final class CompiledStatement {

	private final String sql;

	private final SqlKind kind;

	private final SafeStmtPtr pointer;

	private final int parameterCount;

	private CompiledStatement(String sql, SqlKind kind, SafeStmtPtr pointer, int parameterCount) {
		this.sql = sql;
		this.kind = kind;
		this.pointer = pointer;
		this.parameterCount = parameterCount;
	}

	// Its pointer is taken over; nothing is left to close.
	@SuppressWarnings("resource")
	static CompiledStatement compile(SqliteConnection connection, String sql) throws SQLException {
		List<SqlScript.Statement> statements = SqlScript.split(sql);
		if (statements.size() != 1) {
			// SQLite would compile the first and ignore the rest.
			throw new SqliteUsageException((statements.isEmpty() ? "There is no statement in \"%s\""
					: "There is more than one statement in \"%s\", and only the first would run; execute each by itself")
				.formatted(sql));
		}
		String unsafe = UnsafeFunctions.findCall(sql);
		if (unsafe != null) {
			throw new SqliteUsageException(UnsafeFunctions.refusal(unsafe));
		}
		SqlKind kind = SqlKind.of(statements.get(0));
		connection.checkMayCompile(kind, sql);
		JDBC4PreparedStatement compiled = new JDBC4PreparedStatement(connection, sql);
		return new CompiledStatement(sql, kind, compiled.pointer, compiled.getParameterCount());
	}

	String sql() {
		return this.sql;
	}

	SqlKind kind() {
		return this.kind;
	}

	SafeStmtPtr pointer() {
		return this.pointer;
	}

	int parameterCount() {
		return this.parameterCount;
	}

	/**
	 * How many columns the result has: may change when another connection changes the
	 * schema.
	 */
	int columnCount() throws SQLException {
		return this.pointer.safeRunInt(DB::column_count);
	}

	/** Runs it to its first row and returns the first value. */
	long number() throws SQLException {
		return this.pointer.safeRunLong((database, pointer) -> {
			try {
				if (database.step(pointer) != Codes.SQLITE_ROW) {
					throw new SQLException("\"%s\" has no answer".formatted(this.sql));
				}
				return database.column_long(pointer, 0);
			}
			finally {
				database.reset(pointer);
			}
		});
	}

	/**
	 * Makes ready for another user: nothing of the last one's values stays, nothing is
	 * locked.
	 */
	boolean recycle() throws SQLException {
		if (this.pointer.isClosed()) {
			return false;
		}
		this.pointer.safeRunInt(DB::reset);
		this.pointer.safeRunInt(DB::clear_bindings);
		return true;
	}

	void close() throws SQLException {
		this.pointer.close();
	}

}
