package tech.circuitforge.db;

import java.time.Duration;

/**
 * Thrown when a user's database is out of service because it could not be brought up to
 * date. Nobody else is affected; it is tried again after {@link #retryAfter()}.
 */
public class DatabaseQuarantinedException extends DatabaseUnavailableException {

	private static final long serialVersionUID = 1L;

	private final Duration retryAfter;

	/**
	 * Creates an exception.
	 * @param message which database, since when and why
	 * @param cause what failed
	 * @param retryAfter how long nothing is tried
	 */
	public DatabaseQuarantinedException(String message, Throwable cause, Duration retryAfter) {
		super(message, cause);
		this.retryAfter = retryAfter;
	}

	@Override
	public Duration retryAfter() {
		return this.retryAfter;
	}

}
