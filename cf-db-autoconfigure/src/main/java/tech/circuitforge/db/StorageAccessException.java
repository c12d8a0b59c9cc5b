package tech.circuitforge.db;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when this process has no permission for a database file or its directory.
 */
public class StorageAccessException extends DatabaseUnavailableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param message what happened, to which database, and what to do
	 * @param cause the reason, if another exception was
	 */
	public StorageAccessException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
