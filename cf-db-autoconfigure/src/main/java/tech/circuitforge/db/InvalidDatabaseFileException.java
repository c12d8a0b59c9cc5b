package tech.circuitforge.db;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a file is to become a user's database and cannot: it is no SQLite database,
 * damaged, of another product, newer than this version of the product, too large, or has
 * tables, triggers or views that no migration makes. Nothing was changed. The message may
 * be shown to whoever has sent the file: of paths, it has only that file's name.
 */
public class InvalidDatabaseFileException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param message what happened, to which database, and what to do
	 * @param cause the reason, if another exception was
	 */
	public InvalidDatabaseFileException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
