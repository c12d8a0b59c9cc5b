package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseAcquireTimeoutException;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;
import tech.circuitforge.db.sqlite.SqliteException;

/**
 * Gives an operation a database for itself: this process's statements are kept out by
 * {@link OpenDatabases#closeFor}, other processes by SQLite's exclusive lock. While it is
 * held the database is one file without a log, so that it can be linked, moved and
 * deleted like any file. Whoever waits for the lock meanwhile notices afterwards that its
 * file is not the one in place, and opens that one.
 * <p>
 * Java must not open the file while the lock is held: closing it again would drop the
 * lock.
 */
final class Exclusive {

	private final DatabaseFiles files;

	private final SqliteConnections connections;

	private final DatabaseFailures failures;

	private final OpenDatabases databases;

	private final Supplier<@Nullable DatabaseName> transactionOwner;

	Exclusive(DatabaseFiles files, SqliteConnections connections, DatabaseFailures failures, OpenDatabases databases,
			Supplier<@Nullable DatabaseName> transactionOwner) {
		this.files = files;
		this.connections = connections;
		this.failures = failures;
		this.databases = databases;
		this.transactionOwner = transactionOwner;
	}

	/**
	 * Runs an operation.
	 * @param name the database, which need not exist
	 * @param operation what is done to it, as in "is being restored"
	 * @param work the operation
	 * @throws IllegalStateException if this thread is in a transaction of that database,
	 * which would wait for itself
	 */
	void run(DatabaseName name, String operation, Work work) {
		refuseInTransaction(name, operation);
		Path file = this.files.locate(name);
		try (OpenDatabases.Closed closed = this.databases.closeFor(name, operation)) {
			this.files.refuseLinks(name);
			runLocked(name, operation, file, work, closed);
		}
		catch (SQLException | IOException | UncheckedIOException ex) {
			throw this.failures.failed(name, file, ex);
		}
	}

	/**
	 * Waits until nobody in this process uses a database, and closes it.
	 * @param name the database
	 * @param operation what is done to it
	 */
	void closeOnce(DatabaseName name, String operation) {
		refuseInTransaction(name, operation);
		this.databases.closeFor(name, operation).close();
	}

	private void refuseInTransaction(DatabaseName name, String operation) {
		if (name.equals(this.transactionOwner.get())) {
			throw new IllegalStateException(
					"The database of %s cannot be %s inside of a transaction on it. Do it before or after."
						.formatted(name, operation));
		}
	}

	// Held, not used.
	@SuppressWarnings("try")
	private void runLocked(DatabaseName name, String operation, Path file, Work work, OpenDatabases.Closed closed)
			throws SQLException, IOException {
		try (SqliteConnection lock = lock(name, operation, file)) {
			work.run(closed, lock != null);
		}
	}

	/** Locks a file, unless it is missing or so damaged that nobody can use it. */
	private @Nullable SqliteConnection lock(DatabaseName name, String operation, Path file)
			throws SQLException, IOException {
		// SQLite would delete an empty file's log.
		if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) == 0) {
			return null;
		}
		try {
			SqliteConnection lock = this.connections.openExclusively(file, this.databases.settings().acquireTimeout());
			try {
				// Under an exclusive lock SQLite keeps the journal of leaving WAL mode,
				// emptied, until it closes; by then the file may be elsewhere.
				Files.deleteIfExists(Companions.journal(file));
				if (Companions.hasLog(file)) {
					throw new IOException("its log could not be written back");
				}
				return lock;
			}
			catch (IOException ex) {
				lock.close();
				throw ex;
			}
		}
		catch (SQLException ex) {
			if (SqliteException.isDamage(ex)) {
				return null;
			}
			if (SqliteConnections.isBusy(ex)) {
				throw new DatabaseAcquireTimeoutException(
						("The database of %s was not %s and nothing was changed: another process, or an export, still "
								+ "has it open after cf.db.pool.acquire-timeout (%s).")
							.formatted(name, operation, this.databases.settings().acquireTimeout()));
			}
			throw ex;
		}
	}

	/** An operation. */
	@FunctionalInterface
	interface Work {

		/**
		 * Runs it.
		 * @param closed keeps statements out
		 * @param whole whether the database is one file without a log; otherwise it is
		 * missing or damaged, and what there is of it lies about
		 */
		void run(OpenDatabases.Closed closed, boolean whole) throws SQLException, IOException;

	}

}
