package tech.circuitforge.compatibility.documentation;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import tech.circuitforge.db.autoconfigure.CfDbProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Every fenced code block of the documentation works: Java compiles, SQL runs,
 * configuration binds, commands name what exists. How a block tells what it is part of is
 * written down in CONTRIBUTING.md.
 */
class CodeBlockTests {

	@TempDir
	Path directory;

	@TestFactory
	Stream<DynamicTest> everyBlock() {
		return CodeBlock.documents()
			.stream()
			.flatMap((document) -> CodeBlock.in(document).stream())
			.map((block) -> DynamicTest.dynamicTest(block.toString(), () -> checkNamed(block)));
	}

	/**
	 * A document may write a project file by file; what it writes has to fit together.
	 */
	@TestFactory
	Stream<DynamicTest> everyProject() {
		return CodeBlock.documents().stream().flatMap((document) -> {
			Map<String, String> sources = new LinkedHashMap<>();
			CodeBlock.in(document)
				.stream()
				.filter((block) -> block.is("file") && block.language().equals("java"))
				.forEach((block) -> sources.put(block.argument(), block.text()));
			return sources.isEmpty() ? Stream.empty() : Stream.of(DynamicTest.dynamicTest(document.toString(),
					() -> assertThat(JavaSnippets.compile(sources, this.directory)).isEmpty()));
		});
	}

	@TestFactory
	Stream<DynamicTest> sqlOfEveryDocument() {
		return CodeBlock.documents().stream().flatMap((document) -> {
			List<CodeBlock> blocks = CodeBlock.in(document)
				.stream()
				.filter((block) -> block.language().equals("sql") && !block.is("not checked"))
				.toList();
			return blocks.isEmpty() ? Stream.empty()
					: Stream.of(DynamicTest.dynamicTest(document.toString(), () -> run(blocks)));
		});
	}

	@Test
	void blocksAreFound() {
		Set<String> languages = new TreeSet<>();
		CodeBlock.documents().forEach((document) -> CodeBlock.in(document).forEach((b) -> languages.add(b.language())));
		assertThat(languages).contains("java", "mermaid", "sh", "sql", "xml", "yaml");
	}

	private void checkNamed(CodeBlock block) {
		try {
			check(block);
		}
		catch (TestAbortedException ex) {
			throw ex;
		}
		catch (AssertionError | Exception ex) {
			// Build tools show a dynamic test by its number.
			throw new AssertionError(block + ": " + ex.getMessage(), ex);
		}
	}

	private void check(CodeBlock block) throws Exception {
		if (block.is("not checked")) {
			assertThat(block.argument()).as("why it is not checked").hasSizeGreaterThan(10);
			return;
		}
		if (block.is("from")) {
			assertThat(strip(CodeBlock.read(Path.of(block.argument())))).as(block.argument())
				.contains(strip(block.text()));
			return;
		}
		switch (block.language()) {
			case "java" -> {
				if (!block.is("file")) {
					assertThat(JavaSnippets.compile(Map.of("Block.java", JavaSnippets.source(block)), this.directory))
						.isEmpty();
				}
			}
			case "json" -> assertThat(new JsonMapper().readTree(block.text())).isNotNull();
			case "mermaid" -> Mermaid.check(block.text());
			case "properties" -> {
				Properties properties = new Properties();
				properties.load(new StringReader(block.text()));
				properties.stringPropertyNames().forEach((key) -> checkKey(key));
				bind(properties);
			}
			case "python" -> checkPython(block.text());
			case "sh" -> new ShellCommands(block.text()).check();
			case "sql", "text", "" -> {
				// SQL runs document by document; the rest is what programs print.
			}
			case "xml" -> checkXml(block.text());
			case "yaml" -> checkYaml(block.text());
			default -> throw new AssertionError("Nothing checks blocks of the language " + block.language());
		}
	}

	/** Whether one is part of the other shall not depend on line breaks. */
	private static String strip(String text) {
		return text.replaceAll("\\s+", "");
	}

