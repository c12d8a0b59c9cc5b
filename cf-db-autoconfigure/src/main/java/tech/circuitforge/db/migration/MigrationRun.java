package tech.circuitforge.db.migration;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.AddColumn;
import tech.circuitforge.db.sqlite.SqlScript;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteException;

/**
 * Applies migrations to one database, each in a transaction of its own.
 */
final class MigrationRun {

	private static final Log logger = LogFactory.getLog(MigrationRun.class);

	private final SqliteConnection connection;

	private final MigrationHistory history;

	private final String database;

	private final Purpose purpose;

	private final InstantSource clock;

	/** Names of what the database has, in order. */
	private final List<String> present;

	private final List<String> applied = new ArrayList<>();

	private boolean prepared;

	private String current = "none";

	/** What the last script left, and when it did. */
	private @Nullable List<ForeignKeyViolation> violations;

	private long dataVersion;

	MigrationRun(SqliteConnection connection, MigrationHistory history, Collection<String> present, String database,
			Purpose purpose, InstantSource clock) {
		this.connection = connection;
		this.history = history;
		this.present = new ArrayList<>(present);
		this.database = database;
		this.purpose = purpose;
		this.clock = clock;
	}

	/** What is migrated. */
	enum Purpose {

		/** An empty database in memory, to try the scripts. */
		TRIAL,

		/** Somebody's database, at which other runners may have been. */
		USE

	}

	/** Applies what is still pending when its turn comes; returns what this run did. */
	List<String> apply(List<Migration> pending) throws SQLException {
		// Not possible within a transaction. A parent table can then be rebuilt without
		// losing its children.
		this.connection.runScript("PRAGMA foreign_keys = OFF");
		try {
			for (Migration migration : pending) {
				inTransaction(() -> apply(migration));
			}
		}
		finally {
			this.connection.runScript("PRAGMA foreign_keys = ON");
		}
		return this.applied;
	}

	/** Gives rows of another runner the checksums of their scripts. */
	void adopt(List<Migration> unverified) throws SQLException {
		inTransaction(() -> this.history.adopt(unverified));
	}

	private void inTransaction(Work work) throws SQLException {
		this.connection.setAutoCommit(false);
		try {
			if (!this.prepared) {
				// The first statement begins the IMMEDIATE transaction.
				this.history.prepare();
			}
			work.run();
			this.connection.commit();
			this.prepared = true;
		}
		catch (Throwable ex) {
			rollBack(ex);
			throw ex;
		}
		finally {
			this.connection.setAutoCommit(true);
		}
	}

	private void rollBack(Throwable failure) {
		try {
			this.connection.rollback();
		}
		catch (SQLException ex) {
			failure.addSuppressed(ex);
		}
	}

	/** The one that was begun last. */
	String current() {
		return this.current;
	}

	private void apply(Migration migration) throws SQLException {
		this.current = migration.name();
		// Within the transaction, so that the answer stays true: another process may have
		// been first.
		if (!this.history.contains(migration)) {
			long start = System.nanoTime();
			List<ForeignKeyViolation> before = violationsBefore();
			SessionState session = SessionState.before(this.connection, migration);
			for (SqlScript.Statement statement : migration.statements()) {
				run(statement, migration);
			}
			session.restore();
			List<ForeignKeyViolation> after = ForeignKeyViolation.find(this.connection);
			refuseNewViolations(before, after, migration);
			this.violations = after;
			this.history.record(migration, this.clock.instant(), Duration.ofNanos(System.nanoTime() - start));
			this.applied.add(migration.name());
		}
		this.present.add(migration.name());
	}

	private void run(SqlScript.Statement statement, Migration migration) throws SQLException {
		try {
			this.connection.runScript(statement.text());
		}
		catch (SqliteException ex) {
			// A full disk is no fault of the script. Nobody locks a database in memory.
			if ((this.purpose == Purpose.TRIAL) ? ex.isOfMachine() : ex.isOfEnvironment()) {
				throw ex;
			}
			AddColumn added = AddColumn.parse(statement);
			if (this.purpose == Purpose.USE && added != null && standsAsDeclared(added)) {
				logger.warn(
						("Migration %s, line %d: the column %s is there already, as declared; the statement is skipped. "
								+ "Another runner had applied a part of this script.")
							.formatted(migration.name(), statement.line(), added.column()));
				return;
			}
			throw new MigrationException("""
					Migration %s failed for %s, line %d: %s
					Statement: %s
					%s Correct the script, or the data it meets.""".formatted(migration.name(), this.database,
					statement.line(), ex.getMessage(), statement.text(), whatHolds(migration)), ex);
		}
	}

	private boolean standsAsDeclared(AddColumn added) throws SQLException {
		String createTable = createTable(added.table());
		return createTable != null && added.standsIn(createTable);
	}

	private @Nullable String createTable(String table) throws SQLException {
		try (PreparedStatement select = this.connection
			.prepareStatement("SELECT sql FROM sqlite_schema WHERE type = 'table' AND upper(name) = ?")) {
			select.setString(1, table);
			try (ResultSet rows = select.executeQuery()) {
				return rows.next() ? rows.getString(1) : null;
			}
		}
	}

	/**
	 * What was found after the last script still holds if nobody else has written since,
	 * which {@code data_version} tells
	 * (https://www.sqlite.org/pragma.html#pragma_data_version).
	 */
	private List<ForeignKeyViolation> violationsBefore() throws SQLException {
		long version = this.connection.number("PRAGMA data_version");
		List<ForeignKeyViolation> known = this.violations;
		if (known == null || version != this.dataVersion) {
			known = ForeignKeyViolation.find(this.connection);
		}
		this.dataVersion = version;
		return known;
	}

	private void refuseNewViolations(List<ForeignKeyViolation> before, List<ForeignKeyViolation> after,
			Migration migration) throws SQLException {
		List<ForeignKeyViolation> added = NewViolations.find(before, after,
				ForeignKeyViolation.tables(this.connection));
		if (!added.isEmpty()) {
			ForeignKeyViolation first = added.get(0);
			throw new MigrationException("""
					Migration %s failed for %s: it breaks %d references that held before, the first: %s.
					%s Foreign keys are off inside of scripts, so no ON DELETE CASCADE or SET NULL happens there: \
					delete or change the rows of %s in the script before their parents in %s, or keep the parents."""
				.formatted(migration.name(), this.database, added.size(), first, whatHolds(migration), first.table(),
						first.parent()),
					null);
		}
	}

	private String whatHolds(Migration failed) {
		String nothing = "Nothing of " + failed.name() + " was applied; ";
		return nothing + switch (this.present.size()) {
			case 0 -> "the database has no migrations.";
			case 1 -> this.present.get(0) + " is.";
			default -> "%s to %s are (%d migrations).".formatted(this.present.get(0),
					this.present.get(this.present.size() - 1), this.present.size());
		};
	}

	private interface Work {

		void run() throws SQLException;

	}

}
