package tech.circuitforge.db.logging;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import tech.circuitforge.db.UserId;

/**
 * Puts the current user into SLF4J's mapped diagnostic context, for products that want
 * ids in their logs.
 */
public final class CurrentUserMdc {

	private final String key;

	/**
	 * Creates it.
	 * @param key under which the user stands
	 */
	public CurrentUserMdc(String key) {
		this.key = key;
	}

	/**
	 * Says whom this thread works for from now on.
	 * @param user the user, or {@code null} for nobody
	 */
	public void set(@Nullable UserId user) {
		if (user != null) {
			// Not the value: it could break a line.
			MDC.put(this.key, user.toString());
		}
		else {
			MDC.remove(this.key);
		}
	}

}
