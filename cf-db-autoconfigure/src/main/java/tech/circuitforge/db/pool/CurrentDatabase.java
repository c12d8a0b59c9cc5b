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
	 * Local mode: always the one file.
	 * @return the local database, whoever asks
	 */
	static CurrentDatabase local() {
		return new CurrentDatabase() {

			@Override
			public DatabaseName find() {
				return DatabaseName.LOCAL;
			}

			@Override
			public DatabaseName require() {
				return DatabaseName.LOCAL;
			}

		};
	}

}
