package tech.circuitforge.compatibility.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Commands for a shell: checked for what they name, not run.
 */
final class ShellCommands {

	private static final Set<String> PROGRAMS = Set.of("cd", "chmod", "cp", "curl", "git", "java", "ls", "mkdir", "mv",
			"python3", "sqlite3", "sqlcipher");

	private static final Set<String> PHASES = Set.of("clean", "compile", "deploy", "install", "package", "test",
			"validate", "verify");

	private static final Set<String> GOALS = Set.of("spring-boot:run", "spring-javaformat:apply");

	/** Properties of Maven and its plugins, not of this build. */
	private static final Set<String> OTHERS_PROPERTIES = Set.of("gpg.skip", "skipTests",
			"surefire.failIfNoSpecifiedTests", "spring-boot.run.arguments");

	private final String text;

	ShellCommands(String text) {
		this.text = text;
	}

	/** The words of each command, quotes removed. */
	List<List<String>> words() {
		List<List<String>> commands = new ArrayList<>();
		for (String line : this.text.replace("\\\n", " ").lines().toList()) {
			if (line.isBlank() || line.strip().startsWith("#")) {
				continue;
			}
			List<String> words = new ArrayList<>();
			for (String word : split(line)) {
				if (word.equals("&&") || word.equals("|") || word.equals(";")) {
					commands.add(words);
					words = new ArrayList<>();
				}
				else {
					words.add(word);
				}
			}
			commands.add(words);
		}
		return commands;
	}

	private static List<String> split(String line) {
		List<String> words = new ArrayList<>();
		StringBuilder word = new StringBuilder();
		char quote = 0;
		boolean started = false;
		for (int i = 0; i < line.length(); i++) {
			char c = line.charAt(i);
			if (quote != 0) {
				if (c == quote) {
					quote = 0;
				}
				else {
					word.append(c);
				}
			}
			else if (c == '\'' || c == '"') {
				quote = c;
				started = true;
			}
			else if (c == ' ') {
				if (started) {
					words.add(word.toString());
				}
				word.setLength(0);
				started = false;
			}
			else {
				word.append(c);
				started = true;
			}
		}
		assertThat((int) quote).as("an open quote in: %s", line).isZero();
		if (started) {
			words.add(word.toString());
		}
		return words;
	}

	void check() throws IOException {
		for (List<String> words : words()) {
			List<String> command = new ArrayList<>(words);
			while (!command.isEmpty() && command.get(0).matches("[A-Z_]+=.*")) {
				command.remove(0);
			}
			assertThat(command).as("a command in: %s", words).isNotEmpty();
			String program = command.get(0);
			if (program.equals("mvn")) {
				checkMaven(command.subList(1, command.size()));
			}
			else if (program.contains("/")) {
				assertThat(Files.isExecutable(CodeBlock.ROOT.resolve(program))).as("%s can be run", program).isTrue();
			}
			else {
				assertThat(PROGRAMS).contains(program);
			}
		}
	}

	private static void checkMaven(List<String> arguments) throws IOException {
		Iterator<String> words = arguments.iterator();
		while (words.hasNext()) {
			String word = words.next();
			if (word.equals("-pl")) {
				assertThat(Builds.modules()).contains(words.next().split(",", -1));
			}
			else if (word.startsWith("-P")) {
				assertThat(Builds.profiles()).contains(word.substring(2).split(",", -1));
			}
			else if (word.startsWith("-Dtest=")) {
				for (String test : word.substring(7).split(",", -1)) {
					assertThat(Builds.hasTest(test)).as("there is a test %s", test).isTrue();
				}
			}
			else if (word.startsWith("-D")) {
				String property = word.substring(2).replaceAll("=.*", "");
				assertThat(OTHERS_PROPERTIES.contains(property) || Builds.readsProperty(property))
					.as("something reads %s", property)
					.isTrue();
			}
			else if (!word.startsWith("-")) {
				assertThat(PHASES.contains(word) || GOALS.contains(word)).as("%s is a phase or goal", word).isTrue();
			}
			else {
				assertThat(word).isIn("-q", "-am", "-o", "--batch-mode", "--no-transfer-progress");
			}
		}
	}

}
