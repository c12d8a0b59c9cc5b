package tech.circuitforge.db.migration;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What the {@code sqlite3} shell makes of the scripts in {@code corpus/}, the runner
 * makes of them too. Skipped where the shell is not installed.
 */
class CorpusTests {

	private static final Path CORPUS = Path.of("src/test/resources/corpus");

	@TempDir
	Path directory;

	@BeforeAll
	static void findShell() {
		assumeTrue(Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((entry) -> Files.isExecutable(Path.of(entry, "sqlite3"))), "no sqlite3 shell");
	}

	static List<Path> scripts() throws IOException {
		try (Stream<Path> directories = Files.list(CORPUS)) {
			return directories.sorted().toList();
		}
	}

	@ParameterizedTest
	@MethodSource("scripts")
	void runnerDoesWhatTheShellDoes(Path scripts) throws Exception {
		Path ours = this.directory.resolve("ours.db");
		Path shells = this.directory.resolve("shell.db");
		List<Migration> migrations = migrate(scripts, ours);
		assertThat(migrations).isNotEmpty();
		for (Migration migration : migrations) {
			String script = Files.readString(scripts.resolve(migration.name()));
			// A byte order mark is skipped in files that are read, not in what is typed.
			shell(shells, script.startsWith("\uFEFF") ? script.substring(1) : script);
		}
		shell(ours, "DROP TABLE _migrations");
		for (String command : List.of(".schema", ".dump", "PRAGMA user_version", "PRAGMA integrity_check")) {
			assertThat(shell(ours, command)).as(command).isEqualTo(shell(shells, command));
		}
	}

	private static List<Migration> migrate(Path scripts, Path file) throws SQLException {
		List<Migration> migrations = new MigrationLoader(new PathMatchingResourcePatternResolver())
			.load(List.of("file:" + scripts.toAbsolutePath()));
		try (SqliteConnection connection = TestConnections.connections().create(file)) {
			List<String> applied = new Migrator(migrations, MissingScript.FAIL, InstantSource.system())
				.migrate(connection, "corpus");
			assertThat(applied).hasSameSizeAs(migrations);
		}
		return migrations;
	}

	private static String shell(Path file, String input) throws IOException, InterruptedException {
		Process shell = new ProcessBuilder("sqlite3", "-batch", file.toString()).redirectErrorStream(true).start();
		shell.getOutputStream().write((input + "\n").getBytes(StandardCharsets.UTF_8));
		shell.getOutputStream().close();
		String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(shell.waitFor()).as(output).isZero();
		return output;
	}

}
