package tech.circuitforge.compatibility;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import jakarta.servlet.DispatcherType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
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
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring MVC with Reactor on the class path and tokens that sign users in, over real
 * HTTP: whose work a request's is. One thread serves all requests, so that what one
 * leaves behind meets the next.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class MvcReactorTests {

	private static final SecretKeySpec KEY = new SecretKeySpec(
			"a secret of the tests, long enough for HS256".getBytes(StandardCharsets.UTF_8), "HmacSHA256");

	@TempDir
	Path root;

	private final HttpClient http = HttpClient.newHttpClient();

	private ConfigurableApplicationContext product;

	@AfterEach
	void stop() {
		if (this.product != null) {
			this.product.close();
		}
		Hooks.disableAutomaticContextPropagation();
	}

	@Test
	void whatAliceEmitsIsWorkedOnAsWhoeverListens() throws Exception {
		start();
		add("alice", "alices-secret");
		for (String operator : List.of("emitting", "publishOn", "delayElements", "bufferTimeout", "flatMap")) {
			String bob = "bob-" + operator;
			add(bob, "bobs-row");
			try (Events bobs = listen(bob, operator)) {
				assertThat(send("/emit", subject("alice"), "x").body()).isEqualTo("ok");
				assertThat(bobs.next()).as(operator).isEqualTo("[bobs-row, read by the feed]");
				// The one thread has served two users by now.
				assertThat(names("carol")).as(operator).isEqualTo("[]");
				assertThat(names("alice")).as(operator).isEqualTo("[alices-secret]");
				assertThat(names(bob)).as(operator).isEqualTo("[bobs-row, read by the feed]");
			}
		}
	}

	@Test
	void withoutPropagationItIsNobodysWork(CapturedOutput output) throws Exception {
		start("--spring.reactor.context-propagation=limited");
		assertThat(output).contains("spring.reactor.context-propagation=limited: ");
		add("alice", "alices-secret");
		try (Events bobs = listen("bob", "publishOn")) {
			send("/emit", subject("alice"), "x");
			assertThat(bobs.next()).isEqualTo("NoCurrentUserException");
		}
		assertThat(names("alice")).isEqualTo("[alices-secret]");
		HttpResponse<String> mine = send("/mine", subject("alice"), null);
		assertThat(mine.statusCode()).isEqualTo(500);
		assertThat(mine.body()).contains("You are signed in").doesNotContain("Sign in first").doesNotContain("reactor");
		assertThat(output).contains("set spring.reactor.context-propagation=auto");
		assertThat(send("/mine", null, null).body()).contains("Sign in first");
	}

	@Test
	void asyncResultsOfReactorAreTheirUsers() throws Exception {
		start();
		add("alice", "alices-secret");
		assertThat(send("/mine", subject("alice"), null).body()).isEqualTo("[alices-secret]");
		assertThat(send("/mine", subject("bob"), null).body()).isEqualTo("[]");
		assertThat(send("/mine", null, null).statusCode()).isEqualTo(401);
	}

	@Test
	void claimThatIsNeitherTextNorAWholeNumberIsNoUser() throws Exception {
		start("--cf.db.cloud.user-claim=household", "--cf.db.cloud.mdc-key=user");
		for (String value : List.of("12345678901234567890123", "12345678901234567890124", "1.0", "1e0", "[\"alice\"]",
				"[]", "{\"id\":\"alice\"}", "true", "\" \"", "\"\"", "null")) {
			String claims = "{\"sub\":\"x\",\"household\":" + value + "}";
			HttpResponse<String> response = send("/items", claims, null);
			assertThat(response.statusCode()).as(value).isEqualTo(401);
			assertThat(response.headers().firstValue("WWW-Authenticate")).as(value)
				.hasValueSatisfying(
						(challenge) -> assertThat(challenge).startsWith("Bearer ").contains("error=\"invalid_token\""));
			assertThat(response.body()).doesNotContain("Sign in first");
			assertThat(send("/mine", claims, null).statusCode()).as(value).isEqualTo(401);
			// What needs no database is served.
			assertThat(send("/emit", claims, "x").statusCode()).as(value).isEqualTo(200);
		}
		assertThat(this.root).isEmptyDirectory();
	}

	@Test
	void neitherIsSuchASubject() throws Exception {
		start();
		for (String value : List.of("12345678901234567890123", "12345678901234567890124", "1.0", "true", "\" \"")) {
			assertThat(send("/items", "{\"sub\":" + value + "}", null).statusCode()).as(value).isEqualTo(401);
		}
		assertThat(this.root).isEmptyDirectory();
	}

	@Test
	void authenticatedNameOfAnotherClaimIsCheckedToo() throws Exception {
		start("--spring.security.oauth2.resourceserver.jwt.principal-claim-name=household");
		assertThat(send("/items", "{\"sub\":\"x\",\"household\":[\"alice\"]}", null).statusCode()).isEqualTo(401);
		assertThat(send("/items", "{\"sub\":\"x\",\"household\":12345678901234567890123}", null).statusCode())
			.isEqualTo(401);
		assertThat(send("/items", "{\"sub\":\"x\",\"household\":\"[alice]\"}", null).statusCode()).isEqualTo(200);
	}

	@Test
	void missingClaimIsNamedInTheLogOnce(CapturedOutput output) throws Exception {
		start("--cf.db.cloud.user-claim=household");
		for (int i = 0; i < 5; i++) {
			HttpResponse<String> response = send("/items", subject("alice"), null);
			assertThat(response.statusCode()).isEqualTo(401);
			assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
		}
		assertThat(output.getOut().split("has no claim \"household\"", -1)).hasSize(2);
	}

	@Test
	void exactNumbersAndTextAreUsersWithAFileEach() throws Exception {
		start("--cf.db.cloud.user-claim=household");
		for (String value : List.of("9223372036854775807", "9223372036854775806", "\"[alice]\"", "\"alice\"")) {
			String claims = "{\"sub\":\"x\",\"household\":" + value + "}";
			assertThat(send("/items", claims, value).statusCode()).isEqualTo(200);
			assertThat(send("/items", claims, null).body()).isEqualTo("[" + value + "]");
		}
	}

	@Test
	void twoIssuersEqualSubjectsAreTwoUsers() throws Exception {
		start("--cf.db.cloud.user-claim=iss,sub");
		String a = "{\"iss\":\"https://a.example\",\"sub\":\"7\"}";
		String b = "{\"iss\":\"https://b.example\",\"sub\":\"7\"}";
		assertThat(send("/items", a, "of issuer a").statusCode()).isEqualTo(200);
		assertThat(send("/items", b, null).body()).isEqualTo("[]");
		assertThat(send("/items", a, null).body()).isEqualTo("[of issuer a]");
	}

	private void start(String... more) {
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.application.name=kiwi",
				"--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root, "--server.tomcat.threads.max=1",
				"--server.tomcat.threads.min-spare=1"));
		arguments.addAll(List.of(more));
		this.product = new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.run(arguments.toArray(String[]::new));
	}

	private static String subject(String user) {
		return "{\"sub\":\"" + user + "\"}";
	}

	private void add(String user, String name) throws Exception {
		assertThat(send("/items", subject(user), name).statusCode()).isEqualTo(200);
	}

	private String names(String user) throws Exception {
		return send("/items", subject(user), null).body();
	}

	private HttpResponse<String> send(String path, String claims, String body) throws Exception {
		return this.http.send(request(path, claims, body), BodyHandlers.ofString());
	}

	private HttpRequest request(String path, String claims, String body) throws Exception {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI
				.create("http://localhost:" + this.product.getEnvironment().getProperty("local.server.port") + path))
			.timeout(Duration.ofSeconds(30));
		if (claims != null) {
			request.header("Authorization", "Bearer " + token(claims));
		}
		if (body != null) {
			request.POST(HttpRequest.BodyPublishers.ofString(body));
		}
		return request.build();
	}

	/** Opens the stream; it is subscribed to once its first event has come. */
	private Events listen(String user, String operator) throws Exception {
		Events events = new Events(new BufferedReader(new InputStreamReader(
				this.http.send(request("/feed/" + operator, subject(user), null), BodyHandlers.ofInputStream()).body(),
				StandardCharsets.UTF_8)));
		assertThat(events.next()).isEqualTo("listening");
		return events;
	}

	private static String token(String claims) throws Exception {
		String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + base64(claims);
		Mac mac = Mac.getInstance("HmacSHA256");
		mac.init(KEY);
		return signed + "."
				+ Base64.getUrlEncoder()
					.withoutPadding()
					.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
	}

	private static String base64(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	private record Events(BufferedReader lines) implements AutoCloseable {

		String next() throws IOException {
			String line = this.lines.readLine();
			while (line != null && !line.startsWith("data:")) {
				line = this.lines.readLine();
			}
			return (line != null) ? line.substring("data:".length()) : null;
		}

		@Override
		public void close() throws IOException {
			this.lines.close();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = { HibernateJpaAutoConfiguration.class,
			DataJpaRepositoriesAutoConfiguration.class, JooqAutoConfiguration.class, MybatisAutoConfiguration.class,
			BatchAutoConfiguration.class, BatchJdbcAutoConfiguration.class, JdbcSessionAutoConfiguration.class })
	@Import(ItemController.class)
	static class Application {

		@Bean
		SecurityFilterChain security(HttpSecurity http) {
			return http
				.authorizeHttpRequests(
						(requests) -> requests.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
							.permitAll()
							.requestMatchers("/mine")
							.permitAll()
							.anyRequest()
							.authenticated())
				.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults()))
				.csrf((csrf) -> csrf.disable())
				.build();
		}

		@Bean
		JwtDecoder decoder() {
			return NimbusJwtDecoder.withSecretKey(KEY).macAlgorithm(MacAlgorithm.HS256).build();
		}

	}

	@RestController
	static class ItemController {

		private final Sinks.Many<String> sink = Sinks.many().multicast().directBestEffort();

		private final JdbcTemplate jdbc;

		ItemController(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@PostMapping("/items")
		void add(@RequestBody String name) {
			this.jdbc.update("INSERT INTO item (name) VALUES (?)", name);
		}

		@GetMapping("/items")
		String names() {
			return this.jdbc.queryForList("SELECT name FROM item", String.class).toString();
		}

		@GetMapping("/mine")
		Mono<String> mine() {
			return Mono.fromCallable(this::names).subscribeOn(Schedulers.boundedElastic());
		}

		@PostMapping("/emit")
		String emit(@RequestBody String event) {
			this.sink.tryEmitNext(event);
			return "ok";
		}

		@GetMapping(path = "/feed/{operator}", produces = "text/event-stream")
		Flux<String> feed(@PathVariable String operator) {
			Flux<String> events = this.sink.asFlux();
			Flux<String> read = switch (operator) {
				case "publishOn" -> events.publishOn(Schedulers.boundedElastic()).map((x) -> read());
				case "delayElements" -> events.delayElements(Duration.ofMillis(1)).map((x) -> read());
				case "bufferTimeout" -> events.bufferTimeout(9, Duration.ofMillis(100)).map((x) -> read());
				case "flatMap" ->
					events.flatMap((x) -> Mono.fromCallable(this::read).subscribeOn(Schedulers.boundedElastic()));
				default -> events.map((x) -> read());
			};
			return read.onErrorResume((ex) -> Mono.just(ex.getClass().getSimpleName()))
				.mergeWith(Mono.just("listening"));
		}

		private String read() {
			this.jdbc.update("INSERT INTO item (name) VALUES ('read by the feed')");
			return names();
		}

	}

}
