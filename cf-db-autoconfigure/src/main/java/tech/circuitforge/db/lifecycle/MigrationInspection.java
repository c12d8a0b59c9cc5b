package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseMigrations;
import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.DatabaseOpenException;
import tech.circuitforge.db.MigrationDryRun;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.PrivateFiles;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.pool.DatabaseCreator;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * Looks at the migrations of a database, and tries what is pending on a copy, without
 * changing the database.
 */
public final class MigrationInspection {

	private final DatabaseFiles files;

	private final SqliteConnections connections;

	private final Migrator migrator;

	/**
	 * Creates an inspection.
	 * @param files knows where databases are
	 * @param connections opens them
	 * @param migrator knows the migrations
	 */
	public MigrationInspection(DatabaseFiles files, SqliteConnections connections, Migrator migrator) {
		this.files = files;
		this.connections = connections;
		this.migrator = migrator;
	}

	DatabaseMigrations look(DatabaseName name) {
		Path file = existing(name);
		try (SqliteConnection connection = this.connections.openToLook(file)) {
			return this.migrator.look(connection, name.toString());
		}
		catch (SQLException ex) {
			throw failed(name, file, ex);
		}
	}

	MigrationDryRun tryOnCopy(DatabaseName name) {
		Path file = existing(name);
		Path copy = DatabaseCreator.temporary(file);
		try {
			PrivateFiles.createFile(copy);
			try {
				try (SqliteConnection connection = this.connections.openToLook(file)) {
					connection.copyTo(copy);
				}
				return run(copy, name);
			}
			finally {
				DatabaseCreator.deleteTemporary(copy);
			}
		}
		catch (IOException | SQLException ex) {
			throw failed(name, file, ex);
		}
	}

	private MigrationDryRun run(Path copy, DatabaseName name) throws SQLException {
		try (SqliteConnection connection = this.connections.open(copy)) {
			@Nullable String failure = null;
			List<String> pending = List.of();
			try {
				pending = this.migrator.look(connection, name.toString()).pending();
				this.migrator.migrate(connection, name.toString());
			}
			catch (MigrationException ex) {
				failure = String.valueOf(ex.getMessage());
			}
			List<String> applied = pending;
			if (failure != null && !pending.isEmpty()) {
				List<String> left = this.migrator.look(connection, name.toString()).pending();
				applied = pending.stream().filter((migration) -> !left.contains(migration)).toList();
			}
			return new MigrationDryRun(applied, failure, Migrator.brokenReferences(connection));
		}
	}

	private Path existing(DatabaseName name) {
		this.files.refuseLinks(name);
		Path file = this.files.locate(name);
		if (!Files.exists(file)) {
			throw new DatabaseNotFoundException(name.toString());
		}
		return file;
	}

	private static DatabaseOpenException failed(DatabaseName name, Path file, Exception ex) {
		return new DatabaseOpenException(
				"The database of %s (%s) cannot be read or copied: %s. It has not been changed.".formatted(name, file,
						ex.getMessage()),
				ex);
	}

}
