package tech.circuitforge.db;

/**
 * Thrown when a database file cannot be opened: it is no SQLite database, damaged, not
 * permitted, or its path is not what it should be. Other users are not affected.
 */
public class DatabaseOpenException extends DatabaseUnavailableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param message which database, what is wrong with it and what to do
	 * @param cause the reason
	 */
	public DatabaseOpenException(String message, Throwable cause) {
		super(message, cause);
	}

}
