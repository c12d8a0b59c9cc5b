package tech.circuitforge.db.security;

import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.InvalidUserIdException;
import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.UserId;

/**
 * Takes the user from Spring Security: the name of whoever is authenticated, never an
 * anonymous token.
 */
public final class SecurityContextUserResolver implements CurrentUserResolver {

	private final SecurityContextHolderStrategy contexts = SecurityContextHolder.getContextHolderStrategy();

	private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();

	private final UserIdSource source;

	/**
	 * Creates a resolver.
	 * @param source what of an authentication is the user's id
	 */
	public SecurityContextUserResolver(UserIdSource source) {
		this.source = source;
	}

	@Override
	public @Nullable UserId resolveCurrentUser() {
		Authentication authentication = this.contexts.getContext().getAuthentication();
		if (!this.trust.isAuthenticated(authentication) || authentication == null) {
			return null;
		}
		String id = this.source.idOf(authentication);
		try {
			return new UserId(id);
		}
		catch (InvalidUserIdException ex) {
			throw new NoCurrentUserException("Whoever is signed in cannot have a database: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Finds the id in an authentication.
	 */
	@FunctionalInterface
	public interface UserIdSource {

		/**
		 * Returns the id.
		 * @param authentication who is authenticated
		 * @return the text of the id
		 */
		String idOf(Authentication authentication);

	}

}
