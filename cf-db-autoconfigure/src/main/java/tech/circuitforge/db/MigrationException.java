package tech.circuitforge.db;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a migration script cannot be used or cannot be applied. Nothing of the
 * script named has been applied.
 */
public class MigrationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param message which script and line, what is wrong, and what now holds
	 * @param cause the reason, if another exception was
	 */
	public MigrationException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
