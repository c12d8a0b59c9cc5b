package tech.circuitforge.db.security;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;

import tech.circuitforge.db.NoCurrentUserException;

/**
 * Takes the authenticated name, except where Spring Security has made it out of a claim
 * that is neither text nor a whole number.
 */
public final class TokenNameUserIdSource implements SecurityContextUserResolver.UserIdSource {

	@Override
	public String idOf(Authentication authentication) {
		String name = authentication.getName();
		if (couldBeNoText(name)) {
			Map<String, Object> claims = claimsOf(authentication.getPrincipal());
			if (claims != null) {
				refuse(name, claims);
			}
		}
		return name;
	}

	/** For every statement: the claims are looked at only where there is a doubt. */
	private static boolean couldBeNoText(String name) {
		return name.startsWith("[") || name.startsWith("{") || name.equals("true") || name.equals("false")
				|| ClaimText.isFloatingPoint(name);
	}

	private static @Nullable Map<String, Object> claimsOf(@Nullable Object principal) {
		if (principal instanceof ClaimAccessor accessor) {
			return accessor.getClaims();
		}
		return (principal instanceof OAuth2AuthenticatedPrincipal user) ? user.getAttributes() : null;
	}

	private static void refuse(String name, Map<String, Object> claims) {
		for (Map.Entry<String, Object> claim : claims.entrySet()) {
			Object value = claim.getValue();
			if (value != null && ClaimText.of(claim.getKey(), value) == null && value.toString().equals(name)) {
				throw new NoCurrentUserException(
						"The authenticated name comes from the claim \"%s\", which is %s. Only text and whole numbers that are exact can be an id."
							.formatted(claim.getKey(), ClaimText.typeOf(value)),
						null);
			}
		}
	}

	@Override
	public String toString() {
		return "the authenticated name";
	}

}
