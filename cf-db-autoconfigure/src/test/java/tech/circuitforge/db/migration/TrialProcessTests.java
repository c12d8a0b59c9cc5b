package tech.circuitforge.db.migration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process in which SQLite cannot work does not say that a script is at fault.
 */
@Tag("process")
class TrialProcessTests {

	@TempDir
	Path directory;

	@Test
	void noUsableTemporaryDirectory() throws Exception {
		Path noDirectory = Files.createFile(this.directory.resolve("file"));
		assertThat(run("-Djava.io.tmpdir=" + noDirectory))
			.contains("DatabaseOpenException: The migrations could not be tried on an empty database in memory, and no "
					+ "script is at fault")
			.contains(noDirectory.toString())
			.doesNotContain("tried\n");
	}

	@Test
	void nativeLibraryIsMissing() throws Exception {
		Files.createDirectories(this.directory.resolve("tmp"));
		assertThat(run("-Djava.io.tmpdir=" + this.directory.resolve("tmp"), "-Dos.arch=none"))
			.contains("no script is at fault")
			.contains("native");
	}

	@Test
	void whereItCanTheScriptIsTried() throws Exception {
		assertThat(run("-Djava.io.tmpdir=" + this.directory)).contains("tried");
	}

	private static String run(String... options) throws IOException {
		String[] command = new String[options.length + 5];
		command[0] = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		System.arraycopy(options, 0, command, 1, options.length);
		command[options.length + 1] = "--enable-native-access=ALL-UNNAMED";
		command[options.length + 2] = "-cp";
		command[options.length + 3] = System.getProperty("java.class.path");
		command[options.length + 4] = TrialProcess.class.getName();
		Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
		return new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
	}

}
