package tech.circuitforge.db.user;

import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.UserMismatchException;
import tech.circuitforge.db.location.DatabaseName;

/**
 * The current user: the one named for the running call on this thread, or else the one
 * that the resolver sees.
 */
public final class ScopedCurrentUser implements CurrentUser {

	private final CurrentUserResolver resolver;

	private final Supplier<@Nullable DatabaseName> transactionOwner;

	private final @Nullable Consumer<@Nullable UserId> listener;

	/**
	 * Not inheritable: pooled threads would keep the user of the request that happened to
	 * start them.
	 */
	@SuppressWarnings("ThreadLocalUsage") // each application context has its own
	private final ThreadLocal<@Nullable UserId> named = new ThreadLocal<>();

	/**
	 * Creates a current user.
	 * @param resolver asked when no user was named
	 * @param transactionOwner in whose database this thread has a transaction open, or
	 * {@code null}
	 */
	public ScopedCurrentUser(CurrentUserResolver resolver, Supplier<@Nullable DatabaseName> transactionOwner) {
		this(resolver, transactionOwner, null);
	}

	/**
	 * Creates a current user.
	 * @param resolver asked when no user was named
	 * @param transactionOwner in whose database this thread has a transaction open, or
	 * {@code null}
	 * @param listener is told whom a thread works for when that changes by naming a user,
	 * or {@code null}
	 */
	public ScopedCurrentUser(CurrentUserResolver resolver, Supplier<@Nullable DatabaseName> transactionOwner,
			@Nullable Consumer<@Nullable UserId> listener) {
		this.resolver = resolver;
		this.transactionOwner = transactionOwner;
		this.listener = listener;
	}

	@Override
	public @Nullable UserId find() {
		UserId user = this.named.get();
		return (user != null) ? user : this.resolver.resolveCurrentUser();
	}

	/**
	 * Names the user of this thread until somebody names another; for context
	 * propagation, which keeps and restores what was before by itself.
	 * @param user the user, or {@code null} for none but the one that the resolver sees
	 */
	public void propagate(@Nullable UserId user) {
		// A user whom the resolver sees anyway is not named: the name would outlive the
		// resolver's context here.
		// First of all: whatever happens, this thread must not keep the user of before.
		this.named.remove();
		UserId seen = seen();
		if (user == null || user.equals(seen)) {
			tell(seen);
		}
		else {
			this.named.set(user);
			tell(user);
		}
	}

	/** Whom the resolver sees; nobody if it cannot tell, as where there is no request. */
	private @Nullable UserId seen() {
		try {
			return this.resolver.resolveCurrentUser();
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	@Override
	public <T extends @Nullable Object> T callAs(UserId user, Callable<T> task) throws Exception {
		UserId before = enter(user);
		try {
			return task.call();
		}
		finally {
			restore(before);
		}
	}

	@Override
	public void runAs(UserId user, Runnable task) {
		UserId before = enter(user);
		try {
			task.run();
		}
		finally {
			restore(before);
		}
	}

	private @Nullable UserId enter(UserId user) {
		DatabaseName owner = this.transactionOwner.get();
		DatabaseName asking = DatabaseName.of(user);
		if (owner != null && !owner.equals(asking)) {
			throw new UserMismatchException(owner.toString(), asking.toString());
		}
		UserId before = this.named.get();
		this.named.set(user);
		tell(user);
		return before;
	}

	private void restore(@Nullable UserId before) {
		if (before != null) {
			this.named.set(before);
			tell(before);
		}
		else {
			this.named.remove();
			if (this.listener != null) {
				tell(seen());
			}
		}
	}

	private void tell(@Nullable UserId user) {
		if (this.listener != null) {
			this.listener.accept(user);
		}
	}

}
