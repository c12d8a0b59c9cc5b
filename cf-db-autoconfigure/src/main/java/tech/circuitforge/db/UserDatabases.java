package tech.circuitforge.db;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Operations on users' databases as a whole, in cloud mode. Safe for use by several
 * threads.
 */
public interface UserDatabases {

	/**
	 * Lists the users who have a database. The stream reads the data root as it goes and
	 * must be closed.
	 * @return the users, in no particular order
	 */
	Stream<UserId> list();

	/**
	 * Tells whether a user has a database.
	 * @param user the user
	 * @return whether there is a database file of that user
	 */
	boolean exists(UserId user);

	/**
	 * Makes a user's database with every migration applied.
	 * @param user the user
	 * @throws DatabaseExistsException if the user has one already
	 */
	void create(UserId user);

	/**
	 * Looks which migrations a user's database has and lacks, and changes nothing.
	 * @param user the user
	 * @return the migrations
	 * @throws DatabaseNotFoundException if the user has no database
	 * @throws DatabaseUnavailableException if it cannot be opened
	 * @throws MigrationException if its history does not fit the scripts
	 */
	DatabaseMigrations migrations(UserId user);

	/**
	 * Tries the pending migrations of a user's database on a copy, which is deleted
	 * afterwards. Needs as much room on the disk as the database has.
	 * @param user the user
	 * @return what would happen
	 * @throws DatabaseNotFoundException if the user has no database
	 * @throws DatabaseUnavailableException if it cannot be opened or copied
	 */
	MigrationDryRun tryMigrations(UserId user);

	/**
	 * Brings a user's database up to date now, also if it is in quarantine and not due
	 * yet.
	 * @param user the user
	 * @return names of what was applied, in order; empty if nothing was pending
	 * @throws DatabaseNotFoundException if the user has no database
	 * @throws DatabaseUnavailableException if it cannot be opened or migrated
	 */
	List<String> migrate(UserId user);

	/**
	 * Brings every database up to date, several at once, and returns when that is done.
	 * One that fails stops no other.
	 * @param listener is told what happens, by the threads that migrate; beside it the
	 * same is published as application events
	 * @return what became of them
	 */
	MigrationReport migrateAll(Consumer<? super MigrationEvent> listener);

}
