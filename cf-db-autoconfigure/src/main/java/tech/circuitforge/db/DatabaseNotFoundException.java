package tech.circuitforge.db;

import java.time.Instant;

/**
 * Thrown when a user has no database and none is made on first use
 * ({@code cf.db.cloud.provisioning=explicit}), or has no backup that is asked for.
 */
public class DatabaseNotFoundException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param owner whose database is missing
	 */
	public DatabaseNotFoundException(String owner) {
		super("There is no database of %s. Make it with UserDatabases.create, or set cf.db.cloud.provisioning=on-first-use."
			.formatted(owner));
	}

	/**
	 * Creates an exception about a backup.
	 * @param owner whose backup is missing
	 * @param time the time to which somebody wants to go back
	 */
	public DatabaseNotFoundException(String owner, Instant time) {
		super("There is no backup of the database of %s from %s or before. Nothing was changed.".formatted(owner,
				time));
	}

}
