package tech.circuitforge.pantry;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Cloud mode over real HTTP: several users at once, looked at from outside.
 */
@Tag("slow")
class PantryCloudTests {

	private static final List<String> USERS = List.of("alice", "bob", "carol");

	private static final int REQUESTS = 200;

	@TempDir
	Path root;

	@Test
	void everyRowIsInItsOwnersFileAndNowhereElse() throws Exception {
		try (ConfigurableApplicationContext pantry = start()) {
			ExecutorService executor = Executors.newFixedThreadPool(6);
			try {
				List<Callable<Integer>> halves = new ArrayList<>();
				for (String user : USERS) {
					// Two clients each, so that one user's requests meet each other too.
					halves.add(() -> addItems(pantry, user, 0, REQUESTS / 2));
					halves.add(() -> addItems(pantry, user, REQUESTS / 2, REQUESTS));
				}
				for (Future<Integer> half : executor.invokeAll(halves)) {
					assertThat(half.get()).isEqualTo(REQUESTS / 2);
				}
			}
			finally {
				executor.shutdownNow();
			}
			for (String user : USERS) {
				assertThat(namesIn(this.root.resolve(user + "/pantry.db"))).isEqualTo(expected(user));
			}
		}
		try (Stream<Path> files = Files.walk(this.root)) {
			// Nothing but the three files, and no log left behind.
			assertThat(files.filter(Files::isRegularFile)).hasSize(3);
		}
		try (ConfigurableApplicationContext pantry = start()) {
			for (String user : USERS) {
				Set<String> names = new HashSet<>(
						client(pantry, user).json("GET", "/api/items", null).findValuesAsString("name"));
				assertThat(names).isEqualTo(expected(user));
			}
		}
	}

	@Test
	void anotherUsersItemIsNotFound() throws Exception {
		try (ConfigurableApplicationContext pantry = start()) {
			PantryClient alice = client(pantry, "alice");
			PantryClient bob = client(pantry, "bob");
			alice.send("POST", "/api/items", item("first"));
			long hers = alice.json("POST", "/api/items", item("hers")).get("id").asLong();
			assertThat(bob.send("PATCH", "/api/items/" + hers, "{\"quantity\": 9}").statusCode()).isEqualTo(404);
			assertThat(bob.send("DELETE", "/api/items/" + hers, null).statusCode()).isEqualTo(404);
			assertThat(bob.json("GET", "/api/items", null)).isEmpty();
			assertThat(alice.json("GET", "/api/items", null)).hasSize(2);
		}
	}

	@Test
	void nobodySignedInIs401WithoutAFile() throws Exception {
		try (ConfigurableApplicationContext pantry = start()) {
			HttpResponse<String> response = client(pantry, null).send("GET", "/api/items", null);
			assertThat(response.statusCode()).isEqualTo(401);
			assertThat(response.headers().firstValue("WWW-Authenticate"))
				.hasValueSatisfying((scheme) -> assertThat(scheme).startsWith("Basic realm=\"Pantry\""));
			assertThat(response.body()).doesNotContain("Exception");
			// A page leads to the form instead.
			assertThat(client(pantry, null).send("GET", "/", null).headers().firstValue("Location"))
				.hasValueSatisfying((location) -> assertThat(location).endsWith("/login"));
		}
		assertThat(this.root).isEmptyDirectory();
	}

	@Test
	void pagesNeedACsrfTokenAndTheApiWithAPasswordDoesNot() throws Exception {
		try (ConfigurableApplicationContext pantry = start()) {
			PantryClient alice = client(pantry, "alice");
			assertThat(alice.send("POST", "/items", null).statusCode()).isEqualTo(403);
			assertThat(alice.send("POST", "/api/items", item("x")).statusCode()).isEqualTo(201);
			assertThat(alice.send("GET", "/", null).body()).contains("alice").contains("Sign out").contains("_csrf");
		}
	}

	@Test
	void guestsAreNotWelcomeUnlessThatIsTurnedOn() throws Exception {
		try (ConfigurableApplicationContext pantry = start()) {
			assertThat(client(pantry, null).send("GET", "/login", null).body()).contains("Sign in")
				.doesNotContain("guest");
			assertThat(client(pantry, "alice").send("GET", "/sign-up", null).statusCode()).isEqualTo(404);
		}
	}

	@Test
	void fileOfThePythonRunnerIsAdopted() throws Exception {
		Path file = Files.createDirectories(this.root.resolve("alice")).resolve("pantry.db");
		try (Connection python = DriverManager.getConnection("jdbc:sqlite:" + file);
				Statement statement = python.createStatement()) {
			// As circuitforge_core does it: the whole script, then its name.
			statement.executeUpdate(
					"CREATE TABLE _migrations (name TEXT PRIMARY KEY, " + "applied_at TEXT DEFAULT CURRENT_TIMESTAMP)");
			for (String name : List.of("001_initial.sql", "002_seed_locations.sql", "003_item_search.sql",
					"004_categories.sql")) {
				statement
					.executeUpdate(new String(getClass().getResourceAsStream("/db/migrations/" + name).readAllBytes(),
							java.nio.charset.StandardCharsets.UTF_8));
				statement.executeUpdate("INSERT INTO _migrations VALUES ('" + name + "', '2024-01-02 03:04:05')");
			}
			statement.executeUpdate("INSERT INTO items (name, location_id) VALUES ('from Python', 2)");
		}
		try (ConfigurableApplicationContext pantry = start()) {
			assertThat(client(pantry, "alice").json("GET", "/api/items?q=python", null)).hasSize(1);
		}
		assertThat(valuesIn(file, "SELECT name FROM _migrations WHERE applied_at = '2024-01-02 03:04:05'")).hasSize(4);
		assertThat(valuesIn(file, "SELECT name FROM _migrations")).hasSize(7);
		assertThat(valuesIn(file, "SELECT l.name FROM items i JOIN locations l ON l.id = i.location_id"))
			.containsExactly("Fridge");
	}

	private ConfigurableApplicationContext start() {
		return SpringApplication.run(PantryApplication.class, "--server.port=0", "--CLOUD_MODE=1",
				"--CLOUD_DATA_ROOT=" + this.root);
	}

	private static PantryClient client(ConfigurableApplicationContext pantry, String user) {
		return new PantryClient(pantry.getEnvironment().getRequiredProperty("local.server.port", Integer.class), user);
	}

	private static int addItems(ConfigurableApplicationContext pantry, String user, int from, int to) throws Exception {
		PantryClient client = client(pantry, user);
		int added = 0;
		for (int i = from; i < to; i++) {
			added += (client.send("POST", "/api/items", item(user + "-" + i)).statusCode() == 201) ? 1 : 0;
		}
		return added;
	}

	private static String item(String name) {
		return "{\"name\": \"%s\", \"quantity\": 1}".formatted(name);
	}

	private static Set<String> expected(String user) {
		Set<String> names = new HashSet<>();
		for (int i = 0; i < REQUESTS; i++) {
			names.add(user + "-" + i);
		}
		return names;
	}

	private static Set<String> namesIn(Path file) throws SQLException {
		return new HashSet<>(valuesIn(file, "SELECT name FROM items"));
	}

	private static List<String> valuesIn(Path file, String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			List<String> values = new ArrayList<>();
			while (rows.next()) {
				values.add(rows.getString(1));
			}
			return values;
		}
	}

}
