package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.circuitforge.db.sqlite.TestConnections.look;
import static tech.circuitforge.db.sqlite.TestConnections.run;

/**
 * A start that migrates, and SIGTERM.
 */
@Tag("process")
@Timeout(120)
class StartupStopTests {

	/** 128 and the number of the signal. */
	private static final int TERMINATED = 143;

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "local", "cloud" })
	void signalEndsAStartThatMigrates(String mode) throws Exception {
		Path scripts = Files.createDirectory(this.directory.resolve("scripts"));
		Files.writeString(scripts.resolve("001_notes.sql"), "CREATE TABLE notes (text)");
		Files.writeString(scripts.resolve("002_row.sql"),
				"CREATE TABLE done (x); INSERT INTO notes VALUES ('from the script')");
		Path file = this.directory.resolve(mode.equals("local") ? "app.db" : "root/alice/app.db");
		Files.createDirectories(file.getParent());
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
			run(connection, "CREATE TABLE _migrations (name TEXT PRIMARY KEY, applied_at TEXT)",
					"INSERT INTO _migrations (name) VALUES ('001_notes.sql')", "CREATE TABLE notes (text)",
					"CREATE TRIGGER endless AFTER INSERT ON notes BEGIN SELECT count(*) FROM (WITH RECURSIVE i (n) AS "
							+ "(SELECT 1 UNION ALL SELECT n + 1 FROM i) SELECT n FROM i); END");
		}
		try (ChildJvm child = ChildJvm.start(StartupStopProcess.class, this.directory, "--server.port=0",
				"--cf.db.mode=" + mode, "--cf.db.path=" + file,
				"--cf.db.cloud.data-root=" + this.directory.resolve("root"),
				"--cf.db.migrations.locations=file:" + scripts)) {
			CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> {
				try {
					return child.remainingOutput();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
			awaitMigrating(file);
			long signalled = System.nanoTime();
			child.terminate();
			assertThat(child.exitCode()).isEqualTo(TERMINATED);
			assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - signalled)).isLessThan(15);
			assertThat(output.get()).contains("The process was told to end while databases were being migrated")
				.doesNotContain("ready");
		}
		assertThat(look(file, "SELECT group_concat(name) FROM _migrations")).isEqualTo("001_notes.sql");
		assertThat(look(file, "SELECT count(*) FROM sqlite_schema WHERE name = 'done'")).isEqualTo(0);
	}

	/** The migration holds the lock to write, for ever. */
	private static void awaitMigrating(Path file) throws SQLException {
		int locked = 0;
		// The switch to WAL, and reading, hold it for a moment too.
		while (locked < 20) {
			try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=100")) {
				run(connection, "BEGIN IMMEDIATE", "ROLLBACK");
				locked = 0;
			}
			catch (SQLException ex) {
				locked++;
			}
		}
	}

}
