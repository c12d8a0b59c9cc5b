package tech.circuitforge.compatibility.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the build files of this repository declare.
 */
final class Builds {

	private Builds() {
	}

	private static String rootPom() {
		return CodeBlock.read(Path.of("pom.xml"));
	}

	static Set<String> modules() {
		return all("<module>([^<]+)</module>");
	}

	static Set<String> profiles() {
		return all("<profile>\\s*(?:<!--.*?-->\\s*)?<id>([^<]+)</id>");
	}

	private static Set<String> all(String regex) {
		return Pattern.compile(regex, Pattern.DOTALL)
			.matcher(rootPom())
			.results()
			.map((match) -> match.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	static String version() {
		return first("<artifactId>cf-db-parent</artifactId>\\s*<version>([^<]+)<");
	}

	static String property(String name) {
		return first("<" + Pattern.quote(name) + ">([^<]+)<");
	}

	private static String first(String regex) {
		return Pattern.compile(regex)
			.matcher(rootPom())
			.results()
			.map((MatchResult match) -> match.group(1))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("pom.xml has no " + regex));
	}

	/** Whether a file of that name is below a module's sources. */
	static boolean hasTest(String simpleName) throws IOException {
		for (String module : modules()) {
			Path tests = CodeBlock.ROOT.resolve(module).resolve("src/test/java");
			if (Files.isDirectory(tests)) {
				try (Stream<Path> files = Files.walk(tests)) {
					if (files.anyMatch((file) -> file.endsWith(simpleName + ".java"))) {
						return true;
					}
				}
			}
		}
		return false;
	}

	/** Whether a build file or a test reads that property. */
	static boolean readsProperty(String name) throws IOException {
		try (Stream<Path> files = Files.walk(CodeBlock.ROOT)) {
			return files.filter((file) -> file.endsWith("pom.xml") || file.toString().endsWith(".java"))
				.filter((file) -> !file.toString().contains("/target/"))
				.anyMatch((file) -> {
					String text = CodeBlock.read(CodeBlock.ROOT.relativize(file));
					return text.contains("${" + name + "}") || text.contains("<" + name + ">")
							|| text.contains("\"" + name + "\"");
				});
		}
	}

}
