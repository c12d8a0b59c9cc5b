package tech.circuitforge.db.migration;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.time.InstantSource;

import tech.circuitforge.db.sqlite.SqliteConnection;

/**
 * A database with all migrations and nothing else, to be copied for each new user.
 */
public final class DatabaseTemplate {

	private final byte[] content;

	private final InstantSource clock;

	private DatabaseTemplate(byte[] content, InstantSource clock) {
		this.content = content;
		this.clock = clock;
	}

	static DatabaseTemplate of(SqliteConnection migrated, InstantSource clock) throws SQLException {
		return new DatabaseTemplate(migrated.toFileContent(), clock);
	}

	/**
	 * Writes what a database file has to contain.
	 * @param file where to
	 * @throws IOException if that fails
	 */
	public void writeTo(OutputStream file) throws IOException {
		file.write(this.content);
	}

	/**
	 * Makes a copy its owner's own: its migrations were applied now.
	 * @param copy a connection to the copy
	 * @throws SQLException if it cannot be written
	 */
	public void personalize(SqliteConnection copy) throws SQLException {
		new MigrationHistory(copy).restamp(this.clock.instant());
	}

}
