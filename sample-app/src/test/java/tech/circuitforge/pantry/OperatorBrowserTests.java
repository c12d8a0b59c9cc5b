package tech.circuitforge.pantry;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

import tech.circuitforge.db.MigrationEvent;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The operator's page in the browser, with more users than fit on it and one whose file
 * is broken.
 */
@EnabledIf(value = "tech.circuitforge.pantry.Browser#isInstalled",
		disabledReason = "there are no chromium and chromedriver on the PATH")
@Tag("browser")
class OperatorBrowserTests {

	private static final int USERS = 30;

	@TempDir
	static Path root;

	@TempDir
	static Path backups;

	private static ConfigurableApplicationContext pantry;

	private static Browser browser;

	@BeforeAll
	static void start() throws Exception {
		Files.writeString(Files.createDirectory(root.resolve("broken")).resolve("pantry.db"),
				"no database ".repeat(99));
		pantry = SpringApplication.run(PantryApplication.class, "--server.port=0", "--cf.db.mode=cloud",
				"--cf.db.cloud.data-root=" + root, "--cf.db.backup.directory=" + backups);
		UserDatabases databases = pantry.getBean(UserDatabases.class);
		for (int i = 0; i < USERS; i++) {
			databases.create(new UserId("user-%02d".formatted(i)));
		}
		browser = Browser.of(pantry);
	}

	@AfterAll
	static void stop() {
		if (browser != null) {
			browser.close();
		}
		if (pantry != null) {
			pantry.close();
		}
	}

	@Test
	void othersMayNotSeeIt() {
		browser.signIn("alice");
		assertThat(browser.texts("nav a")).doesNotContain("Operator");
		browser.go("/operator");
		browser.awaitText("h1", "This is not for you");
		browser.inspect("operator-refused");
	}

	@Test
	void signingInAfterTheSessionHasEndedLeadsBackToTheWholePage() {
		browser.signIn("operator");
		browser.click("Operator");
		browser.awaitText("#figures", "Open now");
		browser.endSession();
		// The page asks for its figures every two seconds.
		browser.awaitText("h1", "Sign in");
		browser.type("#username", "operator");
		browser.type("#password", "pantry" + Keys.ENTER);
		browser.awaitText("h1", "All databases");
		browser.awaitText("header", "operator");
		assertThat(browser.path()).startsWith("/operator").doesNotContain("figures");
	}

	@Test
	void databasesAreWatchedVerifiedBackedUpAndMigrated() {
		browser.signIn("operator");
		browser.click("Operator");
		browser.awaitText("#figures", "Open now");
		String line = browser.find("polyline").getDomAttribute("points");
		browser.awaitChange("polyline", "points", line);
		browser.awaitText(".quarantine", "broken");
		assertThat(browser.texts("tbody tr")).hasSize(25);
		browser.inspect("operator");
		browser.click("Next");
		browser.awaitText("main", "Previous");
		assertThat(browser.texts("tbody tr").size()).isLessThan(25);
		browser.type("#user", "user-07" + Keys.ENTER);
		browser.awaitTexts("tbody th", "user-07");
		browser.click("Verify user-07");
		browser.awaitText(".toast", "user-07: Nothing is wrong with it.");
		browser.type("#user", "user-07" + Keys.ENTER);
		browser.awaitTexts("tbody th", "user-07");
		browser.click("Back up user-07");
		browser.awaitText(".toast", "user-07: Backed up");
		browser.click("Try broken again");
		browser.awaitText(".toast", "broken:");
		browser.click("Bring all up to date");
		browser.awaitText("#work", "1 failed");
		browser.inspect("operator-migrated");
		browser.click("Verify all");
		browser.awaitText("#work", " whole, ");
		browser.click("Back up all");
		browser.awaitText("#work", "backed up");
		browser.asPhone();
		try {
			browser.go("/operator");
			assertThat(browser.sticksOut()).isEmpty();
			browser.inspect("phone-operator");
		}
		finally {
			browser.asDesktop();
		}
	}

	@Test
	void migrationOfAllIsWatchedWhileItRuns() throws Exception {
		Path file = Files.createDirectory(root.resolve("outdated")).resolve("pantry.db");
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				Statement statement = connection.createStatement()) {
			statement.executeUpdate("CREATE TABLE _migrations (name TEXT PRIMARY KEY, applied_at TEXT)");
		}
		CountDownLatch seen = new CountDownLatch(1);
		ApplicationListener<?> holdsItUp = ApplicationListener.forPayload((event) -> {
			if (event instanceof MigrationEvent.Migrated) {
				await(seen);
			}
		});
		pantry.addApplicationListener(holdsItUp);
		try {
			browser.signIn("operator");
			browser.go("/operator?user=outdated");
			browser.awaitText("tbody", "7 pending");
			browser.click("Bring all up to date");
			browser.awaitText("label[for=progress]", " of ");
			browser.inspect("operator-migrating");
			browser.click("Verify all");
			browser.awaitText(".toast", "Something else is under way.");
		}
		finally {
			seen.countDown();
			pantry.removeApplicationListener(holdsItUp);
		}
		browser.awaitText("#work", "1 brought up to date");
		browser.go("/operator?user=outdated");
		browser.awaitText("tbody", "up to date");
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(1, TimeUnit.MINUTES);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
