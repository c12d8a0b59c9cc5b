package tech.circuitforge.db.pool;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.DurableFiles;
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
			throw this.migrator.failures().failed(name, file, ex);
		}
		if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
			return false;
		}
		if (Companions.hasLog(file) && !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
			// SQLite would take it for the new file's.
			throw this.migrator.failures()
				.damaged(name, "its file %s is gone and its log is still there".formatted(file), null);
		}
		Path building = Companions.temporary(file);
		try {
			PrivateFiles.createFile(building);
			try {
				build(building, name);
				DurableFiles.sync(building);
				return DurableFiles.publish(building, file);
			}
			finally {
				Companions.deleteTemporary(building);
			}
		}
		catch (IOException | SQLException ex) {
			throw this.migrator.failures().failed(name, file, ex);
		}
	}

	private void build(Path building, DatabaseName name) throws IOException, SQLException {
		if (this.template != null) {
			try (OutputStream content = Files.newOutputStream(building, StandardOpenOption.WRITE)) {
				this.template.writeTo(content);
			}
		}
		try (SqliteConnection connection = this.connections.openNew(building)) {
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

}
