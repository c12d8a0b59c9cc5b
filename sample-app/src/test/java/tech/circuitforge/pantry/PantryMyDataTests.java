package tech.circuitforge.pantry;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One person's data as a whole, over real HTTP in both modes.
 */
@Tag("slow")
class PantryMyDataTests {

	@TempDir
	Path root;

	private ConfigurableApplicationContext pantry;

	private void start(String... arguments) {
		String[] all = Arrays.copyOf(arguments, arguments.length + 1);
		all[arguments.length] = "--server.port=0";
		this.pantry = SpringApplication.run(PantryApplication.class, all);
	}

	private void startCloud() {
		start("--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root);
	}

	@AfterEach
	void stop() {
		this.pantry.close();
	}

	private PantryClient client(String user) {
		return new PantryClient(Integer.parseInt(this.pantry.getEnvironment().getProperty("local.server.port")), user);
	}

	private static void add(PantryClient client, String name) throws Exception {
		assertThat(client.send("POST", "/api/items", "{\"name\":\"" + name + "\",\"quantity\":1}").statusCode())
			.isEqualTo(201);
	}

	private static String names(PantryClient client) throws Exception {
		return client.json("GET", "/api/items", null).findValuesAsString("name").toString();
	}

	@Test
	void whatWasTakenAwayCanBeBroughtBack() throws Exception {
		startCloud();
		PantryClient alice = client("alice");
		assertThat(alice.download("/api/me/export").statusCode()).isEqualTo(404);
		add(alice, "Rice");
		HttpResponse<byte[]> export = alice.download("/api/me/export");
		assertThat(export.statusCode()).isEqualTo(200);
		assertThat(export.headers().firstValue("Content-Type")).hasValue("application/vnd.sqlite3");
		assertThat(export.headers().firstValue("Content-Disposition"))
			.hasValueSatisfying((disposition) -> assertThat(disposition).contains("attachment").contains("pantry.db"));
		assertThat(new String(export.body(), 0, 15, StandardCharsets.US_ASCII)).isEqualTo("SQLite format 3");
		add(alice, "Beans");
		assertThat(alice.upload("/api/me/restore", export.body()).statusCode()).isEqualTo(204);
		assertThat(names(alice)).isEqualTo("[Rice]");
		// Somebody else may have it too, as their own.
		PantryClient bob = client("bob");
		assertThat(bob.upload("/api/me/restore", export.body()).statusCode()).isEqualTo(204);
		add(bob, "Salt");
		assertThat(names(alice)).isEqualTo("[Rice]");
		assertThat(client(null).download("/api/me/export").statusCode()).isEqualTo(401);
	}

	@Test
	void badFileIsAProblemAndChangesNothing() throws Exception {
		startCloud();
		PantryClient alice = client("alice");
		add(alice, "Rice");
		byte[] export = alice.download("/api/me/export").body();
		for (byte[] bad : new byte[][] { {}, "no database".getBytes(StandardCharsets.UTF_8),
				Arrays.copyOf(export, export.length / 2) }) {
			HttpResponse<String> response = alice.upload("/api/me/restore", bad);
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			assertThat(response.body()).contains("Nothing was changed").doesNotContain(this.root.toString());
		}
		HttpResponse<String> nothing = alice.send("POST", "/api/me/restore", "{}");
		assertThat(nothing.statusCode()).isBetween(400, 499);
		assertThat(names(alice)).isEqualTo("[Rice]");
	}

	@Test
	void deletedIsGoneWhileItsOwnerGoesOnAsking() throws Exception {
		startCloud();
		PantryClient alice = client("alice");
		add(alice, "Rice");
		add(client("bob"), "Salt");
		AtomicBoolean stop = new AtomicBoolean();
		ExecutorService executor = Executors.newFixedThreadPool(2);
		try {
			Future<?> asking = executor.submit(() -> {
				while (!stop.get()) {
					assertThat(client("alice").send("GET", "/api/items", null).statusCode()).isIn(200, 503);
				}
				return null;
			});
			assertThat(alice.send("DELETE", "/api/me", null).statusCode()).isEqualTo(204);
			Thread.sleep(500);
			stop.set(true);
			asking.get();
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(this.root.resolve("alice")).doesNotExist();
		HttpResponse<String> refused = alice.send("GET", "/api/items", null);
		assertThat(refused.statusCode()).isEqualTo(503);
		assertThat(refused.headers().firstValue("Retry-After")).isPresent();
		assertThat(alice.send("DELETE", "/api/me", null).statusCode()).isEqualTo(204);
		assertThat(names(client("bob"))).isEqualTo("[Salt]");
	}

	@Test
	void localModeHasThemToo() throws Exception {
		Path file = this.root.resolve("pantry.db");
		start("--cf.db.mode=local", "--cf.db.path=" + file);
		PantryClient anybody = client(null);
		add(anybody, "Rice");
		byte[] export = anybody.download("/api/me/export").body();
		add(anybody, "Beans");
		// Not from another site's form.
		assertThat(anybody.upload("/api/me/restore", export, "Sec-Fetch-Site", "cross-site").statusCode())
			.isEqualTo(403);
		assertThat(anybody.upload("/api/me/restore", export).statusCode()).isEqualTo(204);
		assertThat(names(anybody)).isEqualTo("[Rice]");
		assertThat(anybody.send("DELETE", "/api/me", null).statusCode()).isEqualTo(204);
		try (Stream<Path> left = Files.list(this.root)) {
			assertThat(left).isEmpty();
		}
	}

}
