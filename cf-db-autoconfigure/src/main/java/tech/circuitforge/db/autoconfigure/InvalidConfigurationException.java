package tech.circuitforge.db.autoconfigure;

/**
 * Thrown at start when a property has a value that cannot work.
 */
class InvalidConfigurationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	InvalidConfigurationException(String message, String action) {
		super(message);
		this.action = action;
	}

	String action() {
		return this.action;
	}

}
