package tech.circuitforge.compatibility;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration;
import org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import tech.circuitforge.db.reactor.ReactiveCurrentUser;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * WebFlux with nothing set and nothing written for it: whoever is signed in travels in
 * the Reactor Context, and blocking calls run on {@code boundedElastic}.
 */
@Tag("slow")
class WebFluxTests {

	@TempDir
	Path root;

	private final HttpClient http = HttpClient.newHttpClient();

	@Test
	void eachRequestWorksOnItsUsersDatabase() {
		try (ConfigurableApplicationContext context = start()) {
			String url = url(context) + "/items";
			List<CompletableFuture<HttpResponse<String>>> requests = new ArrayList<>();
			for (int i = 0; i < 40; i++) {
				String user = (i % 2 == 0) ? "alice" : "bob";
				requests.add(send(url, user, user + "-" + i));
			}
			requests.forEach((request) -> assertThat(request.join().statusCode()).isEqualTo(200));
			for (String user : List.of("alice", "bob")) {
				assertThat(send(url, user, null).join().body()).isEqualTo("20");
				assertThat(Product.look(this.root.resolve(user + "/kiwi.db"),
						"SELECT count(*) FROM item WHERE name LIKE '" + user + "-%'"))
					.isEqualTo(20);
			}
			assertThat(send(url, null, null).join().statusCode()).isEqualTo(401);
		}
	}

	@Test
	void requestsOfNobodyAreAnsweredToo() {
		try (ConfigurableApplicationContext context = start()) {
			String url = url(context) + "/open";
			assertThat(send(url + "/greeting", null, null).join().body()).isEqualTo("hello");
			HttpResponse<String> response = send(url + "/items", null, null).join();
			assertThat(response.statusCode()).isEqualTo(401);
			assertThat(response.body()).contains("Sign in first.");
			assertThat(send(url + "/items", "alice", null).join().body()).isEqualTo("0");
		}
		assertThat(this.root.resolve("alice/kiwi.db")).exists();
	}

	/**
	 * Reactor runs all who subscribe to {@code share()} with the thread locals of one of
	 * them.
	 */
	@Test
	void sharedSourceIsWorkedOnAsEachSubscriber() {
		List<String> users = List.of("alice", "bob");
		try (ConfigurableApplicationContext context = start()) {
			List<CompletableFuture<HttpResponse<String>>> streams = users.stream()
				.map((user) -> send(url(context) + "/ticks", user, null))
				.toList();
			streams.forEach((stream) -> assertThat(stream.join().statusCode()).isEqualTo(200));
		}
		for (String user : users) {
			assertThat(Product.look(this.root.resolve(user + "/kiwi.db"),
					"SELECT count(*) || ' ' || group_concat(DISTINCT name) FROM item"))
				.isEqualTo("20 " + user);
		}
	}

	private ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.REACTIVE)
			.run("--server.port=0", "--spring.application.name=kiwi", "--cf.db.mode=cloud",
					"--cf.db.cloud.data-root=" + this.root);
	}

	private static String url(ConfigurableApplicationContext context) {
		return "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
	}

	@AfterEach
	void leaveReactorAsItWas() {
		Hooks.disableAutomaticContextPropagation();
	}

	private CompletableFuture<HttpResponse<String>> send(String url, String user, String body) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
		if (user != null) {
			request.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8)));
		}
		if (body != null) {
			request.POST(HttpRequest.BodyPublishers.ofString(body));
		}
		return this.http.sendAsync(request.build(), BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = { HibernateJpaAutoConfiguration.class,
			DataJpaRepositoriesAutoConfiguration.class, JooqAutoConfiguration.class, MybatisAutoConfiguration.class,
			BatchAutoConfiguration.class, BatchJdbcAutoConfiguration.class, JdbcSessionAutoConfiguration.class })
	@Import(ItemController.class)
	static class Application {

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(user("alice"), user("bob"));
		}

		private static UserDetails user(String name) {
			return User.withUsername(name).password("{noop}secret").roles("USER").build();
		}

		@Bean
		SecurityWebFilterChain security(ServerHttpSecurity http) {
			return http
				.authorizeExchange(
						(exchanges) -> exchanges.pathMatchers("/open/**").permitAll().anyExchange().authenticated())
				// Anonymous tokens are nobody.
				.anonymous(Customizer.withDefaults())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

	}

	@RestController
	static class ItemController {

		private final Flux<Long> ticks = Flux.interval(Duration.ofMillis(5)).onBackpressureDrop().share();

		private final JdbcTemplate jdbc;

		private final ReactiveCurrentUser currentUser;

		ItemController(JdbcTemplate jdbc, ReactiveCurrentUser currentUser) {
			this.jdbc = jdbc;
			this.currentUser = currentUser;
		}

		@PostMapping("/items")
		Mono<Integer> add(@RequestBody String name) {
			return Mono.fromCallable(() -> this.jdbc.update("INSERT INTO item (name) VALUES (?)", name))
				.subscribeOn(Schedulers.boundedElastic());
		}

		/** A source that all subscribers share, with a call for each of them. */
		@GetMapping(path = "/ticks", produces = "text/event-stream")
		Flux<Integer> work(Principal principal) {
			return this.ticks.take(20)
				.concatMap((tick) -> this.currentUser
					.mono(() -> this.jdbc.update("INSERT INTO item (name) VALUES (?)", principal.getName())));
		}

		@GetMapping("/open/greeting")
		Mono<String> greeting() {
			return Mono.just("hello");
		}

		@GetMapping({ "/items", "/open/items" })
		Mono<String> count() {
			return Mono.fromCallable(() -> this.jdbc.queryForObject("SELECT count(*) FROM item", String.class))
				.subscribeOn(Schedulers.boundedElastic());
		}

	}

}
