package tech.circuitforge.db.pool;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.location.DatabaseName;

/**
 * Says which database the calling thread's next statement is meant for.
 */
public interface CurrentDatabase {

	/**
	 * Returns the database, if it is known.
	 * @return the database, or {@code null} if there is no current user
	 */
	@Nullable DatabaseName find();

	/**
	 * Returns the database.
	 * @return the database
	 * @throws tech.circuitforge.db.NoCurrentUserException if there is no current user
	 */
	DatabaseName require();

	/**
	 * Always the same database.
	 * @param name the database
	 * @return that database, whoever asks
	 */
	static CurrentDatabase always(DatabaseName name) {
		return new CurrentDatabase() {

			@Override
			public DatabaseName find() {
				return name;
			}

			@Override
			public DatabaseName require() {
				return name;
			}

		};
	}

}
