package tech.circuitforge.db.propagation;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.UserId;
import tech.circuitforge.db.user.ScopedCurrentUser;

/**
 * Lets context snapshots carry the current user, under the key {@value #KEY}. Registered
 * as long as the application runs.
 */
public final class CurrentUserThreadLocalAccessor implements ThreadLocalAccessor<UserId>, AutoCloseable {

	/** The key, also in a reactor context. */
	public static final String KEY = "tech.circuitforge.db.user";

	private final ScopedCurrentUser currentUser;

	private final ContextRegistry registry;

	/**
	 * Creates an accessor and registers it.
	 * @param currentUser the current user
	 * @param registry where to register
	 */
	public CurrentUserThreadLocalAccessor(ScopedCurrentUser currentUser, ContextRegistry registry) {
		this.currentUser = currentUser;
		this.registry = registry;
		registry.registerThreadLocalAccessor(this);
	}

	@Override
	public Object key() {
		return KEY;
	}

	@Override
	public @Nullable UserId getValue() {
		return this.currentUser.find();
	}

	@Override
	public void setValue(UserId user) {
		this.currentUser.propagate(user);
	}

	@Override
	public void setValue() {
		this.currentUser.propagate(null);
	}

	@Override
	public void close() {
		this.registry.removeThreadLocalAccessor(KEY);
	}

}
