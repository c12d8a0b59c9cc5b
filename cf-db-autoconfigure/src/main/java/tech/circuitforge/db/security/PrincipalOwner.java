package tech.circuitforge.db.security;

import java.security.Principal;
import java.util.function.Function;

import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

import tech.circuitforge.db.user.ScopedCurrentUser;
import tech.circuitforge.db.user.TaskOwner;

/**
 * Tells whose work a principal's request is: whom the resolver sees when that principal
 * is authenticated on its thread. So a product's own resolver, which looks at the
 * security context, is heard where requests have no thread.
 */
public final class PrincipalOwner implements Function<Principal, TaskOwner> {

	private static final AuthenticationTrustResolver TRUST = new AuthenticationTrustResolverImpl();

	private final SecurityContextHolderStrategy contexts = SecurityContextHolder.getContextHolderStrategy();

	private final ScopedCurrentUser currentUser;

	/**
	 * Creates it.
	 * @param currentUser asks the resolver
	 */
	public PrincipalOwner(ScopedCurrentUser currentUser) {
		this.currentUser = currentUser;
	}

	@Override
	public TaskOwner apply(Principal principal) {
		if (!(principal instanceof Authentication authentication)) {
			return this.currentUser.seen();
		}
		SecurityContext before = this.contexts.getContext();
		SecurityContext asking = this.contexts.createEmptyContext();
		asking.setAuthentication(authentication);
		this.contexts.setContext(asking);
		try {
			return this.currentUser.seen();
		}
		finally {
			if (before.getAuthentication() != null) {
				this.contexts.setContext(before);
			}
			else {
				this.contexts.clearContext();
			}
		}
	}

	/**
	 * Tells whether a principal is somebody, and not an anonymous token.
	 * @param principal of a request
	 * @return whether somebody is signed in
	 */
	public static boolean isSignedIn(Principal principal) {
		return !(principal instanceof Authentication authentication) || TRUST.isAuthenticated(authentication);
	}

}
