package tech.circuitforge.compatibility.circuitforge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs {@code product.py}: a Python product at work on a file.
 */
final class PythonProduct {

	private PythonProduct() {
	}

	static boolean canRun() {
		try {
			return new ProcessBuilder("python3", "-c", "import sqlite3").redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/** Writes rows and ends as it should. */
	static void serve(Path file, Path scripts, String... names) throws Exception {
		run("serve", file, scripts, names);
	}

	/** Writes rows and is gone before they have left the write-ahead log. */
	static void beKilled(Path file, Path scripts, String... names) throws Exception {
		run("be-killed", file, scripts, names);
		assertThat(file.resolveSibling(file.getFileName() + "-wal")).isNotEmptyFile();
	}

	/** What it makes of a file: the scripts it applied, the rows it sees. */
	static JsonNode read(Path file, Path scripts) throws Exception {
		return new JsonMapper().readTree(run("read", file, scripts));
	}

	private static String run(String task, Path file, Path scripts, String... names) throws Exception {
		List<String> command = new ArrayList<>(List.of("python3", "src/test/resources/circuitforge/product.py", task,
				file.toString(), scripts.toString()));
		command.addAll(List.of(names));
		Process python = new ProcessBuilder(command).redirectErrorStream(true).start();
		String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(python.waitFor()).as(said).isZero();
		return said;
	}

}
