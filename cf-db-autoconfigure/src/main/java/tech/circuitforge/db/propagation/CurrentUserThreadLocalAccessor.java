package tech.circuitforge.db.propagation;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.user.ScopedCurrentUser;
import tech.circuitforge.db.user.TaskOwner;

/**
 * Lets context snapshots and Reactor carry the current user. Registered as long as the
 * application context lives, under a key of that context alone: closing it takes nothing
 * from another one in the same process.
 */
public final class CurrentUserThreadLocalAccessor implements ThreadLocalAccessor<TaskOwner>, AutoCloseable {

	private final ScopedCurrentUser currentUser;

	private final ContextRegistry registry;

	/**
	 * Creates an accessor and registers it.
	 * @param currentUser the current user, which is the key as well
	 * @param registry where to register
	 */
	public CurrentUserThreadLocalAccessor(ScopedCurrentUser currentUser, ContextRegistry registry) {
		this.currentUser = currentUser;
		this.registry = registry;
		registry.registerThreadLocalAccessor(this);
	}

	@Override
	public Object key() {
		return this.currentUser;
	}

	@Override
	public @Nullable TaskOwner getValue() {
		TaskOwner owner = this.currentUser.owner();
		return (owner.isNobody() && !owner.named()) ? null : owner;
	}

	@Override
	public void setValue(TaskOwner owner) {
		this.currentUser.begin(owner);
	}

	/** Work without a user is nobody's, whomever the resolver sees on this thread. */
	@Override
	public void setValue() {
		this.currentUser.begin(TaskOwner.NOBODY);
	}

	@Override
	public void restore(TaskOwner before) {
		this.currentUser.end(before);
	}

	@Override
	public void restore() {
		this.currentUser.end(null);
	}

	@Override
	public void close() {
		this.registry.removeThreadLocalAccessor(this.currentUser);
	}

}
