package tech.circuitforge.db;

/**
 * Thrown when a database is to be created that is there already. It has not been touched.
 */
public class DatabaseExistsException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param user whose database is there
	 */
	public DatabaseExistsException(UserId user) {
		super("User %s has a database already; nothing was changed.".formatted(user));
	}

}