	private static void run(List<CodeBlock> blocks) throws Exception {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
				Statement statement = connection.createStatement()) {
			for (CodeBlock block : blocks) {
				// Unlike execute(), runs all statements of a text.
				statement.executeUpdate(block.text());
			}
		}
	}

	private static void checkYaml(String text) throws IOException {
		List<PropertySource<?>> documents = new YamlPropertySourceLoader().load("block",
				new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)));
		assertThat(documents).isNotEmpty();
		for (PropertySource<?> document : documents) {
			Map<String, Object> properties = new LinkedHashMap<>();
			for (String key : ((EnumerablePropertySource<?>) document).getPropertyNames()) {
				checkKey(key);
				properties.put(key, String.valueOf(document.getProperty(key)));
			}
			bind(properties);
		}
	}

	private static void bind(Map<?, ?> properties) {
		// Fails for a value that cannot be converted, and for a key that is not there.
		new Binder(new MapConfigurationPropertySource(properties)).bind("cf.db", Bindable.of(CfDbProperties.class),
				new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
	}

	private static void checkKey(String key) {
		String name = key.replaceAll("\\[\\d+]", "");
		assertThat(ConfigurationKeys.isKnown(name)).as("a property is called %s", name).isTrue();
	}

	@Test
	void everyPropertyMentionedExists() {
		List<String> unknown = new ArrayList<>();
		for (Path document : CodeBlock.documents()) {
			// Meters and observations share the prefix; monitoring.md lists them.
			Set<String> meters = new TreeSet<>(List.of("cf.db.opening", "cf.db.migrating"));
			CodeBlock.read(Path.of("docs/monitoring.md"))
				.lines()
				.filter((line) -> line.startsWith("| `cf.db."))
				.forEach((line) -> ConfigurationKeys.mentionedIn(line).forEach(meters::add));
			ConfigurationKeys.mentionedIn(CodeBlock.read(document))
				.filter((name) -> !ConfigurationKeys.isKnown(name) && !ConfigurationKeys.isPrefix(name))
				.filter((name) -> !meters.contains(name))
				.forEach((name) -> unknown.add(document + ": " + name));
		}
		assertThat(unknown).isEmpty();
	}

	private static void checkXml(String text) throws Exception {
		Document document = DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(new InputSource(new StringReader("<block>" + text.replaceFirst("<\\?xml.*?\\?>", "") + "</block>")));
		NodeList artifacts = document.getElementsByTagName("artifactId");
		for (int i = 0; i < artifacts.getLength(); i++) {
			Element owner = (Element) artifacts.item(i).getParentNode();
			String artifact = artifacts.item(i).getTextContent();
			String version = childOf(owner, "version");
			if ("tech.circuitforge".equals(childOf(owner, "groupId"))) {
				assertThat(Builds.modules()).contains(artifact);
				assertThat(version).isIn(Builds.version(), "");
			}
			if ("spring-boot-starter-parent".equals(artifact)) {
				assertThat(version).isEqualTo(Builds.property("spring-boot.version"));
			}
		}
	}

	private static String childOf(Element element, String name) {
		NodeList children = element.getElementsByTagName(name);
		for (int i = 0; i < children.getLength(); i++) {
			if (children.item(i).getParentNode() == element) {
				return children.item(i).getTextContent();
			}
		}
		return "";
	}

	private static void checkPython(String text) throws Exception {
		Process python;
		try {
			python = new ProcessBuilder("python3", "-c", "import sys; compile(sys.stdin.read(), 'block', 'exec')")
				.redirectErrorStream(true)
				.start();
		}
		catch (IOException ex) {
			assumeThat(ex).as("there is a python3").isNull();
			return;
		}
		python.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
		python.getOutputStream().close();
		String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(python.waitFor()).as(said).isZero();
	}

	/**
	 * The names of all properties that the libraries on this class path have.
	 */
	private static final class ConfigurationKeys {

		private static final Set<String> NAMES = new TreeSet<>();

		private static final Set<String> MAPS = new TreeSet<>();

		static {
			try {
				for (URL metadata : Collections.list(CodeBlockTests.class.getClassLoader()
					.getResources("META-INF/spring-configuration-metadata.json"))) {
					try (InputStream stream = metadata.openStream()) {
						for (JsonNode property : new JsonMapper().readTree(stream).path("properties")) {
							String name = property.get("name").asString();
							NAMES.add(name);
							if (property.path("type").asString("").startsWith("java.util.Map")) {
								MAPS.add(name);
							}
						}
					}
				}
			}
			catch (IOException ex) {
				throw new ExceptionInInitializerError(ex);
			}
		}

		static boolean isKnown(String name) {
			return NAMES.contains(name) || MAPS.stream().anyMatch((map) -> name.startsWith(map + "."));
		}

		static boolean isPrefix(String name) {
			return NAMES.stream().anyMatch((other) -> other.startsWith(name + "."));
		}

		static Stream<String> mentionedIn(String text) {
			return Pattern.compile("(?<![\\w.])cf\\.db\\.[a-z][a-z.-]*[a-z]")
				.matcher(text)
				.results()
				.map(MatchResult::group);
		}

	}

}
