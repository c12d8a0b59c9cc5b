package tech.circuitforge.pantry.account;

/**
 * Knows the accounts of one kind.
 */
public interface AccountDirectory {

	/**
	 * Tells whether an account still is what it was when its owner signed in. It is not
	 * after it has been deleted, and a guest's is not after the guest has signed up.
	 * @param account the account of a session
	 * @return whether the session may go on
	 */
	boolean isCurrent(Account account);

}
