package tech.circuitforge.pantry;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.ElementClickInterceptedException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One person's browser, without a window. It is the machine's own Chromium, found on the
 * PATH; where there is none, tests that want one are skipped.
 */
final class Browser implements AutoCloseable {

	private static final Path SCREENSHOTS = Path.of("target", "screenshots");

	private static final String AXE = axe();

	private final ChromeDriver driver;

	private final WebDriverWait wait;

	private final String base;

	private Browser(ChromeDriver driver, String base) {
		this.driver = driver;
		this.wait = new WebDriverWait(driver, Duration.ofSeconds(20), Duration.ofMillis(50));
		// What is clicked or read may just be replaced, or covered by what has just
		// happened.
		this.wait.ignoring(StaleElementReferenceException.class, ElementClickInterceptedException.class);
		this.base = base;
	}

	static boolean isInstalled() {
		return chromium().isPresent() && onPath("chromedriver").isPresent();
	}

	static Browser of(ConfigurableApplicationContext pantry) {
		ChromeOptions options = new ChromeOptions().addArguments("--headless=new", "--no-sandbox", "--disable-gpu",
				"--disable-background-networking", "--disable-dev-shm-usage", "--window-size=1200,900", "--lang=en");
		options.setBinary(chromium().orElseThrow());
		ChromeDriverService service = new ChromeDriverService.Builder()
			.usingDriverExecutable(onPath("chromedriver").orElseThrow())
			.usingAnyFreePort()
			.build();
		return new Browser(new ChromeDriver(service, options),
				"http://localhost:" + pantry.getEnvironment().getRequiredProperty("local.server.port"));
	}

