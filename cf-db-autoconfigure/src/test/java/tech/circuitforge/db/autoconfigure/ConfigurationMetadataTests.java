package tech.circuitforge.db.autoconfigure;

import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an IDE shows while somebody writes application.yml.
 */
class ConfigurationMetadataTests {

	@Test
	void everyPropertyIsDescribed() throws Exception {
		Map<String, String> defaults = new TreeMap<>();
		try (InputStream metadata = getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			for (JsonNode property : new JsonMapper().readTree(metadata).get("properties")) {
				String name = property.get("name").asString();
				assertThat(property.path("description").asString("")).as(name).endsWith(".").hasSizeGreaterThan(20);
				defaults.put(name, property.path("defaultValue").asString("none"));
			}
		}
		assertThat(defaults).containsEntry("cf.db.enabled", "true")
			.containsEntry("cf.db.mode", "none")
			.containsEntry("cf.db.path", "data/{app}.db")
			.containsEntry("cf.db.cloud.data-root", "none")
			.containsEntry("cf.db.cloud.layout", "{user}/{app}.db")
			.containsEntry("cf.db.cloud.anonymous", "reject")
			.containsEntry("cf.db.cloud.provisioning", "on-first-use")
			.containsEntry("cf.db.migrations.enabled", "true")
			.containsEntry("cf.db.migrations.on-startup", "eager")
			.containsEntry("cf.db.pool.max-open-databases", "256")
			.containsEntry("cf.db.pool.max-connections-per-database", "4")
			.containsEntry("cf.db.pool.idle-timeout", "5m")
			.containsEntry("cf.db.pool.acquire-timeout", "30s")
			.containsEntry("cf.db.sqlite.busy-timeout", "30s")
			.containsEntry("cf.db.sqlite.synchronous", "normal")
			.containsEntry("cf.db.sqlite.cache-size", "2MB");
	}

}
