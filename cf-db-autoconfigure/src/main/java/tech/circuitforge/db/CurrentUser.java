package tech.circuitforge.db;

import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The user on whose behalf the current thread works; inject it where code needs to know
 * the user or to act as one.
 * <p>
 * A user named with {@link #callAs} or {@link #runAs} comes before the one that the
 * {@link CurrentUserResolver} sees.
 */
public interface CurrentUser {

	/**
	 * Returns the current user, if there is one.
	 * @return the user, or {@code null} if nobody is signed in and no {@code callAs} is
	 * under way on this thread
	 */
	@Nullable UserId find();

	/**
	 * Returns the current user.
	 * @return the user
	 * @throws NoCurrentUserException if there is none
	 */
	default UserId require() {
		UserId user = find();
		if (user == null) {
			throw new NoCurrentUserException();
		}
		return user;
	}

	/**
	 * Calls the given task as the given user, on this thread. Calls nest; each restores
	 * what was before, also when the task fails.
	 * @param <T> the type of the result
	 * @param user the user to act as
	 * @param task what to do
	 * @return what the task returned
	 * @throws UserMismatchException if this thread has an open transaction, or a JPA
	 * session bound to it, of another user
	 * @throws Exception if the task throws one
	 */
	<T extends @Nullable Object> T callAs(UserId user, Callable<T> task) throws Exception;

	/**
	 * Runs the given task as the given user, on this thread. Calls nest; each restores
	 * what was before, also when the task fails.
	 * @param user the user to act as
	 * @param task what to do
	 * @throws UserMismatchException if this thread has an open transaction, or a JPA
	 * session bound to it, of another user
	 */
	void runAs(UserId user, Runnable task);

	/**
	 * Makes a task run as whoever is the current user now, on whichever thread it runs
	 * later. Wrap what is handed to something that runs the work of several users: a
	 * {@link java.util.concurrent.CompletableFuture} that another user's thread may
	 * complete, an asynchronous cache, a data loader, a batch of requests.
	 * <p>
	 * If nobody is there now, the task runs as nobody, and not as whoever runs it.
	 * @param task what to do
	 * @return the task, bound to the current user
	 */
	Runnable wrap(Runnable task);

	/**
	 * Makes a task run as whoever is the current user now, as {@link #wrap(Runnable)}.
	 * @param <T> the type of the result
	 * @param task what to do
	 * @return the task, bound to the current user
	 */
	<T extends @Nullable Object> Supplier<T> wrap(Supplier<T> task);

	/**
	 * Makes a task run as whoever is the current user now, as {@link #wrap(Runnable)}.
	 * @param <T> the type of the argument
	 * @param <R> the type of the result
	 * @param task what to do
	 * @return the task, bound to the current user
	 */
	<T extends @Nullable Object, R extends @Nullable Object> Function<T, R> wrap(Function<T, R> task);

}
