package tech.circuitforge.db.security;

import org.springframework.security.core.Authentication;

/**
 * Takes the authenticated name.
 */
public final class NameUserIdSource implements SecurityContextUserResolver.UserIdSource {

	@Override
	public String idOf(Authentication authentication) {
		return authentication.getName();
	}

	@Override
	public String toString() {
		return "the authenticated name";
	}

}
