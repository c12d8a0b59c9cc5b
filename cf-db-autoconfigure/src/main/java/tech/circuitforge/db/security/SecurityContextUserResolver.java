package tech.circuitforge.db.security;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
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

	private static final Log logger = LogFactory.getLog(SecurityContextUserResolver.class);

	private static final long BETWEEN_WARNINGS = Duration.ofMinutes(1).toNanos();

	private final SecurityContextHolderStrategy contexts = SecurityContextHolder.getContextHolderStrategy();

	private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();

	private final UserIdSource source;

	private final LongSupplier nanoTime;

	private final AtomicLong nextWarning;

	/**
	 * Creates a resolver.
	 * @param source what of an authentication is the user's id
	 */
	public SecurityContextUserResolver(UserIdSource source) {
		this(source, System::nanoTime);
	}

	SecurityContextUserResolver(UserIdSource source, LongSupplier nanoTime) {
		this.source = source;
		this.nanoTime = nanoTime;
		this.nextWarning = new AtomicLong(nanoTime.getAsLong());
	}

	@Override
	public @Nullable UserId resolveCurrentUser() {
		Authentication authentication = this.contexts.getContext().getAuthentication();
		if (!this.trust.isAuthenticated(authentication) || authentication == null) {
			return null;
		}
		try {
			return new UserId(this.source.idOf(authentication));
		}
		catch (NoCurrentUserException ex) {
			warn(ex.getMessage());
			throw ex;
		}
		catch (InvalidUserIdException ex) {
			// Not its message: an id is the user's, and does not belong into a log.
			warn("Somebody is signed in whose id cannot have a database; it is " + this.source + ".");
			throw new NoCurrentUserException("Whoever is signed in cannot have a database: " + ex.getMessage(), ex);
		}
	}

	/**
	 * At most once a minute: every request of such a user comes by, with every statement.
	 */
	private void warn(@Nullable String problem) {
		long now = this.nanoTime.getAsLong();
		long next = this.nextWarning.get();
		if (now - next >= 0 && this.nextWarning.compareAndSet(next, now + BETWEEN_WARNINGS)) {
			logger.warn(problem + " Such requests are refused (401), and this is said once a minute at most.");
		}
	}

	/**
	 * Finds the id in an authentication. Its text says where that is.
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
