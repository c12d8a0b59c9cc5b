package tech.circuitforge.db.pool;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.DatabaseOpenException;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;
import tech.circuitforge.db.sqlite.WriteQueue;

/**
 * Opens database files: makes a missing one, and brings each up to date before anybody
 * uses it.
 */
public final class DatabaseOpener {

	private final DatabaseFiles files;

	private final SqliteConnections connections;

	private final DatabaseMigrator migrator;

	private final @Nullable DatabaseCreator creator;

	/**
	 * Creates an opener.
	 * @param files knows where databases are
	 * @param connections opens and sets up connections
	 * @param migrator brings databases up to date
	 * @param creator makes a database that is not there, or {@code null} to refuse it
	 */
	public DatabaseOpener(DatabaseFiles files, SqliteConnections connections, DatabaseMigrator migrator,
			@Nullable DatabaseCreator creator) {
		this.files = files;
		this.connections = connections;
		this.migrator = migrator;
		this.creator = creator;
	}

	/**
	 * Opens a database and applies its pending migrations, making it first if need be.
	 * @param name the database
	 * @param writers the queue of those who write to it
	 * @return a connection to the migrated database
	 * @throws DatabaseOpenException if the file cannot be opened
	 * @throws DatabaseNotFoundException if there is none and none is to be made
	 * @throws tech.circuitforge.db.DatabaseQuarantinedException if a migration fails, or
	 * has failed not long ago
	 */
	public SqliteConnection openMigrated(DatabaseName name, WriteQueue writers) {
		this.migrator.check(name);
		return this.migrator.observer()
			.<SqliteConnection, RuntimeException>observe(DatabaseObserver.Operation.OPEN,
					() -> openAndMigrate(name, writers));
	}

	private SqliteConnection openAndMigrate(DatabaseName name, WriteQueue writers) {
		Path file = this.files.locate(name);
		SqliteConnection connection = openOrCreate(name, file, writers);
		try {
			if (this.migrator.migrate(connection, name).isEmpty()) {
				return connection;
			}
			// Scripts may have changed it: PRAGMAs, temporary tables.
			connection.close();
			return this.connections.open(file, writers);
		}
		catch (SQLException ex) {
			closeAfter(ex, connection);
			throw failed(name, file, ex);
		}
		catch (RuntimeException ex) {
			closeAfter(ex, connection);
			throw ex;
		}
	}

	/**
	 * Brings a database up to date that nobody wants to use now. One that is up to date
	 * costs one read.
	 * @param name the database
	 * @return the names of what was applied, in order
	 * @throws DatabaseOpenException if the file cannot be opened
	 * @throws DatabaseNotFoundException if there is none
	 * @throws tech.circuitforge.db.DatabaseQuarantinedException if a migration fails
	 */
	public List<String> migrate(DatabaseName name) {
		Path file = this.files.locate(name);
		try {
			if (isUpToDateAtRest(name, file)) {
				return List.of();
			}
			try (SqliteConnection connection = this.connections.open(file)) {
				return this.migrator.migrate(connection, name);
			}
		}
		catch (SQLException ex) {
			if (!exists(name)) {
				throw new DatabaseNotFoundException(name.toString());
			}
			throw failed(name, file, ex);
		}
	}

	/**
	 * A yes is the truth: migrations are never taken back. Anything else may come from a
	 * file that was being written, and is asked again.
	 */
	private boolean isUpToDateAtRest(DatabaseName name, Path file) {
		try (SqliteConnection connection = this.connections.openAtRest(file)) {
			return connection != null && this.migrator.isUpToDate(connection, name);
		}
		catch (SQLException | MigrationException ex) {
			return false;
		}
	}

	/**
	 * Looks first: SQLite, when it cannot open a file for writing, tries again for
	 * reading alone, so a file that another process makes between its two tries would be
	 * opened read-only.
	 */
	private SqliteConnection openOrCreate(DatabaseName name, Path file, WriteQueue writers) {
		if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
			this.files.refuseLinks(name);
			if (this.creator == null) {
				throw new DatabaseNotFoundException(name.toString());
			}
			this.creator.create(name);
		}
		return open(name, writers);
	}

	private static void closeAfter(Exception failure, SqliteConnection connection) {
		try {
			connection.close();
		}
		catch (SQLException ex) {
			failure.addSuppressed(ex);
		}
	}

	/**
	 * Opens one more connection to a database that is open already.
	 * @param name the database
	 * @param writers the queue of those who write to it
	 * @return a connection
	 * @throws DatabaseOpenException if it cannot be opened
	 */
	public SqliteConnection open(DatabaseName name, WriteQueue writers) {
		Path file = this.files.locate(name);
		try {
			return this.connections.open(file, writers);
		}
		catch (SQLException ex) {
			this.files.refuseLinks(name);
			throw failed(name, file, ex);
		}
	}

	static DatabaseOpenException failed(DatabaseName name, Path file, Throwable ex) {
		return new DatabaseOpenException(
				("The database of %s cannot be opened: %s. Only this database is affected. Check the file %s and its "
						+ "permissions; it has not been changed.")
					.formatted(name, ex.getMessage(), file),
				ex);
	}

	/**
	 * Tells whether a database is there.
	 * @param name the database
	 * @return whether its file exists
	 */
	public boolean exists(DatabaseName name) {
		this.files.refuseLinks(name);
		return Files.isRegularFile(this.files.locate(name), LinkOption.NOFOLLOW_LINKS);
	}

}
