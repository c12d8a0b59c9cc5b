package tech.circuitforge.db.pool;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.PrivateFiles;
import tech.circuitforge.db.migration.DatabaseTemplate;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * Makes database files.
 * <p>
 * A new file is built under another name in the same directory, as a copy of a migrated
 * database or by running all migrations, and only then linked to its own name: nobody, in
 * this or another process, ever sees half of it, and whoever is second finds the first
 * one's file.
 */
public final class DatabaseCreator {

	/**
	 * Between a database's name and a random one, so that nothing takes what is being
	 * built for a user's database, and {@link #isTemporary} finds what was never
	 * finished.
	 */
	private static final String BUILDING = ".new-";

	/** To the letter: an id may contain dots and dashes, and be a user's. */
	private static final Pattern TEMPORARY = Pattern.compile(".*\\.db" + Pattern.quote(BUILDING)
			+ "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-wal|-shm|-journal)?");

	private final DatabaseFiles files;

	private final SqliteConnections connections;

	private final DatabaseMigrator migrator;

	private final @Nullable DatabaseTemplate template;

	/**
	 * Creates a creator.
	 * @param files knows where databases are
	 * @param connections opens and sets up connections
	 * @param migrator brings databases up to date
	 * @param template what new databases contain, or {@code null} to run all migrations
	 * for each
	 */
	public DatabaseCreator(DatabaseFiles files, SqliteConnections connections, DatabaseMigrator migrator,
			@Nullable DatabaseTemplate template) {
		this.files = files;
		this.connections = connections;
		this.migrator = migrator;
		this.template = template;
	}

	/**
	 * Makes a database with every migration applied.
	 * @param name the database
	 * @return whether it was made; {@code false} if it was there already
	 * @throws tech.circuitforge.db.DatabaseUnavailableException if it cannot be made
	 */
	public boolean create(DatabaseName name) {
		Path file = this.files.locate(name);
		try {
			this.files.prepare(name);
		}
		catch (UncheckedIOException ex) {
			throw DatabaseOpener.failed(name, file, ex);
		}
		if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
			return false;
		}
		Path building = temporary(file);
		try {
			PrivateFiles.createFile(building);
			try {
				build(building, name);
				refuseUnfinished(building);
				sync(building);
				return publish(building, file);
			}
			finally {
				deleteTemporary(building);
			}
		}
		catch (IOException | SQLException ex) {
			throw DatabaseOpener.failed(name, file, ex);
		}
	}

	/**
	 * SQLite does not report it when it cannot write its log back on closing; then the
	 * log stays, and the file without it is not whole.
	 */
	private static void refuseUnfinished(Path building) throws IOException {
		Path log = building.resolveSibling(building.getFileName() + "-wal");
		if (Files.exists(log, LinkOption.NOFOLLOW_LINKS)) {
			throw new IOException("The new file could not be completed. Is the disk full?");
		}
	}

	private void build(Path building, DatabaseName name) throws IOException, SQLException {
		if (this.template != null) {
			try (OutputStream content = Files.newOutputStream(building, StandardOpenOption.WRITE)) {
				this.template.writeTo(content);
			}
		}
		try (SqliteConnection connection = this.connections.open(building)) {
			// Nobody sees the file yet, so it is enough to wait for the disk once, at the
			// end.
			connection.runScript("PRAGMA synchronous = OFF");
			if (this.template != null) {
				this.template.personalize(connection);
			}
			else {
				this.migrator.migrateNew(connection, name);
			}
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

	/** Waits until a closed file is on the disk. */
	private static void sync(Path file) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
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

	/**
	 * Names a file beside a database that is nobody's: to be built, or to be tried on.
	 * @param database the database's file
	 * @return a name that no other call returns
	 */
	public static Path temporary(Path database) {
		return database.resolveSibling(database.getFileName() + BUILDING + UUID.randomUUID());
	}

	/**
	 * Deletes such a file. If it was linked to another name, that one stays.
	 * @param temporary the file
	 * @throws IOException if it cannot be deleted
	 */
	public static void deleteTemporary(Path temporary) throws IOException {
		// A log is left only if it could not be written back.
		for (String suffix : new String[] { "", "-wal", "-shm", "-journal" }) {
			Files.deleteIfExists(temporary.resolveSibling(temporary.getFileName() + suffix));
		}
	}

	/**
	 * Tells whether a file is such a file, made here or elsewhere.
	 * @param file a file
	 * @return whether its name says so
	 */
	public static boolean isTemporary(Path file) {
		return TEMPORARY.matcher(String.valueOf(file.getFileName())).matches();
	}

}
