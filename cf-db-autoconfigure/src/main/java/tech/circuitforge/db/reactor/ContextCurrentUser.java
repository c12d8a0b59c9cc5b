package tech.circuitforge.db.reactor;

import java.util.concurrent.Callable;
import java.util.function.Function;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import tech.circuitforge.db.UserId;
import tech.circuitforge.db.user.ScopedCurrentUser;
import tech.circuitforge.db.user.TaskOwner;

/**
 * Takes the user from the subscriber's Context, never from a thread.
 */
public final class ContextCurrentUser implements ReactiveCurrentUser {

	private final ScopedCurrentUser currentUser;

	private final TaskOwner withoutUser;

	/**
	 * Creates it.
	 * @param currentUser the current user, which is the key in the Context
	 * @param withoutUser whose work it is if the Context has no user
	 */
	public ContextCurrentUser(ScopedCurrentUser currentUser, TaskOwner withoutUser) {
		this.currentUser = currentUser;
		this.withoutUser = withoutUser;
	}

	@Override
	public <T> Mono<T> mono(Callable<? extends T> call) {
		return Mono.<T>deferContextual((context) -> {
			TaskOwner owner = context.hasKey(this.currentUser) ? context.get(this.currentUser) : this.withoutUser;
			return Mono.fromCallable(() -> this.currentUser.callAs(owner, call));
		}).subscribeOn(Schedulers.boundedElastic());
	}

	@Override
	public <T> Flux<T> flux(Callable<? extends Iterable<? extends T>> call) {
		return this.<Iterable<? extends T>>mono(call).flatMapIterable(Function.identity());
	}

	@Override
	public ContextView withUser(UserId user) {
		return Context.of(this.currentUser, TaskOwner.of(user));
	}

}
