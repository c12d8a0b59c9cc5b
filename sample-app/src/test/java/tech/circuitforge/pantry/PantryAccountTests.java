package tech.circuitforge.pantry;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Whose data an account leads to: its owner's, from the first visit as a guest until it
 * is deleted, and nobody else's ever after.
 */
@Tag("slow")
class PantryAccountTests {

	private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

	@TempDir
	Path root;

	private ConfigurableApplicationContext pantry;

	private void start() {
		this.pantry = SpringApplication.run(PantryApplication.class, "--server.port=0", "--cf.db.mode=cloud",
				"--cf.db.cloud.data-root=" + this.root, "--cf.db.pool.acquire-timeout=2s",
				"--pantry.guests.enabled=true", "--pantry.guests.key=secret");
	}

	@AfterEach
	void stop() {
		this.pantry.close();
	}

	private PantrySession session() {
		return new PantrySession(this.pantry);
	}

	private PantryClient basic(String user) {
		return new PantryClient(this.pantry.getEnvironment().getRequiredProperty("local.server.port", Integer.class),
				user);
	}

	/** Whoever has a directory below the data root. */
	private Set<String> owners() throws Exception {
		Set<String> owners = new TreeSet<>();
		try (Stream<Path> directories = Files.list(this.root)) {
			directories.map((directory) -> directory.getFileName().toString())
				.filter((name) -> !name.equals("shared"))
				.forEach(owners::add);
		}
		return owners;
	}

	@Test
	void oldSessionOfADeletedAccountSeesNobodysData() throws Exception {
		start();
		PantrySession mallory = session();
		mallory.become("dave");
		mallory.add("mallory's");
		PantrySession second = session();
		assertThat(second.signIn("dave", PantrySession.PASSWORD).statusCode()).isEqualTo(302);
		PantrySession third = session();
		third.signIn("dave", PantrySession.PASSWORD);
		String token = third.csrfToken("/");
		assertThat(second.items().body()).contains("mallory's");
		assertThat(mallory.deleteAccount().statusCode()).isEqualTo(302);
		// The same ten seconds hold for Alice, who may come back: she tells when they
		// are over.
		basic("alice").send("POST", "/api/items", "{\"name\":\"x\",\"quantity\":1}");
		assertThat(basic("alice").send("DELETE", "/api/me", null).statusCode()).isEqualTo(204);
		assertThat(second.items().statusCode()).isEqualTo(401);
		PantrySession victim = session();
		victim.arriveAsGuest();
		assertThat(victim.signUp("dave").body()).contains("Somebody has this name already");
		assertThat(victim.signUp("david").statusCode()).isEqualTo(302);
		victim.add("victim's secret");
		Set<String> owners = owners();
		await().atMost(Duration.ofSeconds(60))
			.until(() -> basic("alice").send("GET", "/api/items", null).statusCode() == 200);
		owners.add("alice");
		assertThat(second.items().statusCode()).isEqualTo(401);
		assertThat(PantrySession.location(second.page("/"))).isEqualTo("/login");
		assertThat(third.post("/items", "name=again&quantity=1&_csrf=" + token).statusCode()).isIn(302, 403);
		assertThat(PantrySession.location(third.page("/my-data"))).isEqualTo("/login");
		assertThat(second.signIn("dave", PantrySession.PASSWORD).headers().firstValue("Location"))
			.hasValueSatisfying((location) -> assertThat(location).endsWith("/login?error"));
		assertThat(victim.items().body()).contains("victim's secret").doesNotContain("again");
		assertThat(owners()).isEqualTo(owners);
	}

	@Test
	void nameOfADeletedAccountIsNotGivenAgainAfterARestart() throws Exception {
		start();
		PantrySession dave = session();
		dave.become("dave");
		dave.add("Rice");
		dave.deleteAccount();
		assertThat(owners()).isEmpty();
		stop();
		start();
		PantrySession other = session();
		other.arriveAsGuest();
		assertThat(other.signUp("dave").statusCode()).isEqualTo(422);
		assertThat(other.signUp("alice").statusCode()).isEqualTo(422);
		assertThat(other.signUp("erin").statusCode()).isEqualTo(302);
	}

	@Test
	void sessionInAnotherPantryOnTheSameDataEndsToo() throws Exception {
		start();
		ConfigurableApplicationContext other = this.pantry;
		start();
		try {
			PantrySession dave = session();
			dave.become("dave");
			dave.add("Rice");
			PantrySession elsewhere = new PantrySession(other);
			elsewhere.signIn("dave", PantrySession.PASSWORD);
			assertThat(elsewhere.items().body()).contains("Rice");
			// The other one has the file open, which may keep it from being deleted now.
			dave.deleteAccount();
			assertThat(elsewhere.items().statusCode()).isEqualTo(401);
			assertThat(dave.items().statusCode()).isEqualTo(401);
		}
		finally {
			other.close();
		}
		// The clean-up at the next start, or an hour later, deletes it then.
		stop();
		start();
		await().atMost(Duration.ofSeconds(60)).until(() -> owners().isEmpty());
	}

