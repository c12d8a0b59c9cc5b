package tech.circuitforge.db;

import java.time.Duration;

/**
 * Thrown when a user's database is out of service on purpose: suspended by
 * {@link UserDatabases#suspend}, in the middle of an operation that needs it for itself,
 * or just deleted.
 */
public class DatabaseSuspendedException extends DatabaseUnavailableException {

	private static final long serialVersionUID = 1L;

	private final Duration retryAfter;

	/**
	 * Creates an exception.
	 * @param message which database and why
	 * @param retryAfter how long a client should wait, whole seconds
	 */
	public DatabaseSuspendedException(String message, Duration retryAfter) {
		super(message, null);
		this.retryAfter = retryAfter;
	}

	@Override
	public Duration retryAfter() {
		return this.retryAfter;
	}

}
