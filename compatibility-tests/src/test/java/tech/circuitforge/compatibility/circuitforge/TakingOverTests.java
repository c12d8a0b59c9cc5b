package tech.circuitforge.compatibility.circuitforge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.DatabaseUnavailableException;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.autoconfigure.CfDbAutoConfiguration;
import tech.circuitforge.db.autoconfigure.SharedDatabaseAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Data roots that Python's {@code sqlite3} has written are served as they are, and can
 * still be served by Python afterwards.
 */
@Tag("process")
class TakingOverTests {

	private static final String ALICE = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

	private static final Path ALL_SCRIPTS = Path.of("src/test/resources/circuitforge/migrations");

	private static final String UNUSUAL_NAMES = "ls | grep -vxE '[a-z0-9_-]([a-z0-9._-]*[a-z0-9_-])?'";

	@TempDir
	Path root;

	/** What the Python product had when it was last deployed. */
	@TempDir
	Path oldScripts;

	@BeforeAll
	static void pythonIsThere() {
		assumeThat(PythonProduct.canRun()).as("there is a python3 with sqlite3").isTrue();
	}

	@BeforeEach
	void copyOldScripts() throws IOException {
		for (String script : List.of("001_initial.sql", "002_photos.sql")) {
			Files.copy(ALL_SCRIPTS.resolve(script), this.oldScripts.resolve(script));
		}
	}

	@Test
	void kiwisUsersHouseholdsAndAnonymous() throws Exception {
		PythonProduct.serve(this.root.resolve(ALICE + "/kiwi.db"), this.oldScripts, "rice");
		PythonProduct.beKilled(this.root.resolve("household_42/kiwi.db"), this.oldScripts, "beans", "lentils");
		PythonProduct.serve(this.root.resolve("anonymous/kiwi.db"), this.oldScripts, "nobody's");
		product("kiwi", "cf.db.cloud.anonymous=shared").run((context) -> {
			assertThat(users(context)).containsExactlyInAnyOrder(ALICE, "household_42");
			assertThat(names(context, ALICE)).containsExactly("rice");
			// Neither row had left the log when Python was killed.
			assertThat(names(context, "household_42")).containsExactly("beans", "lentils");
			assertThat(names(context)).containsExactly("nobody's");
			assertThat(context.getBean(UserDatabases.class).migrations(new UserId("household_42")).pending()).isEmpty();
		});
	}

	@Test
	void snipesUsersAndTheSharedDatabase() throws Exception {
		PythonProduct.beKilled(this.root.resolve(ALICE + "/snipe/user.db"), this.oldScripts, "camera");
		PythonProduct.serve(this.root.resolve("anonymous/snipe/user.db"), this.oldScripts, "lens");
		PythonProduct.serve(this.root.resolve("shared/shared.db"), this.oldScripts, "a seller");
		product("snipe", "cf.db.cloud.layout={user}/snipe/user.db", "cf.db.cloud.anonymous=shared",
				"cf.db.shared.enabled=true", "cf.db.shared.migrations.locations=classpath:circuitforge/migrations")
			.run((context) -> {
				assertThat(users(context)).containsExactly(ALICE);
				assertThat(names(context, ALICE)).containsExactly("camera");
				assertThat(names(context)).containsExactly("lens");
				assertThat(names(context.getBean("sharedJdbcClient", JdbcClient.class))).containsExactly("a seller");
			});
		try (Stream<Path> entries = Files.list(this.root)) {
			assertThat(entries.map((entry) -> entry.getFileName().toString())).containsExactlyInAnyOrder(ALICE,
					"anonymous", "shared");
		}
	}

	@Test
	void pythonCanGoOnWithTheFile() throws Exception {
		Path file = this.root.resolve(ALICE + "/kiwi.db");
		PythonProduct.beKilled(file, this.oldScripts, "rice");
		product("kiwi").run((context) -> as(context, ALICE,
				() -> jdbc(context).sql("INSERT INTO items (name, added_at) VALUES (?, ?)")
					.params("beans", Instant.parse("2026-02-01T10:00:00Z"))
					.update()));
		var seen = PythonProduct.read(file, ALL_SCRIPTS);
		assertThat(seen.get("applied")).isEmpty();
		assertThat(seen.get("names")).extracting((name) -> name.asString()).containsExactly("rice", "beans");
		if (!seen.get("added").isNull()) {
			assertThat(seen.get("added")).extracting((time) -> time.asString())
				.containsExactly("2026-01-31 09:30:00.123456", "2026-02-01 10:00:00+00:00");
		}
		product("kiwi").run((context) -> assertThat(names(context, ALICE)).containsExactly("rice", "beans"));
	}

