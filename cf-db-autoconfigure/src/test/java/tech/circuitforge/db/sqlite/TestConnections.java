package tech.circuitforge.db.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import org.springframework.util.unit.DataSize;

import tech.circuitforge.db.sqlite.SqliteSettings.Synchronous;

/**
 * Connections for tests: ours, and the plain driver's for a look from outside.
 */
public final class TestConnections {

	private static final QueryTimer TIMER = new QueryTimer();

	private TestConnections() {
	}

	public static SqliteConnections connections() {
		return connections(Duration.ofMillis(500));
	}

	public static SqliteConnections connections(Duration busyTimeout) {
		return new SqliteConnections(new SqliteSettings(busyTimeout, Synchronous.NORMAL, DataSize.ofMegabytes(2), 64,
				DataSize.ofMegabytes(64), false), TIMER);
	}

	/**
	 * Runs a query with the plain driver and returns the first column of the first row.
	 */
	public static Object look(Path file, String sql) {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			return rows.next() ? rows.getObject(1) : null;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static void run(Connection connection, String... statements) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	public static Object query(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			return rows.next() ? rows.getObject(1) : null;
		}
	}

}
