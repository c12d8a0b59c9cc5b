package tech.circuitforge.compatibility.circuitforge;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The family's {@code cf_session} token signs in to a product that has moved, and each
 * user meets their own rows.
 */
@Tag("slow")
class CfSessionTests {

	private static final String SECRET = "a secret of the family, long enough for HS256";

	private static final String ALICE = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

	private static final String BOB = "16fd2706-8baf-433b-82eb-8c7fada847da";

	@TempDir
	Path root;

	private final HttpClient http = HttpClient.newHttpClient();

	private ConfigurableApplicationContext product;

	@AfterEach
	void stop() {
		if (this.product != null) {
			this.product.close();
		}
	}

	@Test
	void headerAndCookieSignIn() throws Exception {
		start(SECRET);
		assertThat(add("rice", "X-CF-Session", token(ALICE)).statusCode()).isEqualTo(200);
		assertThat(add("beans", "Cookie", "theme=dark; cf_session=" + token(BOB)).statusCode()).isEqualTo(200);
		assertThat(names("X-CF-Session", token(ALICE)).body()).isEqualTo("[\"rice\"]");
		assertThat(names("Cookie", "cf_session=" + token(ALICE)).body()).isEqualTo("[\"rice\"]");
		assertThat(names("X-CF-Session", "theme=dark; cf_session=" + token(BOB)).body()).isEqualTo("[\"beans\"]");
		assertThat(this.root.resolve(ALICE + "/kiwi.db")).exists();
		assertThat(this.root.resolve(BOB + "/kiwi.db")).exists();
	}

	@Test
	void whatIsNoTokenOfTheFamilyIsRefused() throws Exception {
		start(SECRET);
		long later = Instant.now().getEpochSecond() + 600;
		List<String> refused = List.of("nonsense", sign(payload(ALICE, later), SECRET + "?"),
				sign(payload(ALICE, later - 1_200), SECRET), sign("{\"id\":\"" + ALICE + "\"}", SECRET),
				sign("{\"sub\":\"" + ALICE + "\",\"exp\":" + later + "}", SECRET),
				base64("{\"alg\":\"none\"}") + "." + base64(payload(ALICE, later)) + ".");
		for (String token : refused) {
			assertThat(names("X-CF-Session", token).statusCode()).as(token).isEqualTo(401);
		}
		assertThat(names().statusCode()).isEqualTo(401);
		assertThat(add("rice").statusCode()).isEqualTo(401);
		assertThat(this.root).isEmptyDirectory();
	}

	@Test
	void anotherSiteCannotChangeAnything() throws Exception {
		start(SECRET);
		String cookie = "cf_session=" + token(ALICE);
		for (String site : List.of("cross-site", "same-site")) {
			assertThat(add("poison", "Cookie", cookie, "Sec-Fetch-Site", site).statusCode()).isEqualTo(401);
			assertThat(add("poison", "X-CF-Session", cookie, "Sec-Fetch-Site", site).statusCode()).isEqualTo(401);
		}
		assertThat(add("poison", "Cookie", cookie, "Origin", "https://elsewhere.example").statusCode()).isEqualTo(401);
		assertThat(add("rice", "Cookie", cookie, "Sec-Fetch-Site", "same-origin").statusCode()).isEqualTo(200);
		assertThat(names("Cookie", cookie, "Sec-Fetch-Site", "cross-site").body()).isEqualTo("[\"rice\"]");
	}

	@Test
	void shortSecretIsFoundAtStart() {
		assertThatThrownBy(() -> start("short")).hasStackTraceContaining("DIRECTUS_JWT_SECRET is too short");
	}

	@Test
	void shortSecretFilledWithZerosChecksTheSameTokens() throws Exception {
		String shortSecret = "a short secret";
		byte[] filled = Arrays.copyOf(shortSecret.getBytes(StandardCharsets.UTF_8), 32);
		String token = sign(payload(ALICE, Instant.now().getEpochSecond() + 600), shortSecret);
		assertThat(new CfSessionSecurity().cfSessionDecoder(new String(filled, StandardCharsets.UTF_8))
			.decode(token)
			.getClaimAsString("id")).isEqualTo(ALICE);
	}

	@Test
	void clocksMayDifferByAMinute() throws Exception {
		start(SECRET);
		long now = Instant.now().getEpochSecond();
		assertThat(names("X-CF-Session", sign(payload(ALICE, now - 10), SECRET)).statusCode()).isEqualTo(200);
		assertThat(names("X-CF-Session", sign(payload(ALICE, now - 70), SECRET)).statusCode()).isEqualTo(401);
	}

	@Test
	void householdSharesOneDatabase() throws Exception {
		start(SECRET, "--cf.db.shared.enabled=true",
				"--cf.db.shared.migrations.locations=classpath:circuitforge/shared-migrations");
		this.product.getBean(Households.class).join(ALICE, 42);
		add("rice", "X-CF-Session", token(ALICE));
		add("alone", "X-CF-Session", token(BOB));
		assertThat(names("X-CF-Session", token(BOB)).body()).isEqualTo("[\"alone\"]");
		this.product.getBean(Households.class).join(BOB, 42);
		add("beans", "X-CF-Session", token(BOB));
		assertThat(names("X-CF-Session", token(ALICE)).body()).isEqualTo("[\"rice\",\"beans\"]");
		assertThat(this.root.resolve("household_42/kiwi.db")).exists();
		assertThat(this.root.resolve("shared/shared.db")).exists();
		assertThat(this.root.resolve(ALICE)).doesNotExist();
		assertThat(names("X-CF-Session", token("household_42")).statusCode()).isEqualTo(401);
	}

	private void start(String secret, String... more) {
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.application.name=kiwi",
				"--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root, "--cf.db.cloud.user-claim=id",
				"--cf.db.migrations.locations=classpath:circuitforge/migrations", "--DIRECTUS_JWT_SECRET=" + secret));
		arguments.addAll(List.of(more));
		Class<?>[] sources = (more.length > 0) ? new Class<?>[] { KiwiApplication.class, Households.class }
				: new Class<?>[] { KiwiApplication.class };
		this.product = new SpringApplicationBuilder(sources).web(WebApplicationType.SERVLET)
			.run(arguments.toArray(String[]::new));
	}

	private HttpResponse<String> names(String... headers) throws Exception {
		return send(HttpRequest.newBuilder().GET(), headers);
	}

	private HttpResponse<String> add(String name, String... headers) throws Exception {
		return send(HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(name)), headers);
	}

	private HttpResponse<String> send(HttpRequest.Builder request, String... headers)
			throws IOException, InterruptedException {
		for (int i = 0; i < headers.length; i += 2) {
			request.header(headers[i], headers[i + 1]);
		}
		return this.http.send(request
			.uri(URI.create(
					"http://localhost:" + this.product.getEnvironment().getProperty("local.server.port") + "/items"))
			.build(), BodyHandlers.ofString());
	}

	private static String token(String id) throws Exception {
		return sign(payload(id, Instant.now().getEpochSecond() + 600), SECRET);
	}

	private static String payload(String id, long expires) {
		return "{\"id\":\"%s\",\"role\":\"user\",\"app_access\":true,\"iat\":%d,\"exp\":%d,\"iss\":\"directus\"}"
			.formatted(id, expires - 900, expires);
	}

	private static String sign(String payload, String secret) throws Exception {
		String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + base64(payload);
		Mac mac = Mac.getInstance("HmacSHA256");
		mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
		return signed + "."
				+ Base64.getUrlEncoder()
					.withoutPadding()
					.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
	}

	private static String base64(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

}
