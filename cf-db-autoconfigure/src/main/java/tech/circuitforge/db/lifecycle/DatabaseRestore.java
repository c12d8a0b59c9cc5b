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
import tech.circuitforge.db.location.KeptCopies;
import tech.circuitforge.db.location.PrivateFiles;
import tech.circuitforge.db.location.SharedFile;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.migration.SchemaCheck;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.pool.DatabaseOpener;
import tech.circuitforge.db.sqlite.IntegrityCheck;
import tech.circuitforge.db.sqlite.SchemaException;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;
import tech.circuitforge.db.sqlite.SqliteException;
import tech.circuitforge.db.sqlite.StorageCondition;
import tech.circuitforge.db.sqlite.TimeLimit;

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

	private final RestoreSettings settings;

	private final SchemaCheck schema;

	private final Exclusive exclusive;

	private final KeptCopies kept;

	private final DatabaseOpener opener;

	private final DatabaseFailures failures;

	DatabaseRestore(DatabaseFiles files, SqliteConnections connections, Migrator migrator, RestoreSettings settings,
			Exclusive exclusive, KeptCopies kept, DatabaseOpener opener, DatabaseFailures failures) {
		this.files = files;
		this.connections = connections;
		this.migrator = migrator;
		this.settings = settings;
		this.schema = new SchemaCheck(migrator, connections, settings.schema());
		this.exclusive = exclusive;
		this.kept = kept;
		this.opener = opener;
		this.failures = failures;
	}

	/**
	 * Restores a database.
	 * @param name the database
	 * @param source the file to put in its place
	 * @param origin where that file comes from
	 */
	void restore(DatabaseName name, Path source, Origin origin) {
		Path file = this.files.locate(name);
		Path real = existing(source);
		try {
			this.files.prepare(name);
			Path copy = Companions.temporary(file);
			PrivateFiles.createFile(copy);
			try {
				prepare(real, copy, origin);
				this.exclusive.run(name, "restored", (closed, whole) -> swap(name, file, copy, whole, real));
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

	/**
	 * Where it is: whoever names the file may use links, and SQLite is not to follow any.
	 */
	private Path existing(Path source) {
		try {
			return look(source);
		}
		catch (IOException ex) {
			throw invalid(source, "it cannot be read", ex);
		}
	}

	private Path look(Path source) throws IOException {
		if (!Files.isRegularFile(source)) {
			throw invalid(source, "there is no such file", null);
		}
		if (!Files.isReadable(source)) {
			throw invalid(source, "it cannot be read", null);
		}
		Path real = source.toRealPath();
		long size = Files.size(real);
		if (size == 0) {
			throw invalid(source, "it is empty (0 bytes)", null);
		}
		if (size + Companions.logSize(real) > this.settings.maxSize().toBytes()) {
			throw tooLarge(source);
		}
		// One of ours may be in use, and what its header says then in its log.
		if (!this.files.contains(real) && !Companions.hasLog(real)) {
			String problem = DatabaseFileHeader.findProblem(real, size);
			if (problem != null) {
				throw invalid(source, problem, null);
			}
		}
		return real;
	}

	private InvalidDatabaseFileException tooLarge(Path source) {
		return invalid(source, "it is larger than cf.db.restore.max-size (%s)".formatted(this.settings.maxSize()),
				null);
	}

	private void prepare(Path source, Path copy, Origin origin) throws IOException, SQLException {
		try {
			copy(source, copy);
			try (SqliteConnection connection = this.connections.openUntrusted(copy)) {
				check(connection, source, origin);
			}
			try (SqliteConnection connection = this.connections.open(copy)) {
				this.migrator.migrate(connection, "the file");
			}
		}
		catch (MigrationException ex) {
			throw invalid(source, this.migrator.withoutSources(String.valueOf(ex.getMessage())), ex);
		}
		catch (SchemaException ex) {
			throw invalid(source, String.valueOf(ex.getMessage()), ex);
		}
		catch (SQLException ex) {
			if (StorageCondition.of(ex, copy) != null) {
				// Not the file's doing.
				throw ex;
			}
			throw invalid(source,
					SqliteException.isDamage(ex) ? "it is no SQLite database, or damaged: " + ex.getMessage()
							: "SQLite cannot work with it: " + ex.getMessage(),
					ex);
		}
		DurableFiles.sync(copy);
	}

	/**
	 * The schema first, as text: a check of the rows already runs what it says of them.
	 */
	private void check(SqliteConnection connection, Path source, Origin origin) throws SQLException {
		try (TimeLimit limit = TimeLimit.start(connection, this.settings.timeout(), () -> false)) {
			try {
				if (origin != Origin.ANYWHERE) {
					// It was in service with that schema, or its schema is the
					// operator's.
					this.migrator.refuseForeign(connection, "the file");
				}
				else {
					this.schema.refuseForeign(connection, "the file");
				}
				refuseDamage(connection, source);
				List<String> orphans = Migrator.brokenReferences(connection, 1);
				if (!orphans.isEmpty() && origin != Origin.BACKUP) {
					throw invalid(source, "rows in it lack their parents: " + orphans.get(0), null);
				}
			}
			catch (SQLException ex) {
				if (limit.hasEnded(ex)) {
					throw invalid(source,
							"its checks take longer than cf.db.restore.timeout (%s)".formatted(this.settings.timeout()),
							ex);
				}
				throw ex;
			}
		}
	}

	private void refuseDamage(SqliteConnection connection, Path source) throws SQLException {
		List<String> damage = IntegrityCheck.full(connection);
		if (!damage.isEmpty()) {
			throw invalid(source, "it is damaged: " + damage.get(0), null);
		}
	}

	/** By SQLite, which also reads a log beside the source. */
	private void copy(Path source, Path copy) throws SQLException {
		// Among our own files it may be in use.
		boolean atRest = !this.files.contains(source) && !Companions.hasLog(source);
		SqliteConnection reading = atRest ? this.connections.openAtRest(source) : null;
		try (SqliteConnection connection = (reading != null) ? reading : this.connections.openToLook(source)) {
			// A log of a few pages can say that there are thousands of millions.
			if (connection.size() > this.settings.maxSize().toBytes()) {
				throw tooLarge(source);
			}
			connection.copyTo(copy);
		}
	}

	private void swap(DatabaseName name, Path file, Path copy, boolean whole, Path source) throws IOException {
		Path replaced = this.kept.name(file, "replaced");
		if (whole) {
			KeptCopies.link(file, replaced);
			try {
				DurableFiles.replace(copy, file);
			}
			catch (IOException ex) {
				KeptCopies.putBack(file, replaced);
				throw ex;
			}
		}
		else {
			// Missing or damaged: what is left of it goes aside first, for its log must
			// not come to lie beside the new file.
			KeptCopies.move(file, replaced);
			if (!DurableFiles.publish(copy, file)) {
				throw new IOException("another process has just made it");
			}
		}
		KeptCopies.prune(file, "replaced", List.of(replaced, source));
		this.opener.forget(name);
	}

	private InvalidDatabaseFileException invalid(Path source, String problem, @Nullable Throwable cause) {
		String sentence = problem.replaceFirst("[.\\s]+(?:Nothing was changed\\.)?$", "");
		String what = (this.files instanceof SharedFile) ? "the shared database" : "a user's database";
		return new InvalidDatabaseFileException(
				"%s cannot become %s: %s. Nothing was changed.".formatted(source.getFileName(), what, sentence), cause);
	}

	/** Where a file comes from. */
	enum Origin {

		/** From anybody. */
		ANYWHERE,

		/**
		 * From whoever runs the application: what else than scripts makes tables in the
		 * shared database is not known here.
		 */
		OPERATOR,

		/**
		 * From the directory of backups: it was in service. Rows may lack their parents,
		 * as they may have then.
		 */
		BACKUP

	}

}
