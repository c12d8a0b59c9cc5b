package tech.circuitforge.compatibility.documentation;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Does what docs/getting-started.md says: writes its files, compiles them, starts the
 * application in both modes and asks it with the document's own commands.
 */
@Tag("process")
class GettingStartedTests {

	private static final Path DOCUMENT = Path.of("docs/getting-started.md");

	/** Libraries of these tests that the document's project does not have. */
	private static final Pattern OTHER_LIBRARIES = Pattern
		.compile("batch|data-|devtools|flyway|hibernate|jobrunr|jooq|jpa|liquibase|mybatis|oauth2|reactor|session|"
				+ "shedlock|webflux|cf-db-test");

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	@TempDir
	Path project;

	@TempDir
	Path root;

	@Test
	void localMode() throws Exception {
		Path classes = build((path) -> !path.contains("Users") && !path.contains("002_"));
		try (Running product = start(classes, List.of(), "security")) {
			assertThat(product.answerTo("local")).isEqualTo(expected("local"));
		}
		assertThat(this.project.resolve("data/notes.db")).exists();
	}

	@Test
	void cloudMode() throws Exception {
		Path first = build((path) -> !path.contains("002_"));
		try (Running product = start(first, List.of("CLOUD_MODE=1", "CLOUD_DATA_ROOT=" + this.root), "$^")) {
			assertThat(product.answerTo("cloud")).isEqualTo(expected("cloud"));
		}
		assertThat(this.root.resolve("alice/notes.db")).exists();
		assertThat(this.root.resolve("bob/notes.db")).exists();
		Path second = build((path) -> true);
		try (Running product = start(second, List.of("CLOUD_MODE=1", "CLOUD_DATA_ROOT=" + this.root), "$^")) {
			assertThat(product.output()).contains("2 were migrated");
		}
	}

	private Path build(Predicate<String> wanted) throws IOException {
		Path classes = Files.createTempDirectory(this.project, "classes");
		Map<String, String> sources = new LinkedHashMap<>();
		for (CodeBlock block : CodeBlock.in(DOCUMENT)) {
			String path = block.argument();
			if (!block.is("file") || !path.startsWith("src/main") || !wanted.test(path)) {
				continue;
			}
			if (block.language().equals("java")) {
				sources.put(path, block.text());
			}
			else {
				Path resource = classes.resolve(path.replaceFirst("^src/main/resources/", ""));
				Files.createDirectories(resource.getParent());
				Files.writeString(resource, block.text());
			}
		}
		assertThat(JavaSnippets.compile(sources, classes)).isEmpty();
		return classes;
	}

	private Running start(Path classes, List<String> environment, String without) throws IOException {
		Pattern more = Pattern.compile(without);
		String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
			.filter((entry) -> entry.endsWith(".jar") || entry.endsWith("/classes"))
			.filter((entry) -> !OTHER_LIBRARIES.matcher(name(entry)).find() && !more.matcher(name(entry)).find())
			.collect(Collectors.joining(File.pathSeparator));
		ProcessBuilder java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-cp", classes + File.pathSeparator + classPath, "com.example.notes.NotesApplication",
				"--server.port=0")
			.directory(this.project.toFile())
			.redirectErrorStream(true);
		environment.forEach((variable) -> java.environment()
			.put(variable.replaceAll("=.*", ""), variable.substring(variable.indexOf('=') + 1)));
		return new Running(java.start());
	}

	/** The module's directory for classes, the file's name for a library. */
	private static String name(String entry) {
		Path path = Path.of(entry);
		return (path.endsWith("classes") ? path.getParent().getParent() : path).getFileName().toString();
	}

	private static CodeBlock question(String name) {
		return CodeBlock.in(DOCUMENT)
			.stream()
			.filter((block) -> block.is("answers") && block.argument().equals(name))
			.findFirst()
			.orElseThrow();
	}

	/** The block after the question. */
	private static String expected(String name) {
		List<CodeBlock> blocks = CodeBlock.in(DOCUMENT);
		return blocks.get(blocks.indexOf(question(name)) + 1).text().strip();
	}

	/** The document's application, started. */
	private static final class Running implements AutoCloseable {

		private final Process process;

		private final List<String> lines = new ArrayList<>();

		private final String port;

		private final CompletableFuture<Process> limit;

		Running(Process process) throws IOException {
			this.process = process;
			// So that a start which neither succeeds nor fails ends the reading below.
			this.limit = process.onExit().orTimeout(3, TimeUnit.MINUTES).whenComplete((ended, ex) -> process.destroy());
			BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
			String found = null;
			for (String line = output.readLine(); line != null && found == null; line = output.readLine()) {
				this.lines.add(line);
				Matcher matcher = PORT.matcher(line);
				found = matcher.find() ? matcher.group(1) : null;
			}
			assertThat(found).as(output()).isNotNull();
			this.port = found;
		}

		String output() {
			return String.join("\n", this.lines);
		}

		String answerTo(String question) throws Exception {
			assumeThat(new ProcessBuilder("sh", "-c", "command -v curl").start().waitFor()).as("there is a curl")
				.isZero();
			Process shell = new ProcessBuilder("sh", "-c",
					question(question).text().replace("curl ", "curl -sS ").replace(":8080", ":" + this.port))
				.redirectErrorStream(true)
				.start();
			return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
		}

		@Override
		public void close() {
			this.process.destroy();
			this.limit.join();
		}

	}

}
