package tech.circuitforge.db;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the process may open no more files. Databases that are open stay usable;
 * others can be opened again as soon as some are closed.
 */
public class TooManyOpenFilesException extends DatabaseUnavailableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param message what happened, to which database, and what to do
	 * @param cause the reason, if another exception was
	 */
	public TooManyOpenFilesException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
