package tech.circuitforge.db.pool;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseDamagedException;
import tech.circuitforge.db.DatabaseOpenException;
import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.DatabaseUnavailableException;
import tech.circuitforge.db.MigrationEvent;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.sqlite.SqliteException;
import tech.circuitforge.db.sqlite.StorageCondition;

/**
 * Says what a failure is: the database's own, which puts it into quarantine, or its
 * surroundings'. Safe for use by several threads.
 */
public final class DatabaseFailures {

	private static final Log logger = LogFactory.getLog(DatabaseFailures.class);

	private final Quarantine quarantine;

	private final MigrationListener events;

	/**
	 * Creates it.
	 * @param quarantine keeps the databases that are at fault
	 * @param events is told of them
	 */
	public DatabaseFailures(Quarantine quarantine, Consumer<? super MigrationEvent> events) {
		this.quarantine = quarantine;
		this.events = new MigrationListener(events);
	}

	/**
	 * Returns the databases that are at fault.
	 * @return the list
	 */
	public Quarantine quarantine() {
		return this.quarantine;
	}

	MigrationListener events() {
		return this.events;
	}

	/**
	 * Lets a database be tried again at once.
	 * @param name the database
	 */
	public void release(DatabaseName name) {
		this.quarantine.release(name);
	}

	/** Puts a database into quarantine that could not be brought up to date. */
	DatabaseQuarantinedException notMigrated(DatabaseName name, MigrationException ex) {
		this.events.accept(new MigrationEvent.Failed(name.user(), ex));
		return this.quarantine.add(name, ex);
	}

	/**
	 * Puts a database into quarantine that is damaged or lost.
	 * @param name the database
	 * @param seen what is wrong with it, a clause
	 * @param cause what found it, or {@code null}
	 * @return what to throw
	 */
	public DatabaseQuarantinedException damaged(DatabaseName name, String seen, @Nullable Exception cause) {
		DatabaseDamagedException reason = new DatabaseDamagedException(
				("The database of %s is damaged: %s. Nothing was changed or made in its place. What can be done: put a "
						+ "backup or another file in its place (UserDatabases.restoreBackup, restore), or move it aside "
						+ "and begin anew (setAside, then create).")
					.formatted(name, seen),
				cause);
		boolean known = this.quarantine.find(name) != null;
		DatabaseQuarantinedException refusal = this.quarantine.addWhenSeen(name, reason);
		if (!known) {
			logger.error(reason.getMessage());
			this.events.accept(new MigrationEvent.Failed(name.user(), reason));
		}
		return refusal;
	}

	/**
	 * Puts a database into quarantine that was looked through and is not whole.
	 * @param name the database
	 * @param problems what was found, at least one
	 * @return what to throw
	 */
	public DatabaseQuarantinedException malformed(DatabaseName name, List<String> problems) {
		return damaged(name, "SQLite's quick_check says: " + problems.get(0), null);
	}

	/**
	 * Puts a database into quarantine whose file is empty.
	 * @param name the database
	 * @param file its file
	 * @return what to throw
	 */
	public DatabaseQuarantinedException empty(DatabaseName name, Path file) {
		// SQLite would take it for a new database.
		return damaged(name, "its file %s is empty (0 bytes)".formatted(file), null);
	}

	/**
	 * Says why a database could not be opened, made or copied; puts it into quarantine if
	 * it is damaged.
	 * @param name the database
	 * @param file its file, or the one that could not be written
	 * @param ex what went wrong
	 * @return what to throw
	 */
	public DatabaseUnavailableException failed(DatabaseName name, Path file, Exception ex) {
		if (ex instanceof SQLException sql && SqliteException.isDamage(sql)) {
			return damaged(name, "SQLite says of its file %s: %s".formatted(file, ex.getMessage()), ex);
		}
		StorageCondition condition = StorageCondition.of(ex, file);
		if (condition != null) {
			return condition.exception("The database of %s (%s) cannot be opened or written".formatted(name, file), ex);
		}
		return new DatabaseOpenException(("The database of %s cannot be opened: %s.%s Check the file %s and its "
				+ "permissions; it has not been changed.")
			.formatted(name, ex.getMessage(), (name.user() != null) ? " Only this database is affected." : "", file),
				ex);
	}

}
