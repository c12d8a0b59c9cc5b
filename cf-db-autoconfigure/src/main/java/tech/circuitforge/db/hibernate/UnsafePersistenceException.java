package tech.circuitforge.db.hibernate;

/**
 * Thrown at start when Hibernate is configured or mapped in a way that would carry one
 * user's data into another's database.
 */
public class UnsafePersistenceException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	UnsafePersistenceException(String description, String action) {
		super(description);
		this.action = action;
	}

	/**
	 * Returns what to do about it.
	 * @return an imperative sentence
	 */
	public String action() {
		return this.action;
	}

}