	@Test
	void bothCanWorkOnTheFileAtOnce() throws Exception {
		Path file = this.root.resolve(ALICE + "/kiwi.db");
		PythonProduct.serve(file, ALL_SCRIPTS);
		product("kiwi").run((context) -> {
			Thread python = new Thread(() -> {
				try {
					PythonProduct.serve(file, ALL_SCRIPTS, "a,b,c,d,e,f,g,h,i,j".split(",", -1));
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			});
			python.start();
			for (int i = 0; i < 10 || python.isAlive(); i++) {
				add(context, ALICE, "beans");
			}
			python.join();
			assertThat(names(context, ALICE)).contains("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "beans");
		});
	}

	@Test
	void pythonsTimesAreReadAsUtc() throws Exception {
		PythonProduct.serve(this.root.resolve(ALICE + "/kiwi.db"), this.oldScripts, "rice");
		product("kiwi").run((context) -> as(context, ALICE, () -> {
			JdbcClient.StatementSpec added = jdbc(context).sql("SELECT added_at FROM items");
			assertThat(added.query(Instant.class).single()).isEqualTo("2026-01-31T09:30:00.123456Z");
			assertThat(added.query(LocalDateTime.class).single()).isEqualTo("2026-01-31T09:30:00.123456");
			assertThat(jdbc(context).sql("SELECT opened FROM items").query(Boolean.class).single()).isTrue();
		}));
	}

	/** A blank sorts before a T, so text of both kinds is compared as a time. */
	@Test
	void timesOfBothKindsAreSortedAsTimes() throws Exception {
		PythonProduct.serve(this.root.resolve(ALICE + "/kiwi.db"), this.oldScripts, "second");
		product("kiwi").run((context) -> as(context, ALICE, () -> {
			jdbc(context).sql("INSERT INTO items (name, added_at) VALUES ('first', ?)")
				.param(Instant.parse("2026-01-31T08:00:00Z"))
				.update();
			assertThat(jdbc(context).sql("SELECT name FROM items ORDER BY added_at").query(String.class).list())
				.containsExactly("second", "first");
			assertThat(
					jdbc(context).sql("SELECT name FROM items ORDER BY datetime(added_at)").query(String.class).list())
				.containsExactly("first", "second");
		}));
	}

	@Test
	void directoryOfAnUnusualNameIsRenamed() throws Exception {
		PythonProduct.serve(this.root.resolve("Alice@example.org/kiwi.db"), this.oldScripts, "rice");
		PythonProduct.serve(this.root.resolve(ALICE + "/kiwi.db"), this.oldScripts, "beans");
		product("kiwi").run((context) -> assertThat(users(context)).containsExactly(ALICE));
		assertThat(inRoot(UNUSUAL_NAMES)).isEqualTo("Alice@example.org\n");
		inRoot("mv Alice@example.org %41lice%40example.org");
		product("kiwi").run((context) -> assertThat(names(context, "Alice@example.org")).containsExactly("rice"));
	}

	@Test
	void guestKeepsRowsOnSigningUp() throws Exception {
		String guest = "anon-0b9d4b6e-5f0e-4c9b-9d55-0a4e2f0c7c11";
		PythonProduct.beKilled(this.root.resolve(guest + "/kiwi.db"), this.oldScripts, "rice");
		product("kiwi").run((context) -> {
			context.getBean(UserDatabases.class).rename(new UserId(guest), new UserId(ALICE));
			assertThat(names(context, ALICE)).containsExactly("rice");
			assertThat(users(context)).containsExactly(ALICE);
		});
	}

	@Test
	void encryptedFileIsRefusedAndLeftAsItIs() throws Exception {
		// What SQLCipher writes looks like chance.
		byte[] encrypted = new byte[8192];
		new java.util.Random(42).nextBytes(encrypted);
		Path file = this.root.resolve(ALICE + "/kiwi.db");
		Files.createDirectories(file.getParent());
		Files.write(file, encrypted);
		product("kiwi").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(DatabaseUnavailableException.class).isThrownBy(() -> names(context, ALICE))
				.withMessageContaining(ALICE);
		});
		assertThat(file).hasBinaryContent(encrypted);
	}

	private ApplicationContextRunner product(String name, String... properties) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CfDbAutoConfiguration.class, SharedDatabaseAutoConfiguration.class,
					DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
					JdbcClientAutoConfiguration.class))
			.withBean(CurrentUserResolver.class, () -> () -> null)
			.withPropertyValues("spring.application.name=" + name, "cf.db.mode=cloud",
					"cf.db.cloud.data-root=" + this.root,
					"cf.db.migrations.locations=classpath:circuitforge/migrations")
			.withPropertyValues(properties);
	}

	private static List<String> users(ApplicationContext context) {
		try (Stream<UserId> users = context.getBean(UserDatabases.class).list()) {
			return users.map(UserId::value).toList();
		}
	}

	private static JdbcClient jdbc(ApplicationContext context) {
		return context.getBean(JdbcClient.class);
	}

	private static void as(ApplicationContext context, String user, Runnable task) {
		context.getBean(CurrentUser.class).runAs(new UserId(user), task);
	}

	private static List<String> names(ApplicationContext context, String user) throws Exception {
		return context.getBean(CurrentUser.class).callAs(new UserId(user), () -> names(context));
	}

	private static List<String> names(ApplicationContext context) {
		return names(jdbc(context));
	}

	private static List<String> names(JdbcClient jdbc) {
		return jdbc.sql("SELECT name FROM items ORDER BY id").query(String.class).list();
	}

	private static void add(ApplicationContext context, String user, String name) {
		as(context, user, () -> jdbc(context).sql("INSERT INTO items (name) VALUES (?)").param(name).update());
	}

	private String inRoot(String command) throws Exception {
		Process shell = new ProcessBuilder("sh", "-c", command).directory(this.root.toFile())
			.redirectErrorStream(true)
			.start();
		String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		shell.waitFor();
		return said;
	}

}
