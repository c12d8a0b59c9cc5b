package tech.circuitforge.db.migration;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.Set;

import tech.circuitforge.db.sqlite.SqliteConnection;

/**
 * A row whose parent is missing, as {@code PRAGMA foreign_key_check} reports it.
 *
 * @param table the table of the row
 * @param rowid the row's id, 0 in a table without one
 * @param parent the table in which the parent is missing
 */
record ForeignKeyViolation(String table, long rowid, String parent) {

	static Set<ForeignKeyViolation> find(SqliteConnection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("PRAGMA foreign_key_check")) {
			Set<ForeignKeyViolation> violations = new LinkedHashSet<>();
			while (rows.next()) {
				violations.add(new ForeignKeyViolation(rows.getString(1), rows.getLong(2), rows.getString(3)));
			}
			return violations;
		}
	}

	@Override
	public String toString() {
		return "row %d of %s has no parent in %s".formatted(this.rowid, this.table, this.parent);
	}

}
