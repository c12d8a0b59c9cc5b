package tech.circuitforge.compatibility.documentation;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * Compiles the Java of documents for Java 17, on the class path of the tests.
 */
final class JavaSnippets {

	private static final Path WRAPPERS = Path.of("src/test/resources/documentation");

	private static final String PLACE = "// the block";

	private JavaSnippets() {
	}

	/**
	 * The source of a block that is no file of its own: with the usual imports, and
	 * inside its wrapper if it names one.
	 */
	static String source(CodeBlock block) throws IOException {
		String imports = Files.readString(WRAPPERS.resolve("imports.txt"));
		if (!block.is("in")) {
			return imports + block.text();
		}
		String wrapper = Files.readString(WRAPPERS.resolve(block.argument() + ".java.txt"));
		if (!wrapper.contains(PLACE)) {
			throw new IllegalStateException(block.argument() + " has no line \"" + PLACE + "\"");
		}
		return imports + wrapper.replace(PLACE, block.text());
	}

	/**
	 * Compiles sources together.
	 * @param sources the texts by the path of their files
	 * @param classes where the classes go
	 * @return the compiler's errors and warnings
	 */
	static List<String> compile(Map<String, String> sources, Path classes) throws IOException {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(found, Locale.ENGLISH, null)) {
			files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
			List<JavaFileObject> units = new ArrayList<>();
			sources.forEach((path, text) -> units.add(new Source(path, text)));
			compiler
				.getTask(null, files, found, List.of("--release", "17", "-parameters", "-proc:none",
						"-Xlint:all,-classfile,-path,-processing,-serial"), null, units)
				.call();
		}
		return found.getDiagnostics()
			.stream()
			.filter((diagnostic) -> diagnostic.getKind() != Diagnostic.Kind.NOTE)
			.map((diagnostic) -> diagnostic.getMessage(Locale.ENGLISH) + " in\n"
					+ lineOf(diagnostic, sources.values().iterator().next()))
			.toList();
	}

	private static String lineOf(Diagnostic<? extends JavaFileObject> diagnostic, String single) {
		try {
			JavaFileObject source = diagnostic.getSource();
			String text = (source != null) ? source.getCharContent(true).toString() : single;
			return text.lines().skip(Math.max(0, diagnostic.getLineNumber() - 1)).findFirst().orElse("");
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private static final class Source extends SimpleJavaFileObject {

		private final String text;

		Source(String path, String text) {
			super(URI.create("string:///" + path), Kind.SOURCE);
			this.text = text;
		}

		/** Package-private types of any name may stand in a document. */
		@Override
		public boolean isNameCompatible(String simpleName, Kind kind) {
			return !simpleName.endsWith("-info");
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return this.text;
		}

	}

}
