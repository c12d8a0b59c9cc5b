package tech.circuitforge.db.sqlite;

import java.sql.SQLException;

/**
 * Thrown when a caller uses JDBC in a way that cannot work, before SQLite sees any of it.
 */
public final class SqliteUsageException extends SQLException {

	private static final long serialVersionUID = 1L;

	SqliteUsageException(String message) {
		super(message);
	}

}
