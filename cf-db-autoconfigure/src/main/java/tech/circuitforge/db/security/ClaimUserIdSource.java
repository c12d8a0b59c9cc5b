package tech.circuitforge.db.security;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClaimAccessor;

import tech.circuitforge.db.NoCurrentUserException;

/**
 * Takes the id from a claim of a JWT or an OpenID Connect user.
 */
public final class ClaimUserIdSource implements SecurityContextUserResolver.UserIdSource {

	private final String claim;

	/**
	 * Creates a source.
	 * @param claim the claim's name
	 */
	public ClaimUserIdSource(String claim) {
		this.claim = claim;
	}

	@Override
	public String idOf(Authentication authentication) {
		String id = (authentication.getPrincipal() instanceof ClaimAccessor claims)
				? claims.getClaimAsString(this.claim) : null;
		if (id == null) {
			// Not the name instead: two kinds of ids must never meet.
			throw new NoCurrentUserException(
					"Whoever is signed in has no claim \"%s\" (cf.db.cloud.user-claim).".formatted(this.claim), null);
		}
		return id;
	}

}
