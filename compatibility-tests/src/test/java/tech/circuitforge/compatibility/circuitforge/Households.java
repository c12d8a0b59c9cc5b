package tech.circuitforge.compatibility.circuitforge;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.stereotype.Component;

import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.db.UserId;

/**
 * Gives the members of a household one database, and everybody else their own.
 */
@Component
class Households implements CurrentUserResolver {

	private static final String PREFIX = "household_";

	private final JdbcClient shared;

	/** Asked for each statement, so answered from memory. */
	private final Map<String, UserId> databases = new ConcurrentHashMap<>();

	/** Lazy, because databases in turn need to know who asks. */
	Households(@Lazy @SharedDatabase JdbcClient shared) {
		this.shared = shared;
	}

	@Override
	public UserId resolveCurrentUser() {
		Authentication who = SecurityContextHolder.getContext().getAuthentication();
		if (who == null || !(who.getPrincipal() instanceof Jwt token)) {
			return null;
		}
		return this.databases.computeIfAbsent(token.getClaimAsString("id"), this::databaseOf);
	}

	private UserId databaseOf(String user) {
		if (user.startsWith(PREFIX)) {
			throw new NoCurrentUserException("\"" + user + "\" is a household's id, not a person's", null);
		}
		return this.shared.sql("SELECT household FROM members WHERE user_id = ?")
			.param(user)
			.query(Integer.class)
			.optional()
			.map((household) -> new UserId(PREFIX + household))
			.orElseGet(() -> new UserId(user));
	}

	void join(String user, int household) {
		this.shared.sql("INSERT INTO members VALUES (?, ?) ON CONFLICT DO UPDATE SET household = excluded.household")
			.params(user, household)
			.update();
		this.databases.remove(user);
	}

}
