package tech.circuitforge.db;

/**
 * Thrown when one user would work on the connection, inside the transaction or with the
 * JPA session of another. Nothing has been done. JPA wraps it.
 */
public class UserMismatchException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception that names both.
	 * @param owner whose connection, transaction or session it is
	 * @param asking who wants to use it
	 */
	public UserMismatchException(String owner, String asking) {
		super(("This connection, transaction or session belongs to %s, and %s is asking. One is one user's: finish it "
				+ "before working as somebody else (spring.jpa.open-in-view=false ends JPA's session with each "
				+ "transaction), and do not hand it to other users' threads.")
			.formatted(owner, asking));
	}

}
