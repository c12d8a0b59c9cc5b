package tech.circuitforge.db.pool;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import tech.circuitforge.db.MigrationEvent;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.sqlite.SqliteConnection;

/**
 * Migrates one database at a time, tells what came of it, and puts those that fail into
 * quarantine.
 */
public final class DatabaseMigrator {

	private static final Log logger = LogFactory.getLog(DatabaseMigrator.class);

	private final Migrator migrator;

	private final DatabaseFailures failures;

	private final DatabaseObserver observer;

	private final Snapshots snapshots;

	/**
	 * Creates a migrator.
	 * @param migrator applies scripts
	 * @param failures keeps those that fail, and tells of both
	 * @param observer times and traces openings and migrations
	 * @param snapshots is told before an existing database is changed
	 */
	public DatabaseMigrator(Migrator migrator, DatabaseFailures failures, DatabaseObserver observer,
			Snapshots snapshots) {
		this.migrator = migrator;
		this.failures = failures;
		this.observer = observer;
		this.snapshots = snapshots;
	}

	DatabaseFailures failures() {
		return this.failures;
	}

	Snapshots snapshots() {
		return this.snapshots;
	}

	DatabaseObserver observer() {
		return this.observer;
	}

	/** Refuses a database that is in quarantine and not due. */
	void check(DatabaseName name) {
		this.failures.quarantine().check(name);
	}

	boolean isUpToDate(SqliteConnection connection, DatabaseName name) throws SQLException {
		boolean upToDate = this.migrator.isUpToDate(connection, name.toString());
		if (upToDate) {
			this.failures.quarantine().release(name);
		}
		return upToDate;
	}

	List<String> migrate(SqliteConnection connection, DatabaseName name) throws SQLException, IOException {
		long start = System.nanoTime();
		List<String> applied = run(connection, name, this.snapshots);
		if (!applied.isEmpty()) {
			Duration took = Duration.ofNanos(System.nanoTime() - start);
			logger.debug("Applied %s to the database of %s in %s".formatted(applied, name, took));
			this.failures.events().accept(new MigrationEvent.Migrated(name.user(), applied, took));
		}
		return applied;
	}

	/**
	 * Migrates a database that is not in its place yet; nobody is told unless it fails.
	 */
	List<String> migrateNew(SqliteConnection connection, DatabaseName name) throws SQLException, IOException {
		return run(connection, name, Snapshots.NONE);
	}

	private List<String> run(SqliteConnection connection, DatabaseName name, Snapshots before)
			throws SQLException, IOException {
		try {
			List<String> applied = List.of();
			if (!this.migrator.isUpToDate(connection, name.toString())) {
				Snapshots.Snapshot snapshot = before.beforeMigration(connection, name);
				int present = (snapshot != Snapshots.Snapshot.NONE) ? count(connection, name) : 0;
				try {
					applied = this.observer.<List<String>, SQLException>observe(DatabaseObserver.Operation.MIGRATE,
							() -> this.migrator.migrate(connection, name.toString()));
				}
				catch (Throwable ex) {
					if (snapshot != Snapshots.Snapshot.NONE) {
						end(snapshot, connection, name, present, ex);
					}
					throw ex;
				}
				end(snapshot, name);
			}
			this.failures.quarantine().release(name);
			return applied;
		}
		catch (MigrationException ex) {
			throw this.failures.notMigrated(name, ex);
		}
	}

	private int count(SqliteConnection connection, DatabaseName name) throws SQLException {
		return this.migrator.look(connection, name.toString()).applied().size();
	}

	/** A script that fails leaves nothing, but those before it may have been applied. */
	private void end(Snapshots.Snapshot snapshot, SqliteConnection connection, DatabaseName name, int present,
			Throwable failure) {
		try {
			snapshot.ended((count(connection, name) == present) ? Snapshots.Applied.NONE : Snapshots.Applied.SOME);
		}
		catch (SQLException | IOException | RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	private static void end(Snapshots.Snapshot snapshot, DatabaseName name) {
		try {
			snapshot.ended(Snapshots.Applied.ALL);
		}
		catch (IOException ex) {
			logger.warn("Older backups of the database of %s could not be dropped: %s".formatted(name, ex));
		}
	}

}
