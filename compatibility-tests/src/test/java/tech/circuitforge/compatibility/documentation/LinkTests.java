package tech.circuitforge.compatibility.documentation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Links within the repository lead somewhere, and every document can be found.
 */
class LinkTests {

	private static final Pattern LINK = Pattern.compile("(?<!!)\\[[^\\]]*]\\(([^)\\s]+)\\)");

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

	private static List<String> linksIn(Path document) {
		String prose = CodeBlock.read(document).replaceAll("(?s)```.*?```", "").replaceAll("`[^`\n]*`", "");
		return LINK.matcher(prose).results().map((MatchResult link) -> link.group(1)).toList();
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
