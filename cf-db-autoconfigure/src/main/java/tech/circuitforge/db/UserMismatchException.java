package tech.circuitforge.db;

/**
 * Thrown when a statement of one user would run on the connection, or inside the
 * transaction, of another. The statement has not run.
 */
public class UserMismatchException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception that names both.
	 * @param owner whose connection or transaction it is
	 * @param asking who wants to use it
	 */
	public UserMismatchException(String owner, String asking) {
		super(("This connection belongs to %s, and %s is asking. One transaction is one user's: finish it before "
				+ "working as somebody else, and do not hand connections to other users' threads.")
			.formatted(owner, asking));
	}

}
