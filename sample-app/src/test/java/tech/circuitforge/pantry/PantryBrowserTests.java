package tech.circuitforge.pantry;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Cloud mode in the browser.
 */
@EnabledIf(value = "tech.circuitforge.pantry.Browser#isInstalled",
		disabledReason = "there are no chromium and chromedriver on the PATH")
@Tag("browser")
class PantryBrowserTests {

	@TempDir
	static Path root;

	@TempDir
	static Path files;

	private static ConfigurableApplicationContext pantry;

	private static Browser browser;

	@BeforeAll
	static void start() {
		pantry = SpringApplication.run(PantryApplication.class, "--server.port=0", "--cf.db.mode=cloud",
				"--cf.db.cloud.data-root=" + root, "--pantry.guests.enabled=true");
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
	void sessionThatHasEndedLeadsToSigningInAgain() {
		browser.signIn("bob");
		browser.endSession();
		browser.type("#q", "flour");
		browser.awaitText("h1", "Sign in");
		browser.signIn("bob");
		browser.endSession();
		browser.click("Add");
		browser.awaitText("h1", "Sign in");
	}

	@Test
	void accountThatIsDeletedElsewhereLeadsToSigningInAgain() {
		browser.arriveAsGuest();
		add("Figs", null);
		try (Browser second = Browser.of(pantry)) {
			second.go("/login");
			second.putCookie("pantry-guest", browser.cookie("pantry-guest"));
			second.go("/");
			second.awaitTexts(".what strong", "Figs");
			second.go("/my-data/delete");
			second.click("Delete my account");
			second.awaitText("main", "has been deleted");
		}
		browser.type("#q", "figs");
		browser.awaitText("h1", "Sign in");
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

	@Test
	void guestIsRememberedAndKeepsEverythingOnSigningUp() {
		browser.arriveAsGuest();
		browser.awaitText(".guest", "You are a guest.");
		add("Guest's grapes", null);
		browser.inspect("guest");
		browser.endSession();
		browser.go("/");
		assertThat(browser.texts(".what strong")).containsExactly("Guest's grapes");
		UserId guest = lastGuest();
		browser.click("Sign up");
		browser.inspect("sign-up");
		browser.type("#name", "alice");
		browser.type("#password", "short" + Keys.ENTER);
		browser.awaitText("#password-error", "Use 8 characters or more.");
		browser.type("#password", "long enough" + Keys.ENTER);
		browser.awaitText("#name-error", "Somebody has this name already.");
		browser.awaitFocus("#name");
		browser.inspect("sign-up-errors");
		browser.type("#name", "dora");
		browser.type("#password", "long enough" + Keys.ENTER);
		browser.awaitText(".toast", "Welcome, dora.");
		assertThat(browser.texts(".what strong")).containsExactly("Guest's grapes");
		assertThat(browser.texts(".guest")).isEmpty();
		// The account goes on under the guest's id, in the guest's file.
		assertThat(lastGuest()).isEqualTo(guest);
		assertThat(root).isDirectoryNotContaining("glob:**/dora");
		browser.click("Sign out");
		browser.awaitText("main", "You are signed out.");
		browser.type("#username", "dora");
		browser.type("#password", "long enough" + Keys.ENTER);
		browser.awaitTexts(".what strong", "Guest's grapes");
	}

	@Test
	void guestCannotBecomeAnotherByChangingTheCookie() {
		browser.arriveAsGuest();
		browser.changeCookie("pantry-guest",
				(value) -> Base64.getEncoder()
					.encodeToString(new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)
						.replaceFirst("[^:]*", "0b5c7f0e-2f43-4c39-9c39-6c1d5b1b6a10")
						.getBytes(StandardCharsets.UTF_8)));
		browser.endSession();
		browser.go("/");
		assertThat(browser.path()).isEqualTo("/login");
	}

	@Test
	void dataIsShownRestoredAndDeleted() throws Exception {
		browser.arriveAsGuest();
		add("Before", null);
		UserDatabases databases = pantry.getBean(UserDatabases.class);
		UserId guest = lastGuest();
		Path export = files.resolve("export.db");
		databases.export(guest, export);
		add("After", null);
		browser.click("My data");
		browser.awaitText("#size", "kB");
		browser.awaitText("#account", guest.value());
		browser.click("7 migrations applied");
		browser.awaitText(".migrations", "001_initial.sql");
		browser.inspect("my-data");
		assertThat(browser.typeBehind("a[download]")).isEqualTo("application/vnd.sqlite3");
		browser.upload("#restore-file", Files.writeString(files.resolve("letter.db"), "Dear pantry"));
		browser.click("Restore from this file");
		browser.awaitText("#restore-error", "Nothing was changed.");
		browser.inspect("restore-refused");
		browser.upload("#restore-file", export);
		browser.click("Restore from this file");
		browser.awaitText(".toast", "Your pantry is as it is in that file.");
		browser.click("Items");
		browser.awaitTexts(".what strong", "Before");
		browser.click("My data");
		browser.click("Delete my account …");
		browser.awaitText("h1", "Delete everything?");
		browser.inspect("delete");
		browser.click("Delete my account");
		browser.awaitText("main", "has been deleted");
		assertThat(databases.exists(guest)).isFalse();
		browser.go("/");
		assertThat(browser.path()).isEqualTo("/login");
	}

	@Test
	void whoeverIsOutOfServiceIsToldSoInWords() {
		UserDatabases databases = pantry.getBean(UserDatabases.class);
		UserId moved = new UserId("operator");
		if (!databases.exists(moved)) {
			databases.create(moved);
		}
		databases.suspend(moved, "moved to another machine");
		try {
			browser.signIn("operator");
			browser.awaitText("h1", "Your pantry cannot be reached right now");
			browser.inspect("out-of-service");
		}
		finally {
			databases.resume(moved);
		}
		browser.click("Try again");
		browser.awaitText("h1", "What is in the pantry");
	}

	@Test
	void itemsCanBeAddedFoundAndDeletedWithoutJavaScript() {
		browser.arriveAsGuest();
		browser.allowScripts(false);
		try {
			browser.go("/");
			add("Plain bread", null);
			add("Plain butter", null);
			browser.type("#q", "butter" + Keys.ENTER);
			browser.awaitTexts(".what strong", "Plain butter");
			browser.click("Delete Plain butter");
			browser.awaitText(".empty", "Nothing found for “butter”");
			browser.click("Undo");
			browser.awaitTexts(".what strong", "Plain butter");
		}
		finally {
			browser.allowScripts(true);
		}
		deleteGuest();
	}

	@Test
	void everyPageFitsOnAPhone() {
		browser.arriveAsGuest();
		browser.asPhone();
		try {
			add("A jar of something with quite a long name that has to be wrapped",
					LocalDate.now(ZoneId.systemDefault()));
			for (String page : List.of("/", "/my-data", "/sign-up", "/login")) {
				browser.go(page);
				assertThat(browser.sticksOut()).as(page).isEmpty();
				browser.inspect("phone" + page.replace('/', '-'));
			}
		}
		finally {
			browser.asDesktop();
		}
		deleteGuest();
	}

	/** Guests have ids that nobody can guess, not names. */
	private static UserId lastGuest() {
		UserDatabases databases = pantry.getBean(UserDatabases.class);
		try (Stream<UserId> users = databases.list()) {
			return users.filter((user) -> user.value().length() == 36)
				.max(Comparator.comparing((user) -> databases.info(user).lastUsed()))
				.orElseThrow();
		}
	}

	private static void deleteGuest() {
		browser.go("/my-data/delete");
		browser.click("Delete my account");
		browser.awaitText("main", "has been deleted");
	}

	private static void add(String name, LocalDate expiresOn) {
		if (expiresOn != null) {
			browser.date("#add-expires", expiresOn);
		}
		browser.type("#add-name", name + Keys.ENTER);
		browser.awaitText("#items", name);
	}

}
