package tech.circuitforge.pantry;

import java.nio.file.Path;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where signing in leads: to the page that was asked for, never to anything that is no
 * page.
 */
@Tag("slow")
class PantrySavedRequestTests {

	private static final String HTML = "text/html,application/xhtml+xml,*/*;q=0.8";

	@TempDir
	static Path root;

	private static ConfigurableApplicationContext pantry;

	@BeforeAll
	static void start() {
		pantry = SpringApplication.run(PantryApplication.class, "--server.port=0", "--cf.db.mode=cloud",
				"--cf.db.cloud.data-root=" + root);
	}

	@AfterAll
	static void stop() {
		pantry.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			/operator/figures | HX-Request       | true
			/operator/work    | HX-Request       | true
			/                 | HX-Request       | true
			/?q=flo           | HX-Request       | true
			/                 | X-Requested-With | XMLHttpRequest
			/                 | Sec-Fetch-Dest   | empty
			/                 | Sec-Fetch-Dest   | image
			/                 | Sec-Fetch-Dest   | iframe
			/api/items        | Sec-Fetch-Dest   | document
			/api/me/export    | Sec-Fetch-Dest   | document
			/actuator/metrics | Sec-Fetch-Dest   | document
			/actuator/cfdb    | Sec-Fetch-Mode   | navigate
			""")
	void whatIsNoPageIsNotComeBackTo(String path, String header, String value) throws Exception {
		PantrySession session = new PantrySession(pantry);
		session.get(path, "Accept", HTML, header, value);
		assertThat(session.signIn("operator", "pantry").headers().firstValue("Location"))
			.hasValueSatisfying((location) -> assertThat(location).endsWith("/").doesNotContain("?"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "*/*", "application/json", "image/avif,image/webp,*/*", "text/css,*/*;q=0.1",
			"text/event-stream" })
	void whatIsNotForPeopleIsNotComeBackTo(String accept) throws Exception {
		PantrySession session = new PantrySession(pantry);
		session.get("/my-data", "Accept", accept);
		assertThat(PantrySession.location(session.signIn("operator", "pantry"))).isEqualTo("/");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/operator", "/my-data", "/operator?user=bob" })
	void pageIsComeBackTo(String page) throws Exception {
		PantrySession session = new PantrySession(pantry);
		assertThat(PantrySession.location(session.page(page))).isEqualTo("/login");
		// What the page that is still open in another window goes on asking for.
		session.get("/operator/figures", "Accept", "text/html, */*", "HX-Request", "true");
		assertThat(session.signIn("operator", "pantry").headers().firstValue("Location"))
			.hasValueSatisfying((location) -> assertThat(location).contains(page));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/operator/figures", "/operator/work" })
	void partOfAPageIsGivenToThatPageOnly(String part) throws Exception {
		PantrySession session = new PantrySession(pantry);
		session.signIn("operator", "pantry");
		assertThat(PantrySession.location(session.page(part))).isEqualTo("/operator");
		assertThat(session.get(part, "HX-Request", "true").body()).doesNotContain("<html");
	}

	@Test
	void formThatWasSentTooLateIsNotComeBackTo() throws Exception {
		PantrySession session = new PantrySession(pantry);
		session.post("/items", "name=x&_csrf=" + session.csrfToken("/login"));
		assertThat(PantrySession.location(session.signIn("operator", "pantry"))).isEqualTo("/");
	}

}
