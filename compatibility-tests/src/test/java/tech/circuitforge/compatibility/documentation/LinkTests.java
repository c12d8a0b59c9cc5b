package tech.circuitforge.compatibility.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Links within the repository lead somewhere, every document can be found, and the tests
 * that documents name exist.
 */
class LinkTests {

	private static final Pattern LINK = Pattern.compile("(?<!!)\\[[^\\]]*]\\(([^)\\s]+)\\)");

	/** A test class, perhaps with one of its methods. */
	private static final Pattern TEST = Pattern.compile("\\b([A-Z]\\w+(?:Tests|IT))\\b(?!\\.java)(?:\\.(\\w+))?");

	private static final Path INDEX = Path.of("docs/README.md");

	@Test
	void linksLeadSomewhere() {
		List<String> broken = new ArrayList<>();
		for (Path document : CodeBlock.documents()) {
			for (String link : linksIn(document)) {
				if (link.contains("://")) {
					continue;
				}
				String[] parts = link.split("#", 2);
				Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
				if (!Files.exists(CodeBlock.ROOT.resolve(target))) {
					broken.add(document + " → " + link);
				}
				else if (parts.length == 2 && !anchorsOf(target).contains(parts[1])) {
					broken.add(document + " → " + link + " (no such heading)");
				}
			}
		}
		assertThat(broken).isEmpty();
	}

	@Test
	void indexNamesEveryDocument() {
		List<String> linked = linksIn(INDEX).stream()
			.map((link) -> INDEX.resolveSibling(link.replaceAll("#.*", "")).normalize().toString())
			.toList();
		List<String> decisions = linksIn(Path.of("docs/decisions/README.md")).stream()
			.map((link) -> "docs/decisions/" + link)
			.toList();
		assertThat(CodeBlock.documents().stream().filter((document) -> !document.equals(INDEX)).map(Path::toString))
			.allMatch((document) -> linked.contains(document) || decisions.contains(document));
		assertThat(linksIn(Path.of("README.md"))).contains("docs/README.md", "docs/getting-started.md");
	}

	@Test
	void testsThatAreNamedExist() throws IOException {
		Map<String, String> tests;
		try (Stream<Path> files = Files.walk(CodeBlock.ROOT)) {
			tests = files
				.filter((file) -> file.toString().contains("src/test/java") && file.toString().endsWith(".java"))
				.collect(Collectors.toMap((file) -> file.getFileName().toString().replace(".java", ""), LinkTests::read,
						(one, other) -> one + other));
		}
		List<String> missing = new ArrayList<>();
		for (Path document : CodeBlock.documents()) {
			TEST.matcher(proseOf(document)).results().forEach((named) -> {
				String source = tests.get(named.group(1));
				if (source == null || (named.group(2) != null && !source.contains("void " + named.group(2) + "("))) {
					missing.add(document + ": " + named.group());
				}
			});
		}
		assertThat(missing).isEmpty();
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<String> linksIn(Path document) {
		return LINK.matcher(proseOf(document)).results().map((MatchResult link) -> link.group(1)).toList();
	}

	private static String proseOf(Path document) {
		return CodeBlock.read(document).replaceAll("(?s)```.*?```", "").replaceAll("`[^`\n]*`", "");
	}

	/** As GitHub makes them from headings. */
	private static List<String> anchorsOf(Path document) {
		return CodeBlock.read(document)
			.replaceAll("(?s)```.*?```", "")
			.lines()
			.filter((line) -> line.startsWith("#"))
			.map((line) -> line.replaceAll("^#+ ", "")
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N} _-]", "")
				.replace(' ', '-'))
			.toList();
	}

}
