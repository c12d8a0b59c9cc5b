package tech.circuitforge.db.user;

import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.UserMismatchException;
import tech.circuitforge.db.location.DatabaseName;

/**
 * The current user: the one named for the running call on this thread, or else the one
 * that the resolver sees. "Nobody" can be named too, so that work of nobody does not
 * become that of whoever runs it.
 * <p>
 * Each application context has its own. It is also the key under which its users travel,
 * so that two contexts in one process never take each other's.
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
	private final ThreadLocal<@Nullable TaskOwner> named = new ThreadLocal<>();

	@SuppressWarnings("ThreadLocalUsage") // each application context has its own
	private final ThreadLocal<@Nullable Boolean> asking = new ThreadLocal<>();

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
		TaskOwner owner = this.named.get();
		return (owner != null) ? owner.find() : this.resolver.resolveCurrentUser();
	}

	/**
	 * Tells whose work this thread does. Never fails: the work of whoever cannot be told
	 * fails instead, with its first statement.
	 * @return the owner, to be taken to another thread
	 */
	public TaskOwner owner() {
		TaskOwner owner = this.named.get();
		return (owner != null) ? owner : seen();
	}

	/**
	 * Tells whom the resolver sees on this thread, whoever is named. Never fails. A
	 * resolver that does is not one that sees nobody: what nobody may write to is not the
	 * place for somebody's rows.
	 * @return the owner
	 */
	public TaskOwner seen() {
		if (this.asking.get() != null) {
			// What a resolver does to find out is nobody's work: asked for it, it would
			// do it again.
			return new TaskOwner(null, null, false);
		}
		this.asking.set(Boolean.TRUE);
		try {
			return new TaskOwner(this.resolver.resolveCurrentUser(), null, false);
		}
		catch (RuntimeException ex) {
			return new TaskOwner(null, ex, false);
		}
		finally {
			this.asking.remove();
		}
	}

	/**
	 * Makes this thread work for somebody until it is told otherwise; for context
	 * propagation and tests, which put back what was before by themselves.
	 * @param owner whose work comes next
	 */
	public void begin(TaskOwner owner) {
		this.named.set(owner.asNamed());
		tell(owner.user());
	}

	/**
	 * Puts back what {@link #owner()} told before.
	 * @param before the owner of before, or {@code null} for nobody but the one that the
	 * resolver sees
	 */
	public void end(@Nullable TaskOwner before) {
		if (before != null && before.named()) {
			begin(before);
			return;
		}
		// Never a name for whom the resolver saw: it would stay when that context ends.
		this.named.remove();
		if (this.listener != null) {
			tell(seen().user());
		}
	}

	@Override
	public <T extends @Nullable Object> T callAs(UserId user, Callable<T> task) throws Exception {
		return callAs(TaskOwner.of(user), task);
	}

	/**
	 * Calls a task as its owner.
	 * @param <T> the type of the result
	 * @param owner whose work it is
	 * @param task what to do
	 * @return what the task returned
	 * @throws Exception if the task throws one
	 */
	public <T extends @Nullable Object> T callAs(TaskOwner owner, Callable<T> task) throws Exception {
		TaskOwner before = enter(owner);
		try {
			return task.call();
		}
		finally {
			end(before);
		}
	}

	@Override
	public void runAs(UserId user, Runnable task) {
		runAs(TaskOwner.of(user), task);
	}

	void runAs(TaskOwner owner, Runnable task) {
		getAs(owner, () -> {
			task.run();
			return Boolean.TRUE;
		});
	}

	private <T extends @Nullable Object> T getAs(TaskOwner owner, Supplier<T> task) {
		TaskOwner before = enter(owner);
		try {
			return task.get();
		}
		finally {
			end(before);
		}
	}

	@Override
	public Runnable wrap(Runnable task) {
		TaskOwner owner = owner();
		return () -> runAs(owner, task);
	}

	@Override
	public <T extends @Nullable Object> Supplier<T> wrap(Supplier<T> task) {
		TaskOwner owner = owner();
		return () -> getAs(owner, task);
	}

	@Override
	public <T extends @Nullable Object, R extends @Nullable Object> Function<T, R> wrap(Function<T, R> task) {
		TaskOwner owner = owner();
		return (argument) -> getAs(owner, () -> task.apply(argument));
	}

	private @Nullable TaskOwner enter(TaskOwner next) {
		DatabaseName owner = this.transactionOwner.get();
		DatabaseName asking = (next.user() != null) ? DatabaseName.of(next.user()) : null;
		if (owner != null && asking != null && !owner.equals(asking)) {
			throw new UserMismatchException(owner.toString(), asking.toString());
		}
		TaskOwner before = this.named.get();
		begin(next);
		return before;
	}

	private void tell(@Nullable UserId user) {
		if (this.listener != null) {
			this.listener.accept(user);
		}
	}

	/** The key under which users travel, as it reads in a dump of a context. */
	@Override
	public String toString() {
		return "tech.circuitforge.db.user";
	}

}
