package tech.circuitforge.db.migration;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteException;

/**
 * A row whose parent is missing, as {@code PRAGMA foreign_key_check} reports it.
 *
 * @param table the table of the row
 * @param rowid the row's id, 0 in a table without one
 * @param parent the table in which the parent is missing
 */
record ForeignKeyViolation(String table, long rowid, String parent) {

	private static final Log logger = LogFactory.getLog(ForeignKeyViolation.class);

	static List<ForeignKeyViolation> find(SqliteConnection connection) throws SQLException {
		return find(connection, Integer.MAX_VALUE);
	}

	/**
	 * Finds some: in a file of unknown origin there may be more than memory holds.
	 */
	static List<ForeignKeyViolation> find(SqliteConnection connection, int most) throws SQLException {
		List<ForeignKeyViolation> violations = new ArrayList<>();
		try (Statement statement = connection.createStatement()) {
			collect(statement, "PRAGMA foreign_key_check", violations, most);
		}
		catch (SqliteException ex) {
			if (ex.isOfEnvironment()) {
				throw ex;
			}
			// "foreign key mismatch": a reference to columns that are not unique fails
			// the whole check. SQLite accepts such a schema, and some products have one:
			// look at each table by itself.
			violations.clear();
			for (String table : tables(connection)) {
				check(connection, table, violations, most);
			}
		}
		return violations;
	}

	private static void check(SqliteConnection connection, String table, List<ForeignKeyViolation> violations, int most)
			throws SQLException {
		try (Statement statement = connection.createStatement()) {
			collect(statement, "PRAGMA foreign_key_check(\"" + table.replace("\"", "\"\"") + "\")", violations, most);
		}
		catch (SqliteException ex) {
			if (ex.isOfEnvironment()) {
				throw ex;
			}
			logger.debug("The foreign keys of table %s cannot be checked".formatted(table), ex);
		}
	}

	private static void collect(Statement statement, String check, List<ForeignKeyViolation> violations, int most)
			throws SQLException {
		try (ResultSet rows = statement.executeQuery(check)) {
			while (violations.size() < most && rows.next()) {
				violations.add(new ForeignKeyViolation(rows.getString(1), rows.getLong(2), rows.getString(3)));
			}
		}
	}

	static List<String> tables(SqliteConnection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
			List<String> tables = new ArrayList<>();
			while (rows.next()) {
				tables.add(rows.getString(1));
			}
			return tables;
		}
	}

	@Override
	public String toString() {
		return "row %d of %s has no parent in %s".formatted(this.rowid, this.table, this.parent);
	}

}
