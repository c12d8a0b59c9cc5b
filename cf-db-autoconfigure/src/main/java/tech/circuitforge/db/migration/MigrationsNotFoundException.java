package tech.circuitforge.db.migration;

/**
 * Thrown at start when a configured location has no migration scripts.
 */
public class MigrationsNotFoundException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String location;

	/**
	 * Creates an exception.
	 * @param location the location as configured
	 */
	public MigrationsNotFoundException(String location) {
		super("There are no *.sql files in \"%s\" (cf.db.migrations.locations).".formatted(location));
		this.location = location;
	}

	/**
	 * Returns the location without scripts.
	 * @return the location as configured
	 */
	public String location() {
		return this.location;
	}

}
