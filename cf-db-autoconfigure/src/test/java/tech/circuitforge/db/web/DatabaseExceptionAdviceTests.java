package tech.circuitforge.db.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.pool.Lease;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.user.ScopedCurrentUser;
import tech.circuitforge.db.user.TaskOwner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a web client is told, over real HTTP, in an application that does nothing for it.
 */
@Tag("slow")
class DatabaseExceptionAdviceTests {

	@TempDir
	Path root;

	@Test
	void nobodyIs401AndExhaustionIs503WithRetryAfter() throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).run(
				"--server.port=0", "--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root,
				"--cf.db.pool.max-open-databases=1", "--cf.db.pool.acquire-timeout=50ms")) {
			assertThat(get(context, null).statusCode()).isEqualTo(401);
			assertThat(get(context, null).body()).contains("Sign in first").doesNotContain("Exception");
			assertThat(get(context, "alice").statusCode()).isEqualTo(200);
			try (Lease lease = context.getBean(OpenDatabases.class).acquire(DatabaseName.of(new UserId("bob")))) {
				assertThat(lease.connection().isReusable()).isTrue();
				HttpResponse<String> response = get(context, "alice");
				assertThat(response.statusCode()).isEqualTo(503);
				assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
				assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
				// Settings and paths are for the log.
				assertThat(response.body()).doesNotContain("cf.db").doesNotContain(this.root.toString());
			}
			assertThat(get(context, "alice").statusCode()).isEqualTo(200);
		}
	}

	@Test
	void asyncResultsAreOfWhoeverAsked() throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.run("--server.port=0", "--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root)) {
			for (String user : List.of("alice", "bob", "alice")) {
				assertThat(get(context, user, "/async").body()).isEqualTo(user);
			}
			assertThat(get(context, null, "/async").statusCode()).isEqualTo(401);
		}
	}

	@Test
	void userIsInTheLoggingContextOnlyWhenAsked() throws Exception {
		String[] arguments = { "--server.port=0", "--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root };
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).run(arguments)) {
			assertThat(getMdc(context, "alice")).isEqualTo("null, null, null");
		}
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.properties("cf.db.cloud.mdc-key=user")
			.run(arguments)) {
			assertThat(getMdc(context, "alice")).isEqualTo("alice, bob, alice");
			assertThat(MDC.get("user")).isNull();
			context.getBean(CurrentUser.class)
				.runAs(new UserId("carol"), () -> assertThat(MDC.get("user")).isEqualTo("carol"));
			assertThat(MDC.get("user")).isNull();
		}
	}

	@Test
	void userInQuarantineIs503SayingSoAndOthersAreServed(@TempDir Path scripts) throws Exception {
		Files.writeString(scripts.resolve("001_notes.sql"), "CREATE TABLE notes (text TEXT)");
		String[] arguments = { "--server.port=0", "--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root,
				"--cf.db.migrations.locations=file:" + scripts };
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).run(arguments)) {
			context.getBean(CurrentUser.class)
				.runAs(new UserId("alice"), () -> context.getBean(JdbcTemplate.class)
					.execute("INSERT INTO notes VALUES ('same'), ('same')"));
			assertThat(get(context, "bob").statusCode()).isEqualTo(200);
		}
		Files.writeString(scripts.resolve("002_unique.sql"), "CREATE UNIQUE INDEX u ON notes (text)");
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).run(arguments)) {
			HttpResponse<String> response = get(context, "alice");
			assertThat(response.statusCode()).isEqualTo(503);
			assertThat(response.body()).contains("out of service: it could not be brought up to date")
				.doesNotContain("002_unique")
				.doesNotContain("same");
			assertThat(Integer.parseInt(response.headers().firstValue("Retry-After").orElseThrow())).isBetween(1, 5);
			assertThat(get(context, "bob").statusCode()).isEqualTo(200);
		}
	}

	@Test
	void whoIsSignedInWithoutDataIsToldSoAndLostWorkIsTheApplicationsMistake() {
		ScopedCurrentUser nobody = new ScopedCurrentUser(() -> null, () -> null);
		Principal alice = () -> "alice";
		assertThat(new DatabaseExceptionAdvice(nobody, (principal) -> true, (principal) -> TaskOwner.NOBODY)
			.noCurrentUser(new NoCurrentUserException(), alice)
			.getStatusCode()
			.value()).isEqualTo(401);
		assertThat(new DatabaseExceptionAdvice(nobody, (principal) -> true,
				(principal) -> TaskOwner.of(new UserId(principal.getName())))
			.noCurrentUser(new NoCurrentUserException(), alice)
			.getStatusCode()
			.value()).isEqualTo(500);
	}

	@Test
	void fileThatCannotBecomeADatabaseIs400() throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.run("--server.port=0", "--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root)) {
			HttpResponse<String> response = get(context, "alice", "/restore");
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			assertThat(response.body()).contains("cannot become a user's database: it is no SQLite database")
				.doesNotContain(this.root.toString());
		}
	}

	private static String getMdc(ConfigurableApplicationContext context, String user) throws Exception {
		return get(context, user, "/mdc").body();
	}

	private static HttpResponse<String> get(ConfigurableApplicationContext context, String user) throws Exception {
		return get(context, user, "/tables");
	}

	private static HttpResponse<String> get(ConfigurableApplicationContext context, String user, String path)
			throws Exception {
		String port = context.getEnvironment().getRequiredProperty("local.server.port");
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
		if (user != null) {
			request.header("X-User", user);
		}
		return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		CurrentUserResolver resolver() {
			return () -> {
				ServletRequestAttributes request = (ServletRequestAttributes) RequestContextHolder
					.getRequestAttributes();
				String user = (request != null) ? request.getRequest().getHeader("X-User") : null;
				return (user != null) ? new UserId(user) : null;
			};
		}

		@Bean
		Tables tables(JdbcTemplate jdbc, CurrentUser currentUser, UserDatabases databases) {
			return new Tables(jdbc, currentUser, databases);
		}

	}

	@RestController
	static class Tables {

		private final JdbcTemplate jdbc;

		private final CurrentUser currentUser;

		private final UserDatabases databases;

		Tables(JdbcTemplate jdbc, CurrentUser currentUser, UserDatabases databases) {
			this.databases = databases;
			this.jdbc = jdbc;
			this.currentUser = currentUser;
		}

		/** Runs on another thread, where there is no request. */
		@GetMapping("/async")
		Callable<String> later() {
			return () -> {
				this.jdbc.queryForList("SELECT 1");
				return this.currentUser.require().value();
			};
		}

		/** In the request, as somebody else, and in the request again. */
		@GetMapping("/mdc")
		String mdc() throws Exception {
			return MDC.get("user") + ", " + this.currentUser.callAs(new UserId("bob"), () -> MDC.get("user")) + ", "
					+ MDC.get("user");
		}

		@GetMapping("/restore")
		void restore() throws IOException {
			Path upload = Files.createTempFile("upload", ".db");
			try {
				Files.writeString(upload, "no database".repeat(100));
				this.databases.restore(this.currentUser.require(), upload);
			}
			finally {
				Files.delete(upload);
			}
		}

		@GetMapping("/tables")
		List<Map<String, Object>> list() {
			return this.jdbc.queryForList("SELECT name FROM sqlite_schema");
		}

	}

}
