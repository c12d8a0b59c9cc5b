package tech.circuitforge.pantry;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Cloud mode in the browser.
 */
class PantryBrowserTests {

	@TempDir
	static Path root;

	private static ConfigurableApplicationContext pantry;

	private static Browser browser;

	@BeforeAll
	static void start() {
		Browser.assumeInstalled();
		pantry = SpringApplication.run(PantryApplication.class, "--server.port=0", "--cf.db.mode=cloud",
				"--cf.db.cloud.data-root=" + root);
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
	void wrongPasswordIsToldWithoutSayingWhichPartIsWrong() {
		browser.forgetEverything();
		browser.go("/");
		assertThat(browser.path()).isEqualTo("/login");
		browser.inspect("sign-in");
		browser.type("#username", "alice");
		browser.type("#password", "wrong" + Keys.ENTER);
		browser.awaitText("#login-error", "do not belong together");
		browser.inspect("sign-in-refused");
	}

	@Test
	void itemIsAddedFoundEditedDeletedAndBroughtBack() {
		LocalDate today = LocalDate.now(ZoneId.systemDefault());
		browser.signIn("carol");
		browser.awaitText(".empty", "Nothing here yet");
		browser.inspect("items-none");
		add("Rice", null);
		add("Milk", today.plusDays(2));
		add("Yoghurt", today.minusDays(1));
		add("Flour", today.plusDays(200));
		browser.awaitTexts(".what strong", "Yoghurt", "Milk", "Flour", "Rice");
		assertThat(browser.texts(".items .mark")).startsWith("Expired yesterday", "Use within 2 days");
		browser.inspect("items");
		// As one types, and without a page in between.
		browser.type("#q", "flo");
		browser.awaitTexts(".what strong", "Flour");
		browser.awaitText("#summary", "1 item matches “flo”");
		browser.awaitFocus("#q");
		browser.inspect("search");
		browser.type("#q", "nowhere");
		browser.awaitText(".empty", "Nothing found for “nowhere”");
		browser.inspect("search-nothing");
		browser.click("Show everything");
		browser.click("Edit Milk");
		browser.awaitFocus("#edit-name");
		browser.inspect("edit");
		browser.type("#edit-name", " ");
		browser.type("#edit-quantity", "-3" + Keys.ENTER);
		browser.awaitText("#edit-name-error", "Give it a name.");
		browser.awaitText("#edit-quantity-error", "Use 0 or more.");
		browser.awaitFocus("#edit-name");
		browser.inspect("edit-errors");
		browser.type("#edit-name", "Oat milk");
		browser.type("#edit-quantity", "0" + Keys.ENTER);
		browser.awaitTexts(".what strong", "Yoghurt", "Oat milk", "Flour", "Rice");
		browser.awaitText(".toast", "Saved.");
		browser.click("One more of Oat milk");
		browser.awaitText(".item.expires_soon .amount span", "1");
		String id = browser.find(".item.expires_soon").getDomAttribute("id");
		browser.click("Delete Oat milk");
		browser.awaitTexts(".what strong", "Yoghurt", "Flour", "Rice");
		browser.awaitFocus("#undo");
		browser.inspect("deleted");
		browser.click("Undo");
		browser.awaitTexts(".what strong", "Yoghurt", "Oat milk", "Flour", "Rice");
		assertThat(browser.find(".item.expires_soon").getDomAttribute("id")).isEqualTo(id);
	}

	@Test
	void everythingCanBeDoneWithTheKeyboardAlone() {
		browser.signIn("bob");
		browser.go("/");
		browser.press(Keys.TAB, Keys.ENTER);
		browser.awaitFocus("#main");
		browser.press(Keys.TAB);
		browser.awaitFocus("#add-name");
		browser.press(Keys.ENTER);
		browser.awaitText("#add-name-error", "Give it a name.");
		browser.awaitFocus("#add-name");
		assertThat(browser.find("#add-name").getDomAttribute("aria-describedby")).isEqualTo("add-name-error");
		browser.press("Tea", Keys.ENTER);
		browser.awaitTexts(".what strong", "Tea");
		browser.awaitFocus("#add-name");
		browser.find("[aria-label='Edit Tea']").sendKeys(Keys.ENTER);
		browser.awaitFocus("#edit-name");
		browser.press(Keys.ESCAPE);
		browser.awaitFocus("[aria-label='Edit Tea']");
		browser.press(Keys.TAB);
		browser.awaitFocus("[aria-label='Delete Tea']");
		browser.press(Keys.ENTER);
		browser.awaitFocus("#undo");
		browser.press(Keys.ENTER);
		browser.awaitFocus("[aria-label='Edit Tea']");
	}

	@Test
	void twoPeopleSideBySideSeeTheirOwnItemsOnly() {
		try (Browser second = Browser.of(pantry)) {
			browser.signIn("alice");
			second.signIn("operator");
			add("Alice's apples", null);
			second.type("#add-name", "Other oranges" + Keys.ENTER);
			second.awaitTexts(".what strong", "Other oranges");
			browser.go("/");
			second.go("/");
			assertThat(browser.texts(".what strong")).containsExactly("Alice's apples");
			assertThat(second.texts(".what strong")).containsExactly("Other oranges");
		}
		assertThat(root.resolve("alice/pantry.db")).exists();
		assertThat(root.resolve("operator/pantry.db")).exists();
	}

	private static void add(String name, LocalDate expiresOn) {
		if (expiresOn != null) {
			browser.date("#add-expires", expiresOn);
		}
		browser.type("#add-name", name + Keys.ENTER);
		browser.awaitText("#items", name);
	}

}
