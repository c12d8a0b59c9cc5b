package tech.circuitforge.db.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.DatabaseOpenException;
import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.DatabaseSuspendedException;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.FileKey;
import tech.circuitforge.db.location.HardLinks;
import tech.circuitforge.db.location.KeptCopies;
import tech.circuitforge.db.location.PrivateFiles;
import tech.circuitforge.db.location.SuspensionMark;
import tech.circuitforge.db.sqlite.IntegrityCheck;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;
import tech.circuitforge.db.sqlite.WriteQueue;

/**
 * Opens database files: makes a missing one, and brings each up to date before anybody
 * uses it.
 */
public final class DatabaseOpener {

	private static final Log logger = LogFactory.getLog(DatabaseOpener.class);

	private static final Duration SUSPENDED_RETRY_AFTER = Duration.ofMinutes(1);

	/** A file is not moved twice while it is opened, but for bad luck. */
	private static final int TRIES = 3;

	/** Why what was in a vanished file is kept. */
	private static final String RESCUED = "rescued";

	private final KnownDatabases known = new KnownDatabases();

	private final KeptCopies kept = new KeptCopies(InstantSource.system());

	private final DatabaseFiles files;

	private final SqliteConnections connections;

	private final DatabaseMigrator migrator;

	private final DatabaseFailures failures;

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
		this.failures = migrator.failures();
		this.creator = creator;
	}

	/**
	 * Opens a database and applies its pending migrations, making it first if need be.
	 * @param name the database
	 * @param writers the queue of those who write to it
	 * @return a connection to the migrated database
	 * @throws tech.circuitforge.db.DatabaseSuspendedException if it is suspended
	 * @throws DatabaseOpenException if the file cannot be opened
	 * @throws DatabaseNotFoundException if there is none and none is to be made
	 * @throws DatabaseQuarantinedException if it is damaged or lost, or a migration
	 * fails, or did not long ago
	 */
	Opened openMigrated(DatabaseName name, WriteQueue writers) {
		this.migrator.check(name);
		return this.migrator.observer()
			.<Opened, RuntimeException>observe(DatabaseObserver.Operation.OPEN, () -> openAndMigrate(name, writers));
	}

	private Opened openAndMigrate(DatabaseName name, WriteQueue writers) {
		Path file = this.files.locate(name);
		refuseSuspended(name, file);
		createIfMissing(name, file);
		Opened opened = open(name, writers);
		SqliteConnection connection = opened.connection();
		try {
			refuseStillDamaged(name, connection);
			if (!this.migrator.migrate(connection, name).isEmpty()) {
				// Scripts may have changed it: PRAGMAs, temporary tables.
				connection.close();
				opened = open(name, writers);
			}
			this.known.add(name);
			return opened;
		}
		catch (SQLException | IOException ex) {
			closeAfter(ex, connection);
			throw this.failures.failed(name, file, ex);
		}
		catch (RuntimeException ex) {
			closeAfter(ex, connection);
			throw ex;
		}
	}

	/** That a damaged file can be opened does not tell that it is whole again. */
	private void refuseStillDamaged(DatabaseName name, SqliteConnection connection) throws SQLException {
		if (this.failures.quarantine().isDamaged(name)) {
			List<String> problems = IntegrityCheck.quick(connection);
			if (!problems.isEmpty()) {
				throw this.failures.malformed(name, problems);
			}
		}
	}

	private static void refuseSuspended(DatabaseName name, Path file) {
		String reason = SuspensionMark.read(file);
		if (reason != null) {
			throw new DatabaseSuspendedException(
					"The database of %s is suspended (%s). It is as it was; UserDatabases.resume puts it back into service."
						.formatted(name, reason),
					SUSPENDED_RETRY_AFTER);
		}
	}

	/**
	 * Looks before anything is opened: SQLite takes an empty file for a new database and
	 * then deletes its log; and when it cannot open a file for writing it tries again for
	 * reading alone, so a file that another process makes between its two tries would be
	 * opened read-only.
	 */
	private void createIfMissing(DatabaseName name, Path file) {
		if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
			return;
		}
		this.files.refuseLinks(name);
		// Another process may be making it just now: a trace without a file is no proof
		// until the file has been looked for once more.
		if (wasThere(name, file) && !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
			throw lost(name);
		}
		if (this.creator == null) {
			throw new DatabaseNotFoundException(name.toString());
		}
		this.creator.create(name);
	}

	/** Whether a database whose file is missing has left a trace. */
	private boolean wasThere(DatabaseName name, Path file) {
		return this.known.contains(name) || Companions.isAnythingThere(file) || this.migrator.snapshots().exist(name);
	}

	/**
	 * Brings a database up to date that nobody wants to use now. One that is up to date
	 * costs one read.
	 * @param name the database
	 * @return the names of what was applied, in order
	 * @throws DatabaseOpenException if the file cannot be opened
	 * @throws DatabaseNotFoundException if there is none
	 * @throws DatabaseQuarantinedException if it is damaged or a migration fails
	 */
	public List<String> migrate(DatabaseName name) {
		Path file = this.files.locate(name);
		try {
			look(name, file);
			if (isUpToDateAtRest(name, file)) {
				return List.of();
			}
			try (SqliteConnection connection = open(name, new WriteQueue()).connection()) {
				return this.migrator.migrate(connection, name);
			}
		}
		catch (DatabaseOpenException | SQLException | IOException ex) {
			if (!exists(name)) {
				throw new DatabaseNotFoundException(name.toString());
			}
			throw (ex instanceof DatabaseOpenException failed) ? failed : this.failures.failed(name, file, ex);
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
	 * @throws tech.circuitforge.db.DatabaseUnavailableException if it cannot be opened
	 */
	Opened open(DatabaseName name, WriteQueue writers) {
		return open(name, writers, null);
	}

	/** The same, and never another file than the one that is open already. */
	Opened open(DatabaseName name, WriteQueue writers, @Nullable Opened first) {
		Path file = this.files.locate(name);
		try {
			for (int i = 0; i < TRIES; i++) {
				Object key = look(name, file);
				if (first != null && !Objects.equals(key, first.fileKey())) {
					// Not even looked at: SQLite would apply the log of the first to it.
					throw lost(name);
				}
				try {
					SqliteConnection connection = this.connections.open(file, writers);
					// Whoever moves a file holds it for itself meanwhile, so whoever has
					// opened it before waits, and then has the wrong one.
					if (isInPlace(name, key)) {
						return new Opened(connection, key, FileKey.of(log(file), LinkOption.NOFOLLOW_LINKS));
					}
					connection.close();
				}
				catch (SQLException ex) {
					// SQLite may notice first (SQLITE_READONLY_DBMOVED).
					if (i == TRIES - 1 || isInPlace(name, key)) {
						throw ex;
					}
				}
			}
			throw new IOException("it was replaced while it was opened");
		}
		catch (SQLException | IOException ex) {
			this.files.refuseLinks(name);
			throw this.failures.failed(name, file, ex);
		}
	}

	/** Returns which file it is; refuses one that is empty, or another's too. */
	private @Nullable Object look(DatabaseName name, Path file) throws IOException {
		BasicFileAttributes attributes = attributes(file);
		if (attributes.isRegularFile() && attributes.size() == 0) {
			throw this.failures.empty(name, file);
		}
		HardLinks.refuse(file);
		return attributes.fileKey();
	}

	/**
	 * Tells whether a file is still the one that was opened.
	 * @param name the database
	 * @param fileKey which file was opened
	 * @return {@code false} if it is gone or another
	 */
	boolean isInPlace(DatabaseName name, @Nullable Object fileKey) {
		try {
			return Objects.equals(fileKey, attributes(this.files.locate(name)).fileKey());
		}
		catch (NoSuchFileException ex) {
			return false;
		}
		catch (IOException ex) {
			// Cannot be told: not permitted for the moment, or a disk does not answer.
			return true;
		}
	}

	private static Path log(Path file) {
		return Companions.logs(file).get(0);
	}

	private static BasicFileAttributes attributes(Path file) throws IOException {
		return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
	}

	/** Puts a database into quarantine that a statement has found malformed. */
	DatabaseQuarantinedException damaged(DatabaseName name) {
		return this.failures.damaged(name,
				"SQLite found its file %s malformed while using it".formatted(this.files.locate(name)), null);
	}

	/** Puts a database into quarantine whose file is gone. */
	DatabaseQuarantinedException lost(DatabaseName name) {
		return this.failures.damaged(name,
				"its file %s has vanished or was replaced by something else than UserDatabases"
					.formatted(this.files.locate(name)),
				null);
	}

	/**
	 * Saves what was committed to a file that is not in its place any more, and closes
	 * it.
	 * @param opened which files were opened
	 * @param connection the last connection that still has them open
	 */
	void rescue(DatabaseName name, Opened opened, SqliteConnection connection) {
		Path file = this.files.locate(name);
		@Nullable Path kept = null;
		try {
			this.files.prepare(name);
			PrivateFiles.createDirectories(Companions.keptDirectory(file));
			kept = this.kept.name(file, RESCUED);
			connection.copyTo(PrivateFiles.createFile(kept));
			logger.error("What the vanished database of %s contained was saved to %s".formatted(name, kept));
			KeptCopies.prune(file, RESCUED, List.of(kept));
		}
		catch (SQLException | IOException | RuntimeException ex) {
			logger.error("What the vanished database of %s contained could not be saved to %s".formatted(name,
					(kept != null) ? kept : Companions.keptDirectory(file)), ex);
		}
		try {
			connection.close();
			// SQLite leaves the log of a file that has moved. Whatever file is in the
			// place now, it is not its log.
			Path log = log(file);
			if (opened.logKey() != null
					&& Objects.equals(opened.logKey(), FileKey.of(log, LinkOption.NOFOLLOW_LINKS))) {
				PrivateFiles.createDirectories(Companions.keptDirectory(file));
				Files.move(log, KeptCopies.savedLog((kept != null) ? kept : this.kept.name(file, RESCUED)));
				Files.deleteIfExists(Companions.logIndex(file));
			}
		}
		catch (SQLException | IOException | RuntimeException ex) {
			logger.error("The log of the vanished database of %s could not be moved away".formatted(name), ex);
		}
	}

	/**
	 * Does not expect a database to be there any more.
	 * @param name a database that was deleted or moved
	 */
	public void forget(DatabaseName name) {
		this.known.forget(name);
		this.failures.release(name);
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
	 * A connection, and which file it is open to.
	 *
	 * @param connection the connection
	 * @param fileKey tells files apart; {@code null} where the platform has no such key
	 * @param logKey which file is its log
	 */
	record Opened(SqliteConnection connection, @Nullable Object fileKey, @Nullable Object logKey) {

	}

}
