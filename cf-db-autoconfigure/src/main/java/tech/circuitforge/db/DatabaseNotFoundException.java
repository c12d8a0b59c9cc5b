package tech.circuitforge.db;

/**
 * Thrown when a user has no database and none is made on first use
 * ({@code cf.db.cloud.provisioning=explicit}).
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

}
