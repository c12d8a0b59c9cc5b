package tech.circuitforge.db.pool;

import java.io.IOException;
import java.sql.SQLException;

import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.sqlite.SqliteConnection;

/**
 * Copies of databases that are kept in another place.
 */
public interface Snapshots {

	/** There are none, and none are made. */
	Snapshots NONE = new Snapshots() {

		@Override
		public boolean exist(DatabaseName name) {
			return false;
		}

		@Override
		public void beforeMigration(SqliteConnection connection, DatabaseName name) {
		}

	};

	/**
	 * Tells whether there is a copy of a database.
	 * @param name the database
	 * @return whether it must have existed once
	 */
	boolean exist(DatabaseName name);

	/**
	 * Is called before an existing database is changed by migrations.
	 * @param connection a connection to it
	 * @param name the database
	 * @throws SQLException if a copy is wanted and it cannot be read
	 * @throws IOException if a copy is wanted and cannot be written
	 */
	void beforeMigration(SqliteConnection connection, DatabaseName name) throws SQLException, IOException;

}
