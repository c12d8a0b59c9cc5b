package tech.circuitforge.db.migration;

/**
 * Thrown at start when a configured location has no migration scripts.
 */
public class MigrationsNotFoundException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String location;

	private final String property;

	/**
	 * Creates an exception.
	 * @param location the location as configured
	 */
	MigrationsNotFoundException(String location) {
		this("cf.db.migrations.locations", location);
	}

	/**
	 * Creates an exception.
	 * @param property what names the location
	 * @param location the location as configured
	 */
	public MigrationsNotFoundException(String property, String location) {
		super("There are no *.sql files in \"%s\" (%s).".formatted(location, property));
		this.property = property;
		this.location = location;
	}

	/**
	 * Returns what names the location.
	 * @return a property
	 */
	public String property() {
		return this.property;
	}

	/**
	 * Returns the location without scripts.
	 * @return the location as configured
	 */
	public String location() {
		return this.location;
	}

}
