package tech.circuitforge.pantry.web;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;
import tech.circuitforge.pantry.account.Account;

/**
 * Who looks at a page, as far as its header is concerned.
 *
 * @param name what whoever is signed in is called, or {@code null} for nobody and for a
 * guest
 * @param guest whether that is a guest
 * @param operator whether the operator's pages are offered
 * @param local whether nobody has to sign in
 */
record Visitor(@Nullable String name, boolean guest, boolean operator, boolean local) {

	static Visitor of(@Nullable Authentication authentication, Mode mode) {
		boolean local = mode == Mode.LOCAL;
		if (authentication == null) {
			return new Visitor(null, false, local, local);
		}
		String name = (authentication.getPrincipal() instanceof Account account) ? account.displayName()
				: authentication.getName();
		return new Visitor(name, hasRole(authentication, "GUEST"), local || hasRole(authentication, "OPERATOR"), local);
	}

	private static boolean hasRole(Authentication authentication, String role) {
		return authentication.getAuthorities()
			.stream()
			.anyMatch((authority) -> ("ROLE_" + role).equals(authority.getAuthority()));
	}

}
