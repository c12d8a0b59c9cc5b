package tech.circuitforge.db;

import java.util.stream.Stream;

/**
 * Operations on users' databases as a whole, in cloud mode.
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

}
