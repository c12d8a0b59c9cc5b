package tech.circuitforge.db.sqlite;

import java.sql.SQLException;

/**
 * Thrown when a file's schema is not one that SQLite has written, or not the one it
 * should be. Its message is a clause, as in "it has a trigger t".
 */
public final class SchemaException extends SQLException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param problem what is wrong, beginning with "it" or "its", without a full stop
	 */
	public SchemaException(String problem) {
		super(problem);
	}

}
