package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.InvalidDatabaseFileException;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.DurableFiles;
import tech.circuitforge.db.location.PrivateFiles;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.pool.DatabaseOpener;
import tech.circuitforge.db.sqlite.IntegrityCheck;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;
import tech.circuitforge.db.sqlite.SqliteException;

/**
 * Puts a file in the place of a database. Everything that can go wrong with the file is
 * tried on a copy of it first, so that the user is kept out only while two names are
 * changed.
 */
final class DatabaseRestore {

	private static final Log logger = LogFactory.getLog(DatabaseRestore.class);

	private final DatabaseFiles files;

	private final SqliteConnections connections;

	private final Migrator migrator;

	private final Exclusive exclusive;

	private final KeptCopies kept;

	private final DatabaseOpener opener;

	private final DatabaseFailures failures;

	DatabaseRestore(DatabaseFiles files, SqliteConnections connections, Migrator migrator, Exclusive exclusive,
			KeptCopies kept, DatabaseOpener opener, DatabaseFailures failures) {
		this.files = files;
		this.connections = connections;
		this.migrator = migrator;
		this.exclusive = exclusive;
		this.kept = kept;
		this.opener = opener;
		this.failures = failures;
	}

	/**
	 * Restores a database.
	 * @param name the database
	 * @param source the file to put in its place
	 * @param orphansAllowed whether rows may lack their parents, as they may have in the
	 * database that was backed up
	 */
	void restore(DatabaseName name, Path source, boolean orphansAllowed) {
		Path file = this.files.locate(name);
		try {
			refuseNoFile(source);
			this.files.prepare(name);
			Path copy = Companions.temporary(file);
			PrivateFiles.createFile(copy);
			try {
				prepare(source.toAbsolutePath().normalize(), copy, orphansAllowed);
				this.exclusive.run(name, "restored", (closed, whole) -> swap(name, file, copy, whole));
			}
			finally {
				Companions.deleteTemporary(copy);
				if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
					this.files.cleanUp(name);
				}
			}
		}
		catch (IOException | UncheckedIOException | SQLException ex) {
			throw this.failures.failed(name, file, ex);
		}
		logger.info("The database of %s was restored from a file".formatted(name));
	}

	private static void refuseNoFile(Path source) throws IOException {
		if (!Files.isRegularFile(source)) {
			throw invalid(source, "there is no such file", null);
		}
		if (Files.size(source) == 0) {
			throw invalid(source, "it is empty (0 bytes)", null);
		}
	}

	private void prepare(Path source, Path copy, boolean orphansAllowed) throws IOException, SQLException {
		try {
			copy(source, copy);
			try (SqliteConnection connection = this.connections.openUntrusted(copy)) {
				List<String> damage = IntegrityCheck.full(connection);
				if (!damage.isEmpty()) {
					throw invalid(source, "it is damaged: " + damage.get(0), null);
				}
				this.migrator.refuseForeign(connection, "the file");
				List<String> orphans = Migrator.brokenReferences(connection);
				if (!orphans.isEmpty() && !orphansAllowed) {
					throw invalid(source, "rows in it lack their parents: " + orphans.get(0), null);
				}
			}
			try (SqliteConnection connection = this.connections.open(copy)) {
				this.migrator.migrate(connection, "the file");
			}
		}
		catch (MigrationException ex) {
			throw invalid(source, String.valueOf(ex.getMessage()), ex);
		}
		catch (SQLException ex) {
			if (SqliteException.isDamage(ex)) {
				throw invalid(source, "it is no SQLite database, or damaged: " + ex.getMessage(), ex);
			}
			throw ex;
		}
		DurableFiles.sync(copy);
	}

	/** By SQLite, which also reads a log beside the source. */
	private void copy(Path source, Path copy) throws SQLException {
		// Among our own files it may be in use.
		boolean atRest = !this.files.contains(source) && !Companions.hasLog(source);
		SqliteConnection reading = atRest ? this.connections.openAtRest(source) : null;
		try (SqliteConnection connection = (reading != null) ? reading : this.connections.openToLook(source)) {
			connection.copyTo(copy);
		}
	}

	private void swap(DatabaseName name, Path file, Path copy, boolean whole) throws IOException {
		if (whole) {
			Path replaced = this.kept.name(file, "replaced");
			KeptCopies.link(file, replaced);
			try {
				DurableFiles.replace(copy, file);
			}
			catch (IOException ex) {
				Files.deleteIfExists(replaced);
				throw ex;
			}
		}
		else {
			// Missing or damaged: what is left of it goes aside first, for its log must
			// not come to lie beside the new file.
			KeptCopies.move(file, this.kept.name(file, "replaced"));
			if (!DurableFiles.publish(copy, file)) {
				throw new IOException("another process has just made it");
			}
		}
		KeptCopies.prune(file, "replaced");
		this.opener.forget(name);
	}

	private static InvalidDatabaseFileException invalid(Path source, String problem, @Nullable Throwable cause) {
		return new InvalidDatabaseFileException(
				"%s cannot become a user's database: %s. Nothing was changed.".formatted(source.getFileName(), problem),
				cause);
	}

}
