package tech.circuitforge.compatibility.persistence;

import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration;
import org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.UserMismatchException;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.circuitforge.compatibility.persistence.JpaProduct.ALICE;
import static tech.circuitforge.compatibility.persistence.JpaProduct.BOB;

/**
 * The session that Spring keeps open for the whole of a request is its user's.
 */
@Tag("slow")
class OpenInViewTests {

	@TempDir
	Path root;

	@ParameterizedTest
	@ValueSource(strings = { "DELAYED_ACQUISITION_AND_HOLD", "DELAYED_ACQUISITION_AND_RELEASE_AFTER_TRANSACTION" })
	void noRequestSeesOrWritesAnotherUsersRows(String handling) throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.SERVLET)
			.run(Stream
				.concat(Stream.of(JpaProduct.PROPERTIES),
						Stream.of("server.port=0", "spring.application.name=kiwi", "cf.db.mode=cloud",
								"cf.db.cloud.data-root=" + this.root, "cf.db.pool.acquire-timeout=2s",
								"spring.jpa.properties.hibernate.connection.handling_mode=" + handling))
				.map((property) -> "--" + property)
				.toArray(String[]::new))) {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			for (UserId user : List.of(ALICE, BOB)) {
				currentUser.runAs(user, () -> {
					jdbc.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)");
					jdbc.update("INSERT INTO note (id, text) VALUES (1, ?)", user + "'s");
				});
			}
			String url = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
			HttpClient alice = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

			assertThat(send(alice, url + "/note", "alice").body()).isEqualTo("alice's");
			// The second request is Alice's by her session alone.
			assertRefused(send(alice, url + "/as/bob", null));
			assertThat(send(alice, url + "/as/alice", null).body()).isEqualTo("alice's");
			assertRefused(send(alice, url + "/become/bob", null));
			assertRefused(send(alice, url + "/become/bob/and-save", null));
			assertThat(send(alice, url + "/note", null).body()).isEqualTo("alice's");
			// A request of nobody, as a webhook's, works as the user whom it names.
			HttpClient nobody = HttpClient.newHttpClient();
			assertThat(send(nobody, url + "/hook/bob", null).body()).isEqualTo("bob's");
			assertThat(send(nobody, url + "/hook/alice", null).body()).isEqualTo("alice's");

			// Waits for whoever holds a connection.
			context.getBean(UserDatabases.class).delete(ALICE);
			context.getBean(UserDatabases.class).delete(BOB);
		}
	}

	private static void assertRefused(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(409);
		assertThat(response.body()).contains("alice", "bob");
	}

	private static HttpResponse<String> send(HttpClient client, String url, String user) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
		if (user != null) {
			request.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8)));
		}
		return client.send(request.build(), BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = { DataJpaRepositoriesAutoConfiguration.class, JooqAutoConfiguration.class,
			MybatisAutoConfiguration.class, BatchAutoConfiguration.class, BatchJdbcAutoConfiguration.class,
			JdbcSessionAutoConfiguration.class })
	@Import(NoteController.class)
	static class Application {

		@Bean
		PersistenceManagedTypes types() {
			return PersistenceManagedTypes.of(Note.class.getName());
		}

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(user("alice"), user("bob"));
		}

		private static UserDetails user(String name) {
			return User.withUsername(name).password("{noop}secret").roles("USER").build();
		}

		@Bean
		SecurityFilterChain security(HttpSecurity http) {
			return http
				.authorizeHttpRequests(
						(requests) -> requests.requestMatchers("/hook/*").permitAll().anyRequest().authenticated())
				.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.ALWAYS))
				.httpBasic((basic) -> basic.securityContextRepository(new HttpSessionSecurityContextRepository()))
				.build();
		}

	}

	@RestController
	static class NoteController {

		@PersistenceContext
		EntityManager entities;

		private final CurrentUser currentUser;

		private final TransactionTemplate transaction;

		NoteController(CurrentUser currentUser, PlatformTransactionManager transactionManager) {
			this.currentUser = currentUser;
			this.transaction = new TransactionTemplate(transactionManager);
		}

		private String text() {
			return this.entities.find(Note.class, 1L).text;
		}

		@GetMapping("/note")
		String note() {
			return text();
		}

		@GetMapping("/as/{user}")
		String as(@PathVariable String user) throws Exception {
			text();
			return this.currentUser.callAs(new UserId(user), this::text);
		}

		@GetMapping("/hook/{user}")
		String hook(@PathVariable String user) throws Exception {
			return this.currentUser.callAs(new UserId(user), this::text);
		}

		@GetMapping("/become/{user}")
		String become(@PathVariable String user) {
			text();
			signIn(user);
			return text();
		}

		@GetMapping("/become/{user}/and-save")
		String becomeAndSave(@PathVariable String user) {
			this.entities.find(Note.class, 1L).text = "changed by alice";
			signIn(user);
			this.transaction.executeWithoutResult((status) -> {
			});
			return "saved";
		}

		private static void signIn(String user) {
			SecurityContextHolder.setContext(SecurityContextHolder.createEmptyContext());
			SecurityContextHolder.getContext()
				.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(user, null, List.of()));
		}

		@ExceptionHandler
		@ResponseStatus(HttpStatus.CONFLICT)
		String refused(RuntimeException ex) {
			Throwable cause = ex;
			while (cause.getCause() != null) {
				cause = cause.getCause();
			}
			return (cause instanceof UserMismatchException) ? cause.getMessage() : "another failure: " + cause;
		}

	}

	@Entity(name = "note")
	static class Note {

		@Id
		Long id;

		String text;

	}

}