	@Test
	void guestWhoSignsUpKeepsTheFile() throws Exception {
		start();
		PantrySession guest = session();
		guest.arriveAsGuest();
		guest.add("Grapes");
		Set<String> before = owners();
		assertThat(before).singleElement().asString().matches(UUID);
		// The same guest in another browser, whose cookie has been copied.
		PantrySession copy = session();
		copy.putCookie("pantry-guest", guest.cookie("pantry-guest"));
		assertThat(copy.items().body()).contains("Grapes");
		assertThat(guest.signUp("frank").statusCode()).isEqualTo(302);
		assertThat(guest.page("/").body()).contains("<span>frank</span>");
		assertThat(owners()).isEqualTo(before);
		// From now on it takes the password, and nobody signs up twice.
		assertThat(copy.items().statusCode()).isEqualTo(401);
		assertThat(PantrySession.location(copy.page("/sign-up"))).isEqualTo("/login");
		PantrySession elsewhere = session();
		elsewhere.signIn("frank", PantrySession.PASSWORD);
		assertThat(elsewhere.items().body()).contains("Grapes");
		stop();
		start();
		PantrySession later = session();
		later.signIn("frank", PantrySession.PASSWORD);
		assertThat(later.items().body()).contains("Grapes");
		assertThat(owners()).isEqualTo(before);
	}

	@Test
	void deletedGuestIsNotLetInByACopiedCookie() throws Exception {
		start();
		PantrySession guest = session();
		guest.arriveAsGuest();
		guest.add("Grapes");
		PantrySession copy = session();
		copy.putCookie("pantry-guest", guest.cookie("pantry-guest"));
		guest.deleteAccount();
		assertThat(copy.items().statusCode()).isEqualTo(401);
		assertThat(PantrySession.location(copy.page("/"))).isEqualTo("/login");
		assertThat(owners()).isEmpty();
	}

	@Test
	void deletingInOneBrowserSignsOutAllOfTheDemonstrationsToo() throws Exception {
		start();
		PantrySession first = session();
		first.signIn("alice", "pantry");
		first.add("Rice");
		PantrySession second = session();
		second.signIn("alice", "pantry");
		PantrySession operator = session();
		operator.signIn("operator", "pantry");
		PantrySession secondOperator = session();
		secondOperator.signIn("operator", "pantry");
		assertThat(second.items().statusCode()).isEqualTo(200);
		assertThat(secondOperator.get("/actuator/metrics").statusCode()).isEqualTo(200);
		first.deleteAccount();
		operator.deleteAccount();
		assertThat(second.items().statusCode()).isEqualTo(401);
		assertThat(PantrySession.location(second.page("/"))).isEqualTo("/login");
		assertThat(secondOperator.get("/actuator/metrics").statusCode()).isEqualTo(401);
		// Everybody knows the password: whoever looks at the demonstration next may.
		assertThat(PantrySession.location(second.signIn("alice", "pantry"))).isEqualTo("/");
	}

	@Test
	void accountsAndGuestsOfAnEarlierPantryKeepTheirFiles() throws Exception {
		String password = Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_8().encode("pantry");
		execute(this.root.resolve("shared/shared.db"), script("/db/shared-migrations/001_accounts.sql"),
				"INSERT INTO accounts (name, password) VALUES ('dora', '" + password + "')",
				"CREATE TABLE _migrations (name TEXT PRIMARY KEY, applied_at TEXT DEFAULT CURRENT_TIMESTAMP)",
				"INSERT INTO _migrations (name) VALUES ('001_accounts.sql')");
		String guest = "guest-" + java.util.UUID.randomUUID();
		for (String user : List.of("alice", "dora", guest)) {
			execute(this.root.resolve(user).resolve("pantry.db"), script("/db/migrations/001_initial.sql"),
					"INSERT INTO items (name) VALUES ('of " + user + "')",
					"CREATE TABLE _migrations (name TEXT PRIMARY KEY, applied_at TEXT DEFAULT CURRENT_TIMESTAMP)",
					"INSERT INTO _migrations (name) VALUES ('001_initial.sql')");
		}
		start();
		assertThat(basic("alice").send("GET", "/api/items", null).body()).contains("of alice");
		assertThat(basic("dora").send("GET", "/api/items", null).body()).contains("of dora");
		PantrySession returning = session();
		returning.putCookie("pantry-guest", EarlierGuestCookie.of(guest, "secret"));
		assertThat(returning.items().body()).contains("of " + guest);
		PantrySession other = session();
		other.arriveAsGuest();
		assertThat(other.signUp("dora").statusCode()).isEqualTo(422);
		assertThat(returning.signUp("greta").statusCode()).isEqualTo(302);
		assertThat(returning.items().body()).contains("of " + guest);
		assertThat(owners()).contains("alice", "dora", guest);
		assertThat(basic("dora").send("DELETE", "/api/me", null).statusCode()).isEqualTo(204);
		assertThat(other.signUp("dora").statusCode()).isEqualTo(422);
	}

	@Test
	void unknownGuestIsNobody() throws Exception {
		start();
		PantrySession stranger = session();
		stranger.putCookie("pantry-guest", EarlierGuestCookie.of("guest-of-honour", "secret"));
		assertThat(stranger.items().statusCode()).isEqualTo(401);
		stranger.putCookie("pantry-guest", EarlierGuestCookie.of("alice", "secret"));
		HttpResponse<String> response = stranger.items();
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(owners()).isEmpty();
	}

	private static String script(String name) throws Exception {
		try (var script = PantryAccountTests.class.getResourceAsStream(name)) {
			return new String(script.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private static void execute(Path file, String... statements) throws Exception {
		Files.createDirectories(file.getParent());
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.executeUpdate(sql);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(file.toString(), ex);
		}
	}

}
