package tech.circuitforge.db;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a statement needs to know its user and there is none. No SQL has run.
 */
public class NoCurrentUserException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/** Creates an exception that names the current thread. */
	public NoCurrentUserException() {
		super(("No current user on thread \"%s\", so there is no database to use. In a request: sign in. Elsewhere "
				+ "(@Scheduled, start-up code, own threads): name the user with CurrentUser.runAs(user, ...).")
			.formatted(Thread.currentThread().getName()));
	}

	/**
	 * Creates an exception for somebody who is known, but not by an id that can have a
	 * database.
	 * @param message what is wrong with the id
	 * @param cause why it was refused
	 */
	public NoCurrentUserException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
