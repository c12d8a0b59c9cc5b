package tech.circuitforge.db.security;

import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClaimAccessor;

import tech.circuitforge.db.NoCurrentUserException;

/**
 * Takes the id from a claim of a JWT or an OpenID Connect user, or from several, such as
 * the issuer and the subject.
 */
public final class ClaimUserIdSource implements SecurityContextUserResolver.UserIdSource {

	private final List<String> claims;

	/**
	 * Creates a source.
	 * @param claims the claims' names
	 */
	public ClaimUserIdSource(List<String> claims) {
		this.claims = List.copyOf(claims);
	}

	@Override
	public String idOf(Authentication authentication) {
		ClaimAccessor accessor = (authentication.getPrincipal() instanceof ClaimAccessor present) ? present : null;
		if (this.claims.size() == 1) {
			return text(this.claims.get(0), accessor);
		}
		// Escaped, so that ("a|b", "c") and ("a", "b|c") are two users.
		return this.claims.stream()
			.map((claim) -> text(claim, accessor).replace("%", "%25").replace("|", "%7C"))
			.collect(Collectors.joining("|"));
	}

	private static String text(String claim, @Nullable ClaimAccessor accessor) {
		Object value = (accessor != null) ? accessor.getClaims().get(claim) : null;
		if (value == null) {
			// Not the name instead: two kinds of ids must never meet.
			throw new NoCurrentUserException(
					"Whoever is signed in has no claim \"%s\" (cf.db.cloud.user-claim).".formatted(claim), null);
		}
		String text = ClaimText.of(claim, value);
		if (text == null) {
			throw new NoCurrentUserException(
					"The claim \"%s\" (cf.db.cloud.user-claim) of whoever is signed in is %s. Only text and whole numbers that are exact can be an id."
						.formatted(claim, ClaimText.typeOf(value)),
					null);
		}
		return text;
	}

	@Override
	public String toString() {
		return "the claim " + this.claims.stream().map((claim) -> '"' + claim + '"').collect(Collectors.joining(", "))
				+ " (cf.db.cloud.user-claim)";
	}

}
