package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.DurableFiles;
import tech.circuitforge.db.location.FileKey;
import tech.circuitforge.db.location.HardLinks;
import tech.circuitforge.db.location.PrivateFiles;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.sqlite.IntegrityCheck;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * Copies databases while they are in use. A copy is one self-contained file in rollback
 * journal mode, which can be opened where nothing may be written beside it; it has been
 * looked through and is on the disk.
 */
public final class CheckedCopy {

	private final DatabaseFiles files;

	private final SqliteConnections connections;

	private final DatabaseFailures failures;

	/**
	 * Creates a copier.
	 * @param files knows where databases are
	 * @param connections opens them
	 * @param failures is told of damage
	 */
	public CheckedCopy(DatabaseFiles files, SqliteConnections connections, DatabaseFailures failures) {
		this.files = files;
		this.connections = connections;
		this.failures = failures;
	}

	/**
	 * Copies a database as it is at one moment.
	 * @param name the database
	 * @param target the copy's name
	 * @param finish what to do with the finished copy, which has another name beside it
	 * until then and is deleted afterwards
	 */
	<T> T copy(DatabaseName name, Path target, Finish<T> finish) {
		Path file = existing(name);
		try (SqliteConnection connection = this.connections.openToLook(file)) {
			return copy(connection, name, target, finish);
		}
		catch (SQLException ex) {
			throw this.failures.failed(name, file, ex);
		}
		catch (IOException ex) {
			throw this.failures.failed(name, target, ex);
		}
	}

	/** The same from an open connection. */
	<T> T copy(SqliteConnection connection, DatabaseName name, Path target, Finish<T> finish)
			throws SQLException, IOException {
		Path copy = Companions.temporary(target);
		PrivateFiles.createFile(copy);
		try {
			Object before = FileKey.of(this.files.locate(name), LinkOption.NOFOLLOW_LINKS);
			connection.copyTo(copy);
			if (!Objects.equals(before, FileKey.of(this.files.locate(name), LinkOption.NOFOLLOW_LINKS))) {
				// Deleted or renamed while this waited: nobody's data any more.
				throw new DatabaseNotFoundException(name.toString());
			}
			check(connection, name, copy);
			return finish.run(copy);
		}
		finally {
			Companions.deleteTemporary(copy);
		}
	}

	private void check(SqliteConnection original, DatabaseName name, Path copy) throws SQLException, IOException {
		try (SqliteConnection connection = this.connections.openToLook(copy)) {
			connection.runScript("PRAGMA journal_mode = DELETE");
			if (!IntegrityCheck.quick(connection).isEmpty()) {
				List<String> problems = IntegrityCheck.quick(original);
				if (problems.isEmpty()) {
					throw new IOException(
							"The copy %s is damaged and the database is not: look at that disk".formatted(copy));
				}
				throw this.failures.malformed(name, problems);
			}
		}
		DurableFiles.sync(copy);
	}

	/** Returns the file of a database that is there. */
	Path existing(DatabaseName name) {
		this.files.refuseLinks(name);
		Path file = this.files.locate(name);
		try {
			if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
				if (Files.size(file) == 0) {
					throw this.failures.empty(name, file);
				}
				HardLinks.refuse(file);
				return file;
			}
		}
		catch (IOException ex) {
			throw this.failures.failed(name, file, ex);
		}
		throw new DatabaseNotFoundException(name.toString());
	}

	/**
	 * What to do with a copy.
	 *
	 * @param <T> type of its result
	 */
	@FunctionalInterface
	interface Finish<T> {

		/**
		 * Does it.
		 * @param copy a finished copy
		 * @return its result
		 */
		T run(Path copy) throws IOException, SQLException;

	}

}
