package tech.circuitforge.db;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.TransientDataAccessResourceException;

/**
 * Thrown when a database cannot be used right now, through no fault of the statement; a
 * later try may succeed. Subclasses say why. One of Spring's data access exceptions, so
 * that it is the same whether a database could not be opened or a statement failed.
 */
public abstract class DatabaseUnavailableException extends TransientDataAccessResourceException {

	private static final long serialVersionUID = 1L;

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	/**
	 * Creates an exception.
	 * @param message what happened, to which database, and what to do
	 * @param cause the reason, if another exception was
	 */
	protected DatabaseUnavailableException(String message, @Nullable Throwable cause) {
		super(message);
		if (cause != null) {
			initCause(cause);
		}
	}

	/**
	 * Returns how long a client should wait before it tries again.
	 * @return the time to wait, whole seconds
	 */
	public Duration retryAfter() {
		return RETRY_AFTER;
	}

}
