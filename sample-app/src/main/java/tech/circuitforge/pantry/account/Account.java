package tech.circuitforge.pantry.account;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.userdetails.User;

/**
 * Somebody who uses Pantry. What Spring Security calls the user name, and what is
 * therefore the key of the database, is the account's id: it never changes and is never
 * given to anybody else. The name is for signing in and for the header.
 */
public final class Account extends User {

	@Serial
	private static final long serialVersionUID = 1;

	private final @Nullable String displayName;

	private final int generation;

	/**
	 * Creates an account.
	 * @param id the id
	 * @param displayName what its owner is called, or {@code null} for a guest
	 * @param password the encoded password
	 * @param role what its owner may do
	 * @param generation how often the account was emptied before; only those of the
	 * demonstration outlive that
	 */
	public Account(String id, @Nullable String displayName, String password, String role, int generation) {
		super(id, password, AuthorityUtils.createAuthorityList("ROLE_" + role));
		this.displayName = displayName;
		this.generation = generation;
	}

	/**
	 * Returns the id.
	 * @return the same as {@link #getUsername()}
	 */
	public String id() {
		return getUsername();
	}

	/**
	 * Returns what the owner is called.
	 * @return the name, or {@code null} for a guest
	 */
	public @Nullable String displayName() {
		return this.displayName;
	}

	int generation() {
		return this.generation;
	}

}
