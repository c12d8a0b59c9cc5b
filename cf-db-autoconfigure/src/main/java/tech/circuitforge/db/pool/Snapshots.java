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
		public Snapshot beforeMigration(SqliteConnection connection, DatabaseName name) {
			return Snapshot.NONE;
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
	 * @return what was made, to be told what came of it
	 * @throws SQLException if a copy is wanted and it cannot be read
	 * @throws IOException if a copy is wanted and cannot be written
	 */
	Snapshot beforeMigration(SqliteConnection connection, DatabaseName name) throws SQLException, IOException;

	/**
	 * A copy made before migrations.
	 */
	@FunctionalInterface
	interface Snapshot {

		/** No copy. */
		Snapshot NONE = (applied) -> {
		};

		/**
		 * Is told what came of the migrations.
		 * @param applied how many of them
		 * @throws IOException if what is of no use any more cannot be deleted
		 */
		void ended(Applied applied) throws IOException;

	}

	/** What came of migrations. */
	enum Applied {

		/** The copy is a backup like any other, and older ones go for it. */
		ALL,

		/** The copy is needed, but what fails pushes nothing out. */
		SOME,

		/** The database is what it was, and will be copied again before the next try. */
		NONE

	}

}
