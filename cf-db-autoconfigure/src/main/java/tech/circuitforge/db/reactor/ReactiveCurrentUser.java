package tech.circuitforge.db.reactor;

import java.util.concurrent.Callable;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import tech.circuitforge.db.UserId;

/**
 * The current user in Reactor, where threads belong to nobody: the user is the one in the
 * Context of whoever subscribes. Inject it where a pipeline makes blocking calls, such as
 * JDBC.
 * <p>
 * In a web application whoever is signed in is in that Context already, with WebFlux by
 * cf-db's filter and with Spring MVC by Spring's. In local mode a Context without a user
 * is that of the one local user.
 */
public interface ReactiveCurrentUser {

	/**
	 * Makes a blocking call for each subscriber, as the subscriber's user and on
	 * {@code Schedulers.boundedElastic()}. It is right below {@code Flux.share()} too,
	 * where Reactor runs every subscriber's operators with the thread locals of one.
	 * @param <T> the type of the result
	 * @param call what to do; {@code null} completes the Mono empty
	 * @return a Mono of what the call returns
	 */
	<T> Mono<T> mono(Callable<? extends T> call);

	/**
	 * Makes a blocking call for each subscriber, as {@link #mono}, and emits the elements
	 * of what it returns. The call itself reads all of them: an open cursor belongs to
	 * the thread of the call.
	 * @param <T> the type of the elements
	 * @param call what to do
	 * @return a Flux of the elements
	 */
	<T> Flux<T> flux(Callable<? extends Iterable<? extends T>> call);

	/**
	 * Names the user of everything above in a pipeline, for
	 * {@link Mono#contextWrite(ContextView)}: in a filter that signs users in without
	 * Spring Security, in a job.
	 * @param user the user
	 * @return a Context that holds the user
	 */
	ContextView withUser(UserId user);

}
