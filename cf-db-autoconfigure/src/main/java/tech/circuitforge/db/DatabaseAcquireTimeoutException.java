package tech.circuitforge.db;

/**
 * Thrown when a statement got no connection: it waited for
 * {@code cf.db.pool.acquire-timeout}, or as many threads wait for the user's database as
 * may. The message says which bound was reached.
 */
public class DatabaseAcquireTimeoutException extends DatabaseUnavailableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param message what was exhausted and what to do
	 */
	public DatabaseAcquireTimeoutException(String message) {
		super(message, null);
	}

}
