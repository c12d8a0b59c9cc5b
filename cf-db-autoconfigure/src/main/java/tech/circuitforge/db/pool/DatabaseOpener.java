package tech.circuitforge.db.pool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.Objects;
import java.util.UUID;

import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.DatabaseOpenException;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.PrivateFiles;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;
import tech.circuitforge.db.sqlite.WriteQueue;

/**
 * Opens database files: makes a missing one, and brings each up to date before anybody
 * uses it.
 * <p>
 * A new file is built and migrated under another name in the same directory, and only
 * then linked to its own: nobody, in this or another process, ever sees half of it, and
 * whoever is second finds the first one's file.
 */
public final class DatabaseOpener {

	private final DatabaseFiles files;

	private final SqliteConnections connections;

	private final Migrator migrator;

	private final boolean createMissing;

	/**
	 * Creates an opener.
	 * @param files knows where databases are
	 * @param connections opens and sets up connections
	 * @param migrator brings databases up to date
	 * @param createMissing whether to make a database that is not there
	 */
	public DatabaseOpener(DatabaseFiles files, SqliteConnections connections, Migrator migrator,
			boolean createMissing) {
		this.files = files;
		this.connections = connections;
		this.migrator = migrator;
		this.createMissing = createMissing;
	}

	/**
	 * Opens a database and applies its pending migrations, making it first if need be.
	 * @param name the database
	 * @param writers the queue of those who write to it
	 * @return a connection to the migrated database
	 * @throws DatabaseOpenException if the file cannot be opened
	 * @throws DatabaseNotFoundException if there is none and none is to be made
	 * @throws tech.circuitforge.db.MigrationException if a migration fails
	 */
	public SqliteConnection openMigrated(DatabaseName name, WriteQueue writers) {
		Path file = this.files.locate(name);
		SqliteConnection connection = openOrCreate(name, file, writers);
		try {
			this.migrator.migrate(connection, name.toString());
			return connection;
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
	 * Tries to open first: nearly always the file is there, and looking for it would cost
	 * as much as finding out.
	 */
	private SqliteConnection openOrCreate(DatabaseName name, Path file, WriteQueue writers) {
		try {
			return this.connections.open(file, writers);
		}
		catch (SQLException ex) {
			this.files.refuseLinks(name);
			if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
				throw failed(name, file, ex);
			}
		}
		if (!this.createMissing) {
			throw new DatabaseNotFoundException(name.toString());
		}
		create(name);
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
			throw failed(name, file, ex);
		}
	}

	private static DatabaseOpenException failed(DatabaseName name, Path file, Throwable ex) {
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

	/**
	 * Makes a database with every migration applied.
	 * @param name the database
	 * @return whether it was made; {@code false} if it was there already
	 */
	public boolean create(DatabaseName name) {
		this.files.prepare(name);
		Path file = this.files.locate(name);
		// Not ending in ".db", so that nothing takes it for a user's database.
		Path building = file.resolveSibling(file.getFileName() + ".new-" + UUID.randomUUID());
		try {
			PrivateFiles.createFile(building);
			try {
				try (SqliteConnection connection = this.connections.open(building)) {
					this.migrator.migrate(connection, name.toString());
				}
				return publish(building, file);
			}
			finally {
				// The log is there only if closing failed; a link's other name is not
				// affected.
				for (String suffix : new String[] { "", "-wal", "-shm", "-journal" }) {
					Files.deleteIfExists(building.resolveSibling(building.getFileName() + suffix));
				}
			}
		}
		catch (IOException | SQLException ex) {
			throw failed(name, file, ex);
		}
	}

	/**
	 * Gives the finished file its name unless that is taken; unlike a move, a link never
	 * replaces a file.
	 */
	private static boolean publish(Path building, Path file) throws IOException {
		try {
			Files.createLink(file, building);
		}
		catch (FileAlreadyExistsException ex) {
			return false;
		}
		catch (UnsupportedOperationException | FileSystemException ex) {
			// No hard links here. A move without REPLACE_EXISTING looks first; good
			// enough on such file systems.
			try {
				Files.move(building, file);
			}
			catch (FileAlreadyExistsException exists) {
				return false;
			}
		}
		syncDirectory(Objects.requireNonNull(file.getParent()));
		return true;
	}

	/** Makes the new directory entry survive a power failure, where the platform can. */
	private static void syncDirectory(Path directory) {
		try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
			channel.force(true);
		}
		catch (IOException ex) {
			// Windows does not open directories; there the entry is journalled.
		}
	}

}
