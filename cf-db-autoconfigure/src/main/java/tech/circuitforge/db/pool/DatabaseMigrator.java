package tech.circuitforge.db.pool;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import tech.circuitforge.db.DatabaseQuarantinedException;
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

	private final Quarantine quarantine;

	private final MigrationListener events;

	private final DatabaseObserver observer;

	/**
	 * Creates a migrator.
	 * @param migrator applies scripts
	 * @param quarantine keeps those that fail
	 * @param events is told of what was migrated and what failed
	 * @param observer times and traces openings and migrations
	 */
	public DatabaseMigrator(Migrator migrator, Quarantine quarantine, Consumer<? super MigrationEvent> events,
			DatabaseObserver observer) {
		this.migrator = migrator;
		this.quarantine = quarantine;
		this.events = new MigrationListener(events);
		this.observer = observer;
	}

	DatabaseObserver observer() {
		return this.observer;
	}

	/** Refuses a database that is in quarantine and not due. */
	void check(DatabaseName name) {
		this.quarantine.check(name);
	}

	boolean isUpToDate(SqliteConnection connection, DatabaseName name) throws SQLException {
		boolean upToDate = this.migrator.isUpToDate(connection, name.toString());
		if (upToDate) {
			this.quarantine.release(name);
		}
		return upToDate;
	}

	List<String> migrate(SqliteConnection connection, DatabaseName name) throws SQLException {
		long start = System.nanoTime();
		List<String> applied = run(connection, name);
		if (!applied.isEmpty()) {
			Duration took = Duration.ofNanos(System.nanoTime() - start);
			logger.debug("Applied %s to the database of %s in %s".formatted(applied, name, took));
			this.events.accept(new MigrationEvent.Migrated(name.user(), applied, took));
		}
		return applied;
	}

	/**
	 * Migrates a database that is not in its place yet; nobody is told unless it fails.
	 */
	List<String> migrateNew(SqliteConnection connection, DatabaseName name) throws SQLException {
		return run(connection, name);
	}

	private List<String> run(SqliteConnection connection, DatabaseName name) throws SQLException {
		try {
			List<String> applied = this.migrator.isUpToDate(connection, name.toString()) ? List.of()
					: this.observer.<List<String>, SQLException>observe(DatabaseObserver.Operation.MIGRATE,
							() -> this.migrator.migrate(connection, name.toString()));
			this.quarantine.release(name);
			return applied;
		}
		catch (MigrationException ex) {
			throw quarantined(name, ex);
		}
	}

	private DatabaseQuarantinedException quarantined(DatabaseName name, MigrationException ex) {
		this.events.accept(new MigrationEvent.Failed(name.user(), ex));
		return this.quarantine.add(name, ex);
	}

}
