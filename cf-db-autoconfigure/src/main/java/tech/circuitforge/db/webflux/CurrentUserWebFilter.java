package tech.circuitforge.db.webflux;

import java.security.Principal;
import java.util.function.Function;

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import tech.circuitforge.db.user.TaskOwner;

/**
 * Puts whoever is signed in into the Reactor Context of each WebFlux request. Directly
 * after Spring Security's filter, which finds out who that is.
 */
public final class CurrentUserWebFilter implements WebFilter, Ordered {

	private final Object key;

	private final Function<Principal, TaskOwner> owners;

	private final int order;

	/**
	 * Creates a filter.
	 * @param key under which the user stands in the Context
	 * @param owners tells whose work a principal's request is
	 * @param order where the filter stands
	 */
	public CurrentUserWebFilter(Object key, Function<Principal, TaskOwner> owners, int order) {
		this.key = key;
		this.owners = owners;
		this.order = order;
	}

	@Override
	public int getOrder() {
		return this.order;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		return exchange.getPrincipal()
			.map(this.owners)
			// Requests of nobody go on as well, as nobody's.
			.defaultIfEmpty(TaskOwner.NOBODY)
			.flatMap((owner) -> chain.filter(exchange).contextWrite((context) -> context.put(this.key, owner)));
	}

}
