package tech.circuitforge.pantry;

import java.nio.file.Path;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Local mode in the browser.
 */
@EnabledIf(value = "tech.circuitforge.pantry.Browser#isInstalled",
		disabledReason = "there are no chromium and chromedriver on the PATH")
@Tag("browser")
class LocalBrowserTests {

	@TempDir
	static Path directory;

	private static ConfigurableApplicationContext pantry;

	private static Browser browser;

	@BeforeAll
	static void start() {
		pantry = SpringApplication.run(PantryApplication.class, "--server.port=0", "--cf.db.mode=local",
				"--cf.db.path=" + directory.resolve("pantry.db"));
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
	void pantryIsUsedWithoutSigningInAndStartedOver() {
		browser.go("/");
		browser.type("#add-name", "Everybody's eggs" + Keys.ENTER);
		browser.awaitTexts(".what strong", "Everybody's eggs");
		browser.inspect("local-items");
		browser.click("My data");
		browser.awaitText("#size", "kB");
		browser.inspect("local-my-data");
		browser.click("Delete everything …");
		browser.click("Delete everything");
		browser.awaitText(".empty", "Nothing here yet");
	}

	@Test
	void onlyTheOperatorHasToSignIn() {
		browser.go("/");
		browser.click("Operator");
		browser.awaitText("h1", "Sign in as the operator");
		browser.inspect("local-sign-in");
		browser.click("Be operator");
		browser.awaitTexts("tbody th", "local");
		browser.inspect("local-operator");
		browser.click("Verify local");
		browser.awaitText(".toast", "local: Nothing is wrong with it.");
		browser.click("Verify all");
		browser.awaitText("#work", "1 whole");
		browser.click("Sign out");
		browser.go("/");
		assertThat(browser.texts("header")).noneMatch((header) -> header.contains("Sign out"));
	}

}
