package tech.circuitforge.db.location;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.UserId;

/**
 * Names one database: a user's, or one of the few that belong to no user. Two names are
 * equal only if they are the same database, since each is spelled as in the file system
 * (see {@link PathToken}).
 */
public final class DatabaseName {

	/** The database that requests without a user share, where that is allowed. */
	public static final DatabaseName ANONYMOUS = new DatabaseName("anonymous", null, "requests without a user");

	/** The one database of local mode. */
	public static final DatabaseName LOCAL = new DatabaseName("local", null, "local mode");

	/** The database that all users share beside their own, if there is one. */
	public static final DatabaseName SHARED = new DatabaseName("shared", null, "all users together (cf.db.shared)");

	private final String token;

	private final @Nullable UserId user;

	private final String description;

	private DatabaseName(String token, @Nullable UserId user, String description) {
		this.token = token;
		this.user = user;
		this.description = description;
	}

	/**
	 * Names the database of a user.
	 * @param user the user
	 * @return the name
	 */
	public static DatabaseName of(UserId user) {
		return new DatabaseName(PathToken.encode(user.value()), user, "");
	}

	/**
	 * Returns the spelling of this name in a path.
	 * @return a file name without separators
	 */
	public String token() {
		return this.token;
	}

	/**
	 * Returns the user whose database this is.
	 * @return the user, or {@code null} if it belongs to none
	 */
	public @Nullable UserId user() {
		return this.user;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		// LOCAL has no place below a root; users are kept apart from it by their id
		// alone.
		return (this == other) || (other instanceof DatabaseName that && this.token.equals(that.token)
				&& ((this.user == null) == (that.user == null)));
	}

	@Override
	public int hashCode() {
		return Objects.hashCode(this.token);
	}

	/** Returns a description for messages, such as {@code user "alice"}. */
	@Override
	public String toString() {
		return (this.user != null) ? "user \"" + this.user + "\"" : this.description;
	}

}
