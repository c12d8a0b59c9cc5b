package tech.circuitforge.db.sqlite;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Counts the statements that a borrower has not closed.
 */
public final class OpenStatements {

	private OpenStatements() {
	}

	public static int of(Connection connection) throws SQLException {
		return connection.unwrap(SqliteConnection.class).openStatements();
	}

}
