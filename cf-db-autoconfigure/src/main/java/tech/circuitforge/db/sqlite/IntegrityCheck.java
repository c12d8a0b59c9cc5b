package tech.circuitforge.db.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks whether a database file is whole, as far as SQLite can tell: it keeps no
 * checksums, so a changed letter in a text is not noticed.
 */
public final class IntegrityCheck {

	private static final int MOST = 100;

	private IntegrityCheck() {
	}

	/**
	 * Looks at every page (https://www.sqlite.org/pragma.html#pragma_quick_check).
	 * @param connection a connection to the database
	 * @return what is wrong, nothing if the file is whole
	 * @throws SQLException if it cannot be read for another reason than damage
	 */
	public static List<String> quick(SqliteConnection connection) throws SQLException {
		return run(connection, "quick_check");
	}

	/**
	 * Looks at every page and compares indexes with their tables
	 * (https://www.sqlite.org/pragma.html#pragma_integrity_check).
	 * @param connection a connection to the database
	 * @return what is wrong, nothing if the file is whole
	 * @throws SQLException if it cannot be read for another reason than damage
	 */
	public static List<String> full(SqliteConnection connection) throws SQLException {
		return run(connection, "integrity_check");
	}

	private static List<String> run(SqliteConnection connection, String pragma) throws SQLException {
		List<String> problems = new ArrayList<>();
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("PRAGMA %s(%d)".formatted(pragma, MOST))) {
			while (rows.next()) {
				problems.add(rows.getString(1));
			}
		}
		catch (SQLException ex) {
			if (!SqliteException.isDamage(ex)) {
				throw ex;
			}
			problems.add(String.valueOf(ex.getMessage()));
		}
		return problems.equals(List.of("ok")) ? List.of() : problems;
	}

}
