package tech.circuitforge.pantry;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Health for everybody, the rest for the operator, over HTTP in both modes.
 */
class PantryActuatorTests {

	private static final List<String> FOR_THE_OPERATOR = List.of("cfdb", "metrics", "prometheus", "info");

	@TempDir
	Path root;

	@ParameterizedTest
	@ValueSource(strings = { "local", "cloud" })
	void healthIsOpenAndTheRestIsTheOperators(String mode) throws Exception {
		try (ConfigurableApplicationContext pantry = SpringApplication.run(PantryApplication.class, "--server.port=0",
				"--cf.db.mode=" + mode, "--cf.db.cloud.data-root=" + this.root,
				"--cf.db.path=" + this.root.resolve("pantry.db"))) {
			int port = Integer.parseInt(pantry.getEnvironment().getRequiredProperty("local.server.port"));
			PantryClient nobody = new PantryClient(port, null);
			PantryClient operator = new PantryClient(port, "operator");
			assertThat(nobody.send("GET", "/actuator/health", null).statusCode()).isEqualTo(200);
			assertThat(nobody.send("GET", "/actuator/health", null).body()).contains("\"status\":\"UP\"")
				.doesNotContain("freeSpace");
			assertThat(operator.send("GET", "/actuator/health/db", null).body()).contains("\"mode\":\"" + mode + "\"");
			for (String endpoint : FOR_THE_OPERATOR) {
				assertThat(nobody.send("GET", "/actuator/" + endpoint, null).statusCode()).isEqualTo(401);
				assertThat(new PantryClient(port, "alice").send("GET", "/actuator/" + endpoint, null).statusCode())
					.isEqualTo(403);
				assertThat(operator.send("GET", "/actuator/" + endpoint, null).statusCode()).isEqualTo(200);
			}
			assertThat(operator.json("GET", "/actuator/cfdb", null).get("mode").asString()).isEqualTo(mode);
			assertThat(operator.send("GET", "/actuator/prometheus", null).body()).contains("cf_db_open",
					"cf_db_opens_seconds_count", "cf_db_evictions_total", "jdbc_connections_active");
			assertThat(operator.send("GET", "/actuator/metrics/cf.db.open", null).statusCode()).isEqualTo(200);
		}
	}

}
