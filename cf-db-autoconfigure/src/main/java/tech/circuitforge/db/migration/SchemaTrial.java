package tech.circuitforge.db.migration;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.Schema;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * Finds what the scripts make and nobody can use, because {@code PRAGMA trusted_schema}
 * is off on every connection: at the start, and not with a user's first row. SQLite finds
 * it when it compiles a statement, so none is run.
 */
final class SchemaTrial {

	private static final String UNSAFE = "unsafe use of";

	private SchemaTrial() {
	}

	/** Refuses scripts that make something unusable, naming the first. */
	static void refuseUnusable(SqliteConnection migrated, List<Migration> migrations, SqliteConnections connections)
			throws SQLException {
		String problem = findUnusable(migrated);
		if (problem != null) {
			throw new MigrationException(("Migration %s makes what cannot be used: %s. Every database is opened with "
					+ "PRAGMA trusted_schema = OFF, because a user's file may come from anywhere: its views, triggers, "
					+ "checks and defaults can call those of SQLite's own functions that are harmless, and no others. "
					+ "Call it in the statement that needs it, or do it in Java.")
				.formatted(firstWith(migrations, connections), problem), null);
		}
	}

	private static String firstWith(List<Migration> migrations, SqliteConnections connections) throws SQLException {
		for (int count = 1; count < migrations.size(); count++) {
			// A new one each time: a kept EXPLAIN does not notice that the schema has
			// changed.
			try (Scratch scratch = new Scratch(connections)) {
				scratch.run(migrations.subList(0, count));
				if (findUnusable(scratch.connection()) != null) {
					return migrations.get(count - 1).name();
				}
			}
		}
		return migrations.get(migrations.size() - 1).name();
	}

	private static @Nullable String findUnusable(SqliteConnection connection) throws SQLException {
		for (String statement : statements(connection)) {
			try (Statement explain = connection.createStatement()) {
				// Compiles it, and lists what that gives.
				explain.execute("EXPLAIN " + statement);
			}
			catch (SQLException ex) {
				// Whatever else is wrong, such as a view of a table that is gone, does no
				// harm until somebody uses it.
				String message = String.valueOf(ex.getMessage());
				int unsafe = message.toLowerCase(Locale.ROOT).indexOf(UNSAFE);
				if (unsafe >= 0) {
					return Schema.shown(statement) + " fails with "
							+ message.substring(unsafe).replaceFirst("\\)+$", ")");
				}
			}
		}
		return null;
	}

	/** What compiles every trigger, view, check and default. */
	private static List<String> statements(SqliteConnection connection) throws SQLException {
		List<String> statements = new ArrayList<>();
		for (Named object : objects(connection)) {
			if (object.type().equals("view")) {
				statements.add("SELECT * FROM " + object.name());
			}
			statements.add("INSERT INTO %s DEFAULT VALUES".formatted(object.name()));
			statements.add("DELETE FROM " + object.name());
			String assignments = assignments(connection, object.name());
			if (!assignments.isEmpty()) {
				statements.add("UPDATE %s SET %s".formatted(object.name(), assignments));
			}
		}
		return statements;
	}

	private static List<Named> objects(SqliteConnection connection) throws SQLException {
		List<Named> objects = new ArrayList<>();
		try (Statement query = connection.createStatement(); ResultSet rows = query.executeQuery("""
				SELECT type, format('"%w"', name) FROM sqlite_schema
				WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'""")) {
			while (rows.next()) {
				objects.add(new Named(rows.getString(1), rows.getString(2)));
			}
		}
		return objects;
	}

	/** Sets every column to itself. */
	private static String assignments(SqliteConnection connection, String name) {
		StringJoiner assignments = new StringJoiner(", ");
		try (Statement query = connection.createStatement();
				ResultSet rows = query.executeQuery("PRAGMA table_xinfo(" + name + ")")) {
			while (rows.next()) {
				if (rows.getInt("hidden") == 0) {
					String column = '"' + rows.getString("name").replace("\"", "\"\"") + '"';
					assignments.add(column + " = " + column);
				}
			}
		}
		catch (SQLException ex) {
			// A view of a table that is gone.
		}
		return assignments.toString();
	}

	private record Named(String type, String name) {

	}

}
