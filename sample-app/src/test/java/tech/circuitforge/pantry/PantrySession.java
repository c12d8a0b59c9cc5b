package tech.circuitforge.pantry;

import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a browser does with a running Pantry, without the browser: keeps cookies, fills in
 * forms, and does not follow redirects, so that tests see where they lead.
 */
class PantrySession {

	static final String PASSWORD = "long enough";

	private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

	private final CookieManager cookies = new CookieManager();

	private final HttpClient http = HttpClient.newBuilder().cookieHandler(this.cookies).build();

	private final String base;

	PantrySession(ConfigurableApplicationContext pantry) {
		this.base = "http://localhost:" + pantry.getEnvironment().getRequiredProperty("local.server.port");
	}

	/** Asks for a page as a browser does. */
	HttpResponse<String> page(String path) throws IOException, InterruptedException {
		return get(path, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Mode", "navigate",
				"Sec-Fetch-Dest", "document");
	}

	HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.base + path));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return this.http.send(request.build(), BodyHandlers.ofString());
	}

	/** Sends a form as it stands on a page. */
	HttpResponse<String> submit(String page, String path, String... namesAndValues)
			throws IOException, InterruptedException {
		StringBuilder form = new StringBuilder("_csrf=").append(encode(csrfToken(page)));
		for (int i = 0; i < namesAndValues.length; i += 2) {
			form.append('&').append(namesAndValues[i]).append('=').append(encode(namesAndValues[i + 1]));
		}
		return post(path, form.toString());
	}

	String csrfToken(String page) throws IOException, InterruptedException {
		String html = page(page).body();
		Matcher token = CSRF.matcher(html);
		assertThat(token.find()).as("%s has a form: %s", page, html).isTrue();
		return token.group(1);
	}

	HttpResponse<String> post(String path, String form) throws IOException, InterruptedException {
		return this.http.send(HttpRequest.newBuilder(URI.create(this.base + path))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(BodyPublishers.ofString(form))
			.build(), BodyHandlers.ofString());
	}

	HttpResponse<String> signIn(String name, String password) throws IOException, InterruptedException {
		return submit("/login", "/login", "username", name, "password", password);
	}

	HttpResponse<String> arriveAsGuest() throws IOException, InterruptedException {
		return submit("/login", "/guest");
	}

	HttpResponse<String> signUp(String name) throws IOException, InterruptedException {
		return submit("/sign-up", "/sign-up", "name", name, "password", PASSWORD);
	}

	/** Arrives as a guest and signs up. */
	void become(String name) throws IOException, InterruptedException {
		arriveAsGuest();
		assertThat(signUp(name).statusCode()).isEqualTo(302);
	}

	void add(String item) throws IOException, InterruptedException {
		assertThat(submit("/", "/items", "name", item, "quantity", "1").statusCode()).isEqualTo(302);
	}

	HttpResponse<String> deleteAccount() throws IOException, InterruptedException {
		return submit("/my-data/delete", "/my-data/delete");
	}

	HttpResponse<String> items() throws IOException, InterruptedException {
		return get("/api/items");
	}

	String cookie(String name) {
		return this.cookies.getCookieStore()
			.getCookies()
			.stream()
			.filter((cookie) -> cookie.getName().equals(name))
			.map(HttpCookie::getValue)
			.findFirst()
			.orElse(null);
	}

	/** As if another browser's cookie had been copied into this one. */
	void putCookie(String name, String value) {
		HttpCookie cookie = new HttpCookie(name, value);
		cookie.setPath("/");
		cookie.setVersion(0);
		this.cookies.getCookieStore().add(URI.create(this.base), cookie);
	}

	/** As if the server had forgotten the session; other cookies stay. */
	void endSession() {
		this.cookies.getCookieStore()
			.getCookies()
			.stream()
			.filter((cookie) -> cookie.getName().equals("JSESSIONID"))
			.toList()
			.forEach((cookie) -> this.cookies.getCookieStore().remove(URI.create(this.base), cookie));
	}

	static String location(HttpResponse<?> response) {
		return URI.create(response.headers().firstValue("Location").orElse("")).getRawPath();
	}

	private static String encode(String value) {
		return URLEncoder.encode(value, StandardCharsets.UTF_8);
	}

}
