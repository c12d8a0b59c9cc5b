package tech.circuitforge.db.location;

import java.nio.file.Path;

/**
 * Thrown at start when the place for databases cannot be used.
 */
public class DatabaseLocationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	/**
	 * Creates an exception.
	 * @param description what is wrong, a sentence
	 * @param action what to do, an imperative sentence
	 */
	public DatabaseLocationException(String description, String action) {
		super(description);
		this.action = action;
	}

	DatabaseLocationException(String property, Path path, String problem, String action) {
		this("%s (\"%s\") %s.".formatted(property, path, problem), action + ".");
	}

	/**
	 * Returns what to do about it.
	 * @return an imperative sentence
	 */
	public String action() {
		return this.action;
	}

}
