package tech.circuitforge.compatibility;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;
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
import org.springframework.web.server.WebFilter;

import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.propagation.CurrentUserThreadLocalAccessor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * WebFlux: the user travels in the reactor context, and blocking calls run on
 * {@code boundedElastic}.
 */
class WebFluxTests {

	@TempDir
	Path root;

	private final HttpClient http = HttpClient.newHttpClient();

	@Test
	void eachRequestWorksOnItsUsersDatabase() {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.REACTIVE)
			.run("--server.port=0", "--spring.application.name=kiwi", "--cf.db.mode=cloud",
					"--cf.db.cloud.data-root=" + this.root, "--spring.reactor.context-propagation=auto")) {
			String url = "http://localhost:" + context.getEnvironment().getProperty("local.server.port") + "/items";
			List<CompletableFuture<HttpResponse<String>>> requests = new ArrayList<>();
			for (int i = 0; i < 40; i++) {
				String user = (i % 2 == 0) ? "alice" : "bob";
				requests.add(send(url, user, user + "-" + i));
			}
			requests.forEach((request) -> assertThat(request.join().statusCode())

				.isEqualTo(200));
			for (String user : List.of("alice", "bob")) {
				assertThat(send(url, user, null).join().body()).isEqualTo("20");
				assertThat(Product.look(this.root.resolve(user + "/kiwi.db"),
						"SELECT count(*) FROM item WHERE name LIKE '" + user + "-%'"))
					.isEqualTo(20);
			}
			assertThat(send(url, null, null).join().statusCode()).isEqualTo(401);
		}
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

		/**
		 * Puts the user into the reactor context, from where the registered accessor
		 * takes it.
		 */
		@Bean
		WebFilter currentUserFilter() {
			return (exchange, chain) -> exchange.getPrincipal()
				.map(Principal::getName)
				.flatMap((name) -> chain.filter(exchange)
					.contextWrite((context) -> context.put(CurrentUserThreadLocalAccessor.KEY, new UserId(name))));
		}

		@Bean
		CurrentUserResolver nobodyOnThisThread() {
			return () -> null;
		}

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(user("alice"), user("bob"));
		}

		private static UserDetails user(String name) {
			return User.withUsername(name).password("{noop}secret").roles("USER").build();
		}

		@Bean
		SecurityWebFilterChain security(ServerHttpSecurity http) {
			return http.authorizeExchange((exchanges) -> exchanges.anyExchange().authenticated())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

	}

	@RestController
	static class ItemController {

		private final JdbcTemplate jdbc;

		ItemController(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@PostMapping("/items")
		Mono<Integer> add(@RequestBody String name) {
			return Mono.fromCallable(() -> this.jdbc.update("INSERT INTO item (name) VALUES (?)", name))
				.subscribeOn(Schedulers.boundedElastic());
		}

		@GetMapping("/items")
		Mono<String> count() {
			return Mono.fromCallable(() -> this.jdbc.queryForObject("SELECT count(*) FROM item", String.class))
				.subscribeOn(Schedulers.boundedElastic());
		}

	}

}
