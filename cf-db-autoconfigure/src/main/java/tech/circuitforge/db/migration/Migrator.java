package tech.circuitforge.db.migration;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.SqlScript;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * Brings a database up to date: scripts → pending → applied.
 * <ol>
 * <li>Read which migrations the database has. Nothing pending: done, at the cost of one
 * read.</li>
 * <li>For each pending one, turn foreign keys off (a parent table can then be rebuilt
 * without losing its children) and begin an IMMEDIATE transaction, which keeps every
 * other process out.</li>
 * <li>Read again whether it is still pending: another process may have been first.</li>
 * <li>Run its statements. If rows have lost their parents that had them before,
 * fail.</li>
 * <li>Record it and commit. On any error, roll back: nothing of it is applied.</li>
 * </ol>
 * Safe for use by several threads, each with its own connection.
 */
public final class Migrator {

	private static final Log logger = LogFactory.getLog(Migrator.class);

	private final List<Migration> migrations;

	/**
	 * Creates a migrator.
	 * @param migrations all migrations in the order in which to apply them
	 */
	public Migrator(List<Migration> migrations) {
		this.migrations = List.copyOf(migrations);
	}

	/**
	 * Runs every script once on a database in memory, so that a broken one is found
	 * before it meets a user's file.
	 * @param connections opens that database
	 * @throws MigrationException if a script fails
	 */
	public void check(SqliteConnections connections) {
		try (SqliteConnection scratch = connections.openInMemory()) {
			migrate(scratch, "an empty database, to try the scripts");
		}
		catch (SQLException ex) {
			throw new MigrationException("The migrations could not be tried on an empty database: " + ex.getMessage(),
					ex);
		}
	}

	/**
	 * Applies what is pending.
	 * @param connection a connection to the database, in auto-commit mode
	 * @param database what to call the database in messages
	 * @return how many migrations were applied
	 * @throws MigrationException if a script fails; nothing of it is applied, those
	 * before it are
	 * @throws SQLException if the database cannot be read
	 */
	public int migrate(SqliteConnection connection, String database) throws SQLException {
		MigrationHistory history = new MigrationHistory(connection);
		List<Migration> pending = pending(history.applied());
		int applied = 0;
		if (!pending.isEmpty()) {
			foreignKeys(connection, "OFF");
			try {
				for (Migration migration : pending) {
					if (apply(migration, connection, history, database)) {
						applied++;
					}
				}
			}
			finally {
				foreignKeys(connection, "ON");
			}
			logger.debug("Applied %d migrations to %s".formatted(applied, database));
		}
		return applied;
	}

	private List<Migration> pending(Set<String> applied) {
		return this.migrations.stream().filter((migration) -> !applied.contains(migration.name())).toList();
	}

	private boolean apply(Migration migration, SqliteConnection connection, MigrationHistory history, String database)
			throws SQLException {
		connection.setAutoCommit(false);
		try {
			// The first statement begins the IMMEDIATE transaction, so what it reads
			// stays true.
			boolean stillPending = !history.applied().contains(migration.name());
			if (stillPending) {
				Set<ForeignKeyViolation> before = ForeignKeyViolation.find(connection);
				for (SqlScript.Statement statement : migration.statements()) {
					run(statement, migration, connection, database);
				}
				refuseNewViolations(before, ForeignKeyViolation.find(connection), migration, database);
				history.record(migration);
			}
			connection.commit();
			return stillPending;
		}
		catch (Throwable ex) {
			rollBack(connection, ex);
			throw ex;
		}
		finally {
			connection.setAutoCommit(true);
		}
	}

	private static void run(SqlScript.Statement statement, Migration migration, SqliteConnection connection,
			String database) {
		try (Statement jdbc = connection.createStatement()) {
			jdbc.execute(statement.text());
		}
		catch (SQLException ex) {
			throw new MigrationException("""
					Migration %s failed in %s, line %d: %s
					Statement: %s
					Nothing of %s was applied; what came before it is. Correct the script, or the data it meets.\
					""".formatted(migration.name(), database, statement.line(), ex.getMessage(), statement.text(),
					migration.name()), ex);
		}
	}

	private static void refuseNewViolations(Set<ForeignKeyViolation> before, Set<ForeignKeyViolation> after,
			Migration migration, String database) {
		after.removeAll(before);
		if (!after.isEmpty()) {
			throw new MigrationException("""
					Migration %s failed in %s: it leaves %d rows without the parent they refer to, the first: %s.
					Nothing of %s was applied; what came before it is. Keep the parent rows in the script.\
					""".formatted(migration.name(), database, after.size(), after.iterator().next(), migration.name()),
					null);
		}
	}

	private static void rollBack(SqliteConnection connection, Throwable failure) {
		try {
			connection.rollback();
		}
		catch (SQLException ex) {
			failure.addSuppressed(ex);
		}
	}

	private static void foreignKeys(SqliteConnection connection, String value) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("PRAGMA foreign_keys = " + value);
		}
	}

}
