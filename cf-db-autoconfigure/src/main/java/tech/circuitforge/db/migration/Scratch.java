package tech.circuitforge.db.migration;

import java.sql.SQLException;
import java.util.List;

import tech.circuitforge.db.sqlite.SqlScript.Statement;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * A database in memory that shows what scripts make. They run as in a migration: in a
 * transaction, in which {@code PRAGMA foreign_keys} has no effect, and each from the same
 * settings.
 */
final class Scratch implements AutoCloseable {

	private final SqliteConnection connection;

	Scratch(SqliteConnections connections) throws SQLException {
		this.connection = connections.openInMemory();
		this.connection.runScript("PRAGMA foreign_keys = OFF; BEGIN");
	}

	SqliteConnection connection() {
		return this.connection;
	}

	void run(List<Migration> migrations) throws SQLException {
		for (Migration migration : migrations) {
			run(migration, (statement) -> {
			});
		}
	}

	void run(Migration migration, Watcher watcher) throws SQLException {
		SessionState session = SessionState.before(this.connection, migration);
		for (Statement statement : migration.statements()) {
			this.connection.runScript(statement.text());
			watcher.ran(statement);
		}
		session.restore();
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

	/** Is told after each statement. */
	interface Watcher {

		void ran(Statement statement) throws SQLException;

	}

}
