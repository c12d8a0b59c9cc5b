package tech.circuitforge.db.actuate;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What Actuator says over HTTP, with nobody signed in.
 */
class ActuatorTests {

	private static final UserId ALICE = new UserId("alice");

	private static final UserId BOB = new UserId("bob");

	@TempDir
	Path root;

	@TempDir
	Path scripts;

	private ConfigurableApplicationContext context;

	@BeforeEach
	void writeScript() throws IOException {
		Files.writeString(this.scripts.resolve("001_notes.sql"), "CREATE TABLE notes (text TEXT)");
	}

	@AfterEach
	void close() throws IOException {
		if (this.context != null) {
			this.context.close();
		}
		this.root.toFile().setWritable(true);
	}

	@Test
	void healthIsToldWithoutAUserAndWithoutAConnection() throws Exception {
		start("--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root);
		HttpResponse<String> health = get("/actuator/health/db");
		assertThat(health.statusCode()).isEqualTo(200);
		assertThat(health.body()).contains("\"rootWritable\":true", "\"freeSpace\":", "\"freeDescriptors\":",
				"\"quarantined\":0", "0 up to date, 0 migrated, 0 failed", "\"openDatabases\":0");
		assertThat(this.root).isEmptyDirectory();
	}

	@Test
	void healthIsDownWhenTheRootIsGone() throws Exception {
		Path gone = Files.createDirectory(this.root.resolve("data"));
		start("--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + gone);
		Files.delete(gone);
		HttpResponse<String> health = get("/actuator/health/db");
		assertThat(health.statusCode()).isEqualTo(503);
		assertThat(health.body()).contains("The data root cannot be written: it is gone");
		Files.createDirectory(gone);
		assertThat(get("/actuator/health/db").statusCode()).isEqualTo(200);
	}

	@Test
	void localHealthReadsTheFile() throws Exception {
		start("--cf.db.path=" + this.root.resolve("local.db"));
		assertThat(get("/actuator/health/db").body()).contains("\"status\":\"UP\"", "\"mode\":\"local\"");
		assertThat(get("/actuator/cfdb").body()).contains("\"mode\":\"local\"", "local.db", "\"001_notes.sql\"");
		// Everybody has the one.
		assertThat(get("/actuator/cfdb/local").body()).contains("\"state\":\"OPEN\"", "\"pending\":[]");
	}

	@Test
	void endpointShowsUsersInQuarantineButNoRows() throws Exception {
		String[] arguments = { "--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root };
		start(arguments);
		this.context.getBean(UserDatabases.class).create(BOB);
		this.context.getBean(CurrentUser.class)
			.runAs(ALICE, () -> jdbc().update("INSERT INTO notes VALUES ('secret'), ('secret')"));
		this.context.close();
		Files.writeString(this.scripts.resolve("002_unique.sql"), "CREATE UNIQUE INDEX u ON notes (text)");
		start(arguments);
		String all = get("/actuator/cfdb").body();
		assertThat(all)
			.contains("\"mode\":\"cloud\"", "\"most\":256", "[\"001_notes.sql\",\"002_unique.sql\"]",
					"\"running\":false", "\"migrated\":1", "\"failed\":1", "\"user\":\"alice\"", "\"failures\":1")
			.doesNotContain("secret");
		String alice = get("/actuator/cfdb/alice").body();
		assertThat(alice).contains("\"pending\":[\"002_unique.sql\"]", "\"name\":\"001_notes.sql\"", "\"retryAt\":")
			.doesNotContain("secret");
		assertThat(get("/actuator/cfdb/bob").body()).contains("\"pending\":[]");
		// Alice's that failed and bob's.
		assertThat(value("cf.db.migrating", "count")).isEqualTo(2);
		assertThat(get("/actuator/cfdb/nobody").statusCode()).isEqualTo(404);
		assertThat(this.root.resolve("nobody")).doesNotExist();
		// One user's trouble is not the application's.
		assertThat(get("/actuator/health/db").statusCode()).isEqualTo(200);
		assertThat(get("/actuator/health/db").body()).contains("\"quarantined\":1");
		assertThat(get("/actuator/info").body()).contains("\"cf-db\"", "\"mode\":\"cloud\"", "\"migrations\":2",
				"\"lastMigration\":\"002_unique.sql\"");
	}

	@Test
	void theSharedDatabaseHasItsOwnHealth() throws Exception {
		String[] arguments = { "--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root,
				"--cf.db.shared.enabled=true" };
		start(arguments);
		assertThat(get("/actuator/health/sharedDatabase").body()).contains("\"status\":\"UP\"", "\"freeSpace\":");
		assertThat(get("/actuator/cfdb").body()).contains("\"shared\":{\"user\":\"shared\",\"state\":\"OPEN\"");
		assertThat(get("/actuator/cfdb/shared").statusCode()).as("a user of that name").isEqualTo(404);
		JdbcTemplate shared = this.context.getBean("sharedJdbcTemplate", JdbcTemplate.class);
		shared.execute("CREATE TABLE sellers (id INTEGER PRIMARY KEY, name TEXT)");
		shared.update("INSERT INTO sellers (name) VALUES (zeroblob(100000))");
		this.context.close();
		try (RandomAccessFile file = new RandomAccessFile(this.root.resolve("shared/shared.db").toFile(), "rw")) {
			file.seek(4096);
			file.write(new byte[4096]);
		}
		start(arguments);
		this.context.getBean(UserDatabases.class).verifyAll((progress) -> {
		});
		HttpResponse<String> damaged = get("/actuator/health/sharedDatabase");
		assertThat(damaged.statusCode()).isEqualTo(503);
		assertThat(damaged.body()).contains("all users together (cf.db.shared) is damaged");
		assertThat(get("/actuator/health/db").statusCode()).as("users' own").isEqualTo(200);
		assertThat(get("/actuator/cfdb").body()).contains("\"state\":\"QUARANTINED\"",
				"all users together (cf.db.shared) is damaged");
	}

	@Test
	void thereIsNoSharedHealthWithoutASharedDatabase() throws Exception {
		start("--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root);
		assertThat(get("/actuator/health/sharedDatabase").statusCode()).isEqualTo(404);
		assertThat(get("/actuator/cfdb").body()).contains("\"shared\":null");
	}

	@Test
	void metersNameNoUser() throws Exception {
		start("--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root, "--spring.application.name=kiwi");
		this.context.getBean(CurrentUser.class).runAs(ALICE, () -> {
			jdbc().update("INSERT INTO notes VALUES ('a')");
			jdbc().update("INSERT INTO notes VALUES ('a')");
		});
		assertThat(value("cf.db.open")).isEqualTo(1);
		assertThat(value("cf.db.opens", "count")).isEqualTo(1);
		assertThat(value("cf.db.leased")).isZero();
		assertThat(value("cf.db.quarantined")).isZero();
		assertThat(value("cf.db.evictions")).isZero();
		assertThat(value("cf.db.acquire.waits")).isZero();
		assertThat(value("cf.db.busy")).isZero();
		assertThat(get("/actuator/metrics/cf.db.statement.cache?tag=result:hit").body()).contains("\"value\":");
		assertThat(get("/actuator/metrics/cf.db.migrations?tag=outcome:failure").body()).contains("\"value\":0.0");
		assertThat(value("jdbc.connections.active")).isZero();
		assertThat(value("jdbc.connections.idle")).isEqualTo(1);
		assertThat(value("jdbc.connections.max")).isEqualTo(256 * 4);
		assertThat(get("/actuator/metrics/cf.db.open").body()).doesNotContain("alice");
		assertThat(value("cf.db.opening", "count")).isEqualTo(1);
		assertThat(get("/actuator/metrics/cf.db.opening").body()).doesNotContain("alice");
	}

	@Test
	void quarantineEndsWithARepairOnRequest() {
		start("--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root);
		this.context.getBean(UserDatabases.class).create(ALICE);
		this.context.close();
		assertThatExceptionOfType(DatabaseQuarantinedException.class).isThrownBy(() -> {
			Files.writeString(this.scripts.resolve("001_notes.sql"), "CREATE TABLE notes (text TEXT, more TEXT)");
			start("--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root);
			this.context.getBean(CurrentUser.class).runAs(ALICE, () -> jdbc().update("DELETE FROM notes"));
		}).withMessageContaining("Migration 001_notes.sql changed");
	}

	private JdbcTemplate jdbc() {
		return this.context.getBean(JdbcTemplate.class);
	}

	private void start(String... arguments) {
		this.context = new SpringApplicationBuilder(Application.class)
			.properties("server.port=0", "management.endpoints.web.exposure.include=*",
					"management.endpoint.health.show-details=always", "cf.db.migrations.locations=file:" + this.scripts)
			.run(arguments);
	}

	private double value(String meter) throws Exception {
		return value(meter, "value");
	}

	private double value(String meter, String statistic) throws Exception {
		String body = get("/actuator/metrics/" + meter).body();
		Matcher matcher = Pattern.compile((statistic.equals("count") ? "\"COUNT\"," : "") + "\"value\":([-0-9.E]+)")
			.matcher(body);
		assertThat(matcher.find()).as(meter + ": " + body).isTrue();
		return Double.parseDouble(matcher.group(1));
	}

	private HttpResponse<String> get(String path) throws Exception {
		URI uri = URI
			.create("http://localhost:" + this.context.getEnvironment().getProperty("local.server.port") + path);
		return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		CurrentUserResolver nobody() {
			return () -> null;
		}

	}

}
