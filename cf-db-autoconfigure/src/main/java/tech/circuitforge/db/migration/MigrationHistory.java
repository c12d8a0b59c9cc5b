package tech.circuitforge.db.migration;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteException;

/**
 * The {@code _migrations} table of one database: which migrations it has. The table is
 * the one that {@code circuitforge_core} makes, so that its runner and this one work on
 * the same file.
 */
final class MigrationHistory {

	private final SqliteConnection connection;

	MigrationHistory(SqliteConnection connection) {
		this.connection = connection;
	}

	/** The names of the applied migrations; none if there is no table. */
	Set<String> applied() throws SQLException {
		// The usual case first, at the cost of one statement; only if it fails, find out
		// what is there instead.
		try {
			return read();
		}
		catch (SqliteException ex) {
			Set<String> columns = columns();
			if (columns.isEmpty()) {
				return Set.of();
			}
			if (columns.containsAll(Set.of("name", "applied_at"))) {
				// Another process has made the table in between.
				return read();
			}
			throw new MigrationException(("The database has a table _migrations with the columns %s, which is another "
					+ "tool's. It was not touched; rename that table or use another database.")
				.formatted(columns), ex);
		}
	}

	private Set<String> read() throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet rows = statement.executeQuery("SELECT name, applied_at FROM _migrations")) {
			Set<String> names = new HashSet<>();
			while (rows.next()) {
				names.add(rows.getString(1));
			}
			return names;
		}
	}

	private Set<String> columns() throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet rows = statement.executeQuery("SELECT name FROM pragma_table_info('_migrations')")) {
			Set<String> columns = new HashSet<>();
			while (rows.next()) {
				columns.add(rows.getString(1));
			}
			return columns;
		}
	}

	void record(Migration migration) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("""
					CREATE TABLE IF NOT EXISTS _migrations (
					  name TEXT PRIMARY KEY,
					  applied_at TEXT DEFAULT CURRENT_TIMESTAMP
					)""");
		}
		try (PreparedStatement insert = this.connection.prepareStatement("INSERT INTO _migrations (name) VALUES (?)")) {
			insert.setString(1, migration.name());
			insert.executeUpdate();
		}
	}

}
