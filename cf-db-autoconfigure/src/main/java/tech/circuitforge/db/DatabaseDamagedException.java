package tech.circuitforge.db;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a database file is damaged or lost: SQLite finds it malformed, it is empty,
 * it has vanished, or it has lost its migrations table. Nothing is put in its place, and
 * nothing of it is changed. It comes as the cause of a
 * {@link DatabaseQuarantinedException}.
 */
public class DatabaseDamagedException extends DatabaseUnavailableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param message what happened, to which database, and what to do
	 * @param cause the reason, if another exception was
	 */
	public DatabaseDamagedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