	private static String axe() {
		try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
			return new String(script.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Optional<File> chromium() {
		return Stream.of("chromium", "chromium-browser", "google-chrome")
			.flatMap((name) -> onPath(name).stream())
			.findFirst();
	}

	private static Optional<File> onPath(String name) {
		return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
			.map((directory) -> new File(directory, name))
			.filter(File::canExecute)
			.findFirst();
	}

	void go(String path) {
		this.driver.get(this.base + path);
	}

	/** Starts anew as somebody whom this site has never seen. */
	void forgetEverything() {
		this.driver.manage().deleteAllCookies();
	}

	void signIn(String user) {
		forgetEverything();
		go("/login");
		type("#username", user);
		type("#password", "pantry" + Keys.ENTER);
		awaitText("header", user);
	}

	void arriveAsGuest() {
		forgetEverything();
		go("/login");
		click("Go on as a guest");
		awaitText("header", "You are a guest.");
	}

	/** As if the server had forgotten the session; other cookies stay. */
	void endSession() {
		this.driver.manage().deleteCookieNamed("JSESSIONID");
	}

	void changeCookie(String name, UnaryOperator<String> change) {
		String value = this.driver.manage().getCookieNamed(name).getValue();
		this.driver.manage().deleteCookieNamed(name);
		this.driver.manage().addCookie(new Cookie(name, change.apply(value)));
	}

	String cookie(String name) {
		return this.driver.manage().getCookieNamed(name).getValue();
	}

	void putCookie(String name, String value) {
		this.driver.manage().addCookie(new Cookie(name, value));
	}

	WebElement find(String css) {
		return this.wait.until((browser) -> browser.findElement(By.cssSelector(css)));
	}

	/** Finds a button or link by what a screen reader calls it. */
	WebElement named(String name) {
		return this.wait.until((browser) -> browser.findElements(By.cssSelector("a, button, summary"))
			.stream()
			.filter((element) -> element.isDisplayed() && name.equals(element.getAccessibleName()))
			.findFirst()
			.orElse(null));
	}

	void click(String name) {
		this.wait.until((browser) -> {
			named(name).click();
			return true;
		});
	}

	void type(String css, CharSequence text) {
		WebElement field = find(css);
		field.clear();
		field.sendKeys(text);
	}

	/** Presses keys wherever the focus is. */
	void press(CharSequence... keys) {
		this.driver.switchTo().activeElement().sendKeys(keys);
	}

	/** Sets the value of a date field, which is typed differently in each country. */
	void date(String css, Object value) {
		this.driver.executeScript("arguments[0].value = arguments[1]", find(css), String.valueOf(value));
	}

	/** What kind of thing a link leads to. */
	String typeBehind(String css) {
		return (String) this.driver.executeAsyncScript(
				"""
						const [link, done] = arguments;
						fetch(link.href).then((answer) => done(answer.ok ? answer.headers.get('content-type') : answer.status));""",
				find(css));
	}

	void upload(String css, Path file) {
		find(css).sendKeys(file.toString());
	}

	List<String> texts(String css) {
		return this.wait
			.until((browser) -> browser.findElements(By.cssSelector(css)).stream().map(WebElement::getText).toList());
	}

	void awaitText(String css, String text) {
		this.wait.withMessage(() -> css + " has \"" + text + "\"; the page says:\n" + find("body").getText())
			.until((browser) -> browser.findElement(By.cssSelector(css)).getText().contains(text));
	}

	void awaitTexts(String css, String... texts) {
		this.wait.withMessage(() -> css + " are " + List.of(texts) + "; they are " + texts(css))
			.until((browser) -> texts(css).equals(List.of(texts)));
	}

	void awaitChange(String css, String attribute, String before) {
		this.wait.until((browser) -> !Objects.equals(before,
				browser.findElement(By.cssSelector(css)).getDomAttribute(attribute)));
	}

	void awaitFocus(String css) {
		this.wait.withMessage(() -> css + " has the focus; it is at " + focused().getDomProperty("outerHTML"))
			.until((browser) -> browser.findElement(By.cssSelector(css)).equals(focused()));
	}

	private WebElement focused() {
		return this.driver.switchTo().activeElement();
	}

	String path() {
		return this.driver.getCurrentUrl().substring(this.base.length());
	}

	void allowScripts(boolean allowed) {
		cdp("Emulation.setScriptExecutionDisabled", Map.of("value", !allowed));
	}

	void asPhone() {
		cdp("Emulation.setDeviceMetricsOverride",
				Map.of("width", 375, "height", 740, "deviceScaleFactor", 1, "mobile", true));
	}

	void asDesktop() {
		cdp("Emulation.clearDeviceMetricsOverride", Map.of());
	}

	/** What makes the page wider than the window; nothing if nothing does. */
	@SuppressWarnings("unchecked")
	List<String> sticksOut() {
		return (List<String>) this.driver.executeScript("""
				const width = document.documentElement.clientWidth;
				return document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll('body *')]
					.filter((element) => element.getBoundingClientRect().right > width)
					.map((element) => element.outerHTML.slice(0, 120));""");
	}

	/**
	 * Keeps a picture of the page, light and dark, and lets axe look for what would keep
	 * people from using it.
	 */
	void inspect(String state) {
		// Only colours differ.
		prefer("dark");
		keepPicture(state + "-dark");
		assertUsable(state + ", dark", Map.of("runOnly", "color-contrast"));
		prefer("light");
		keepPicture(state + "-light");
		assertUsable(state + ", light", Map.of());
	}

	private void prefer(String scheme) {
		cdp("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme),
						Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
	}

	private void assertUsable(String state, Map<String, ?> options) {
		this.driver.executeScript(AXE);
		assertThat((List<?>) this.driver.executeAsyncScript("""
				const [options, done] = arguments;
				axe.run(document, options).then((results) => done(results.violations
					.filter((rule) => rule.impact === 'serious' || rule.impact === 'critical')
					.map((rule) => [rule.help, ...rule.nodes.map((node) => node.html)])));""", options)).as(state)
			.isEmpty();
	}

	/** Of the whole page, also of what is below the window's edge. */
	private void keepPicture(String name) {
		Object picture = cdp("Page.captureScreenshot", Map.of("captureBeyondViewport", true)).get("data");
		try {
			Files.createDirectories(SCREENSHOTS);
			Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode(String.valueOf(picture)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Map<String, Object> cdp(String command, Map<String, Object> parameters) {
		return this.driver.executeCdpCommand(command, parameters);
	}

	@Override
	public void close() {
		this.driver.quit();
	}

}
