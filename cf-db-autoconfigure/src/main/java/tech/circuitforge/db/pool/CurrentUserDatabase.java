package tech.circuitforge.db.pool;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DatabaseName;

/**
 * Cloud mode: the current user's database.
 */
public final class CurrentUserDatabase implements CurrentDatabase {

	private final CurrentUser currentUser;

	private final @Nullable DatabaseName withoutUser;

	/**
	 * Creates a selector.
	 * @param currentUser knows the user
	 * @param withoutUser the database for requests without a user, or {@code null} to
	 * refuse them
	 */
	public CurrentUserDatabase(CurrentUser currentUser, @Nullable DatabaseName withoutUser) {
		this.currentUser = currentUser;
		this.withoutUser = withoutUser;
	}

	@Override
	public @Nullable DatabaseName find() {
		UserId user = this.currentUser.find();
		return (user != null) ? DatabaseName.of(user) : this.withoutUser;
	}

	@Override
	public DatabaseName require() {
		DatabaseName database = find();
		if (database == null) {
			throw new NoCurrentUserException();
		}
		return database;
	}

}
