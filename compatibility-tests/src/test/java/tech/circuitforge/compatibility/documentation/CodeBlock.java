package tech.circuitforge.compatibility.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A fenced code block of a document, with what the HTML comment right before it says
 * about it (see CONTRIBUTING.md).
 *
 * @param document where it stands, relative to the root of the repository
 * @param line the number of its first line
 * @param language what stands behind the fence, empty if nothing does
 * @param directive the comment's first word, empty without a comment
 * @param argument what follows that word
 * @param text the block without the indentation of its fence
 */
record CodeBlock(Path document, int line, String language, String directive, String argument, String text) {

	/** The root of the repository; tests run in their module's directory. */
	static final Path ROOT = Path.of("..");

	private static final Pattern FENCE = Pattern.compile("( *)```(\\w*)");

	private static final Pattern COMMENT = Pattern.compile("\\s*<!-- (answers|file|from|in|not checked): (.+) -->");

	/** All documents whose code is checked, relative to the root. */
	static List<Path> documents() {
		try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
			return Stream
				.concat(Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md").map(Path::of),
						docs.filter((file) -> file.toString().endsWith(".md")).map(ROOT::relativize))
				.sorted()
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String read(Path document) {
		try {
			return Files.readString(ROOT.resolve(document));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static List<CodeBlock> in(Path document) {
		List<CodeBlock> blocks = new ArrayList<>();
		List<String> lines = read(document).lines().toList();
		String before = "";
		for (int i = 0; i < lines.size(); i++) {
			Matcher fence = FENCE.matcher(lines.get(i));
			if (!fence.matches()) {
				before = lines.get(i);
				continue;
			}
			int first = i + 1;
			List<String> text = new ArrayList<>();
			for (i = first; !lines.get(i).strip().equals("```"); i++) {
				text.add(lines.get(i).isBlank() ? "" : lines.get(i).substring(fence.group(1).length()));
			}
			Matcher comment = COMMENT.matcher(before);
			boolean said = comment.matches();
			blocks.add(new CodeBlock(document, first + 1, fence.group(2), said ? comment.group(1) : "",
					said ? comment.group(2) : "", String.join("\n", text) + "\n"));
			before = "";
		}
		return blocks;
	}

	boolean is(String directive) {
		return Objects.equals(this.directive, directive);
	}

	/** Where it stands, as an IDE or an editor understands it. */
	@Override
	public String toString() {
		return "%s:%d %s".formatted(this.document, this.line, this.language).strip();
	}

}
