package tech.circuitforge.db.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables in docs/configuration.md are those of the configuration metadata.
 */
class ConfigurationReferenceTests {

	private static final Path DOCUMENT = Path.of("../docs/configuration.md");

	private static final Path METADATA = Path.of("target/classes/META-INF/spring-configuration-metadata.json");

	private static final String BEGIN = "<!-- generated: begin -->\n";

	private static final String END = "<!-- generated: end -->\n";

	private static final String UPDATE = "mvn test -pl cf-db-autoconfigure -Dtest=ConfigurationReferenceTests -Dcf.docs.update=true";

	@Test
	void referenceIsUpToDate() throws Exception {
		String document = Files.readString(DOCUMENT);
		assertThat(document).containsOnlyOnce(BEGIN).containsOnlyOnce(END).contains(UPDATE);
		String expected = document.substring(0, document.indexOf(BEGIN) + BEGIN.length()) + tables()
				+ document.substring(document.indexOf(END));
		if (Boolean.getBoolean("cf.docs.update")) {
			Files.writeString(DOCUMENT, expected);
			return;
		}
		assertThat(document)
			.withFailMessage(
					() -> "docs/configuration.md is not what the configuration metadata says. Write it anew with\n\n  "
							+ UPDATE + "\n\nThe first line that differs: " + firstDifference(document, expected))
			.isEqualTo(expected);
	}

	private static String firstDifference(String found, String expected) {
		List<String> lines = found.lines().toList();
		return expected.lines().filter((line) -> !lines.contains(line)).findFirst().orElse("a line too many");
	}

	private static String tables() throws Exception {
		JsonNode metadata = new JsonMapper().readTree(Files.readString(METADATA));
		Map<String, JsonNode> hints = new TreeMap<>();
		metadata.path("hints").forEach((hint) -> hints.put(hint.get("name").asString(), hint.path("values")));
		Map<String, List<String>> sections = new TreeMap<>();
		for (JsonNode property : metadata.get("properties")) {
			String name = property.get("name").asString();
			sections.computeIfAbsent(section(name), (key) -> new ArrayList<>())
				.add(row(property, hints.getOrDefault(name, metadata.path("none"))));
		}
		StringBuilder text = new StringBuilder();
		sections.forEach((section, rows) -> text.append("\n## `%s`\n\n".formatted(section))
			.append("| property | value | default | meaning |\n|---|---|---|---|\n")
			.append(String.join("", rows)));
		return text.append('\n').toString();
	}

	/** {@code cf.db}, or what stands below it; another library's prefix as it is. */
	private static String section(String property) {
		List<String> names = List.of(property.split("\\."));
		return String.join(".", names.subList(0, Math.min(3, names.size() - 1)));
	}

	private static String row(JsonNode property, JsonNode hints) throws Exception {
		return "| `%s` | %s | %s | %s |\n".formatted(property.get("name").asString(),
				values(property.path("type").asString("")), defaultValue(property.path("defaultValue")),
				meaning(property.path("description").asString(""), hints));
	}

	private static String values(String type) throws ClassNotFoundException {
		return switch (type) {
			case "java.lang.Boolean" -> "`true`, `false`";
			case "java.lang.Integer", "java.lang.Long" -> "a number";
			case "java.lang.String" -> "text";
			case "java.nio.file.Path" -> "a path";
			case "java.time.Duration" -> "a time, such as `30s`, `5m`";
			case "java.util.List<java.lang.String>" -> "a list";
			case "org.springframework.util.unit.DataSize" -> "a size, such as `2MB`";
			default -> constants(type);
		};
	}

	private static String constants(String type) throws ClassNotFoundException {
		Class<?> candidate = Class.forName(type);
		assertThat(candidate.isEnum()).as("Say here how values of type %s are described", type).isTrue();
		return Arrays.stream(candidate.getEnumConstants())
			.map((constant) -> "`" + ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-') + "`")
			.collect(Collectors.joining(", "));
	}

	private static String defaultValue(JsonNode value) {
		if (value.isMissingNode()) {
			return "–";
		}
		List<String> values = new ArrayList<>();
		if (value.isArray()) {
			value.forEach((element) -> values.add(element.asString()));
		}
		else {
			values.add(value.asString());
		}
		return values.stream().map((each) -> "`" + each + "`").collect(Collectors.joining(", "));
	}

	private static String meaning(String description, JsonNode hints) {
		List<String> examples = new ArrayList<>();
		hints.forEach((hint) -> {
			String words = hint.path("description").asString("").replaceAll("\\.$", "");
			examples.add("`" + hint.get("value").asString() + "`" + (words.isEmpty() ? "" : " (" + words + ")"));
		});
		String text = description.replaceAll("(?<!\\w)'([^']+)'(?!\\w)", "`$1`");
		return (text + (examples.isEmpty() ? "" : " For instance " + String.join(", ", examples) + ".")).replace("|",
				"\\|");
	}

}
