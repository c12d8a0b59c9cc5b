package tech.circuitforge.db;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the file system is mounted read-only, as Linux does after disk errors.
 * Everything works again as soon as it can be written.
 */
public class ReadOnlyStorageException extends DatabaseUnavailableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param message what happened, to which database, and what to do
	 * @param cause the reason, if another exception was
	 */
	public ReadOnlyStorageException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
