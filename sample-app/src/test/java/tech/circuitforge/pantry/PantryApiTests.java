package tech.circuitforge.pantry;

import java.net.http.HttpResponse;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The API in local mode, over real HTTP.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class PantryApiTests {

	@TempDir
	static Path directory;

	@LocalServerPort
	private int port;

	@Autowired
	private JdbcTemplate jdbc;

	private PantryClient nobody;

	@DynamicPropertySource
	static void useATemporaryFile(DynamicPropertyRegistry registry) {
		registry.add("cf.db.path", () -> directory.resolve("pantry.db"));
	}

	@BeforeEach
	void empty() {
		this.jdbc.update("DELETE FROM items");
		this.nobody = new PantryClient(this.port, null);
	}

	@Test
	void addedItemIsAnsweredAsStored() throws Exception {
		HttpResponse<String> response = this.nobody.send("POST", "/api/items", """
				{"name": " Flour ", "quantity": 2, "expiresOn": "2027-01-31"}""");
		assertThat(response.statusCode()).isEqualTo(201);
		JsonNode item = PantryClient.parse(response.body());
		assertThat(item.get("name").asString()).isEqualTo("Flour");
		assertThat(item.get("quantity").asInt()).isEqualTo(2);
		assertThat(item.get("expiresOn").asString()).isEqualTo("2027-01-31");
		assertThat(response.headers().firstValue("Location")).hasValue("/api/items/" + item.get("id").asLong());
	}

	@Test
	void listHasWhatExpiresFirstAtTheTop() throws Exception {
		add("Salt", null);
		add("Milk", "2027-01-02");
		add("Cream", "2027-01-01");
		assertThat(this.nobody.json("GET", "/api/items", null).findValuesAsString("name")).containsExactly("Cream",
				"Milk", "Salt");
	}

	@ParameterizedTest
	@CsvSource({ "flo,1", "FLOUR,1", "whole%20fl,1", "creme,1", "cr%C3%A8me,1", "%22*(,0", "butter,0", "'%20',2" })
	void searchFindsBeginningsOfWords(String q, int found) throws Exception {
		add("Whole-grain flour", null);
		add("Crème fraîche", null);
		assertThat(this.nobody.json("GET", "/api/items?q=" + q, null)).hasSize(found);
	}

	@Test
	void searchFollowsChanges() throws Exception {
		long id = add("Flour", null);
		this.nobody.send("PATCH", "/api/items/" + id, "{\"name\": \"Sugar\"}");
		assertThat(this.nobody.json("GET", "/api/items?q=flour", null)).isEmpty();
		assertThat(this.nobody.json("GET", "/api/items?q=sugar", null)).hasSize(1);
		assertThat(this.nobody.send("DELETE", "/api/items/" + id, null).statusCode()).isEqualTo(204);
		assertThat(this.nobody.json("GET", "/api/items?q=sugar", null)).isEmpty();
		assertThat(this.nobody.send("DELETE", "/api/items/" + id, null).statusCode()).isEqualTo(404);
	}

	@Test
	void changeLeavesAloneWhatIsNotNamed() throws Exception {
		long id = add("Flour", "2027-01-31");
		JsonNode changed = this.nobody.json("PATCH", "/api/items/" + id, "{\"quantity\": 0}");
		assertThat(changed.get("quantity").asInt()).isZero();
		assertThat(changed.get("name").asString()).isEqualTo("Flour");
		assertThat(changed.get("expiresOn").asString()).isEqualTo("2027-01-31");
		assertThat(this.nobody.send("PATCH", "/api/items/4711", "{\"quantity\": 1}").statusCode()).isEqualTo(404);
		// What has run out is on the shopping list: the triggers of the migrations work.
		assertThat(this.jdbc.queryForObject("SELECT item_id FROM shopping_list", Long.class)).isEqualTo(id);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "{\"name\": \"\", \"quantity\": 1} | name", "{\"name\": \"x\", \"quantity\": -1} | quantity",
					"{\"name\": \"x\", \"quantity\": \"many\"} | quantity",
					"{\"name\": \"x\", \"quantity\": 1.5} | quantity", "{\"name\": \"x\"} | quantity",
					"{\"name\": \"x\", \"quantity\": 1, \"expiresOn\": \"soon\"} | expiresOn",
					"{\"quantity\": 1} | name", "[] | body", "nonsense | body" })
	void badInputIsAProblemThatNamesTheField(String json, String field) throws Exception {
		HttpResponse<String> response = this.nobody.send("POST", "/api/items", json);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(PantryClient.parse(response.body()).get("errors").get(0).get("field").asString()).isEqualTo(field);
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM items", Integer.class)).isZero();
	}

	@Test
	void badChangesNameTheFieldToo() throws Exception {
		long id = add("Flour", null);
		assertThat(this.nobody.json("PATCH", "/api/items/" + id, "{\"name\": \"  \"}").get("detail").asString())
			.startsWith("name");
		assertThat(this.nobody.json("PATCH", "/api/items/abc", "{}").get("detail").asString()).startsWith("id");
	}

	@Test
	void pageShowsTheItems() throws Exception {
		add("<Flour & co>", null);
		HttpResponse<String> page = this.nobody.send("GET", "/", null);
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.body()).contains("&lt;Flour &amp; co&gt;").doesNotContain("Sign out");
	}

	@Test
	void tablesOfAllMigrationsAreThere() {
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM _migrations", Integer.class)).isEqualTo(7);
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM locations WHERE position = id", Integer.class))
			.isEqualTo(3);
		assertThat(this.jdbc.queryForList("PRAGMA foreign_key_check")).isEmpty();
	}

	private long add(String name, String expiresOn) throws Exception {
		String date = (expiresOn != null) ? "\"" + expiresOn + "\"" : "null";
		return this.nobody
			.json("POST", "/api/items", "{\"name\": \"%s\", \"quantity\": 1, \"expiresOn\": %s}".formatted(name, date))
			.get("id")
			.asLong();
	}

}
