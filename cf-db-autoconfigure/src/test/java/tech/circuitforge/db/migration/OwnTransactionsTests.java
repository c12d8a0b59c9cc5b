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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;
import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static tech.circuitforge.db.sqlite.TestConnections.look;
import static tech.circuitforge.db.sqlite.TestConnections.run;

/**
 * Scripts with transactions of their own, compared with SQLite itself, which runs them
 * statement by statement.
 */
@ExtendWith(OutputCaptureExtension.class)
class OwnTransactionsTests {

	private static final String BEFORE = """
			CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
			CREATE TABLE child (parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE);
			INSERT INTO parent VALUES (1, 'a'), (2, 'b');
			INSERT INTO child VALUES (1), (2);
			""";

	/** https://www.sqlite.org/lang_altertable.html#otheralter */
	private static final String REBUILD = """
			CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
			INSERT INTO parent_new SELECT * FROM parent;
			DROP TABLE parent;
			ALTER TABLE parent_new RENAME TO parent;
			CREATE INDEX parent_name ON parent (name);
			PRAGMA foreign_key_check;
			""";

	private static final String DUMP = "SELECT group_concat(line, char(10)) FROM (SELECT sql AS line FROM sqlite_schema "
			+ "WHERE name <> '_migrations' AND sql IS NOT NULL UNION ALL SELECT id || name FROM parent "
			+ "UNION ALL SELECT parent_id FROM child)";

	private final SqliteConnections connections = TestConnections.connections();

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "PRAGMA foreign_keys=OFF; BEGIN; %s COMMIT; PRAGMA foreign_keys=ON;",
			"PRAGMA foreign_keys=OFF; BEGIN TRANSACTION; %s COMMIT TRANSACTION; PRAGMA foreign_keys=ON;",
			"pragma foreign_keys = 0; begin immediate transaction; %s end transaction; pragma foreign_keys = 1;",
			"PRAGMA foreign_keys=OFF; BEGIN EXCLUSIVE; %s PRAGMA foreign_key_check(child); END;",
			"PRAGMA foreign_keys=OFF; BEGIN; %s COMMIT; BEGIN DEFERRED; INSERT INTO parent VALUES (3, 'c'); COMMIT;",
			"PRAGMA foreign_keys=OFF; BEGIN; %s COMMIT; INSERT INTO parent VALUES (3, 'c');",
			"PRAGMA foreign_keys=OFF; BEGIN; %s COMMIT; BEGIN; DELETE FROM parent; ROLLBACK;",
			"PRAGMA foreign_keys=OFF; BEGIN; DELETE FROM child; ROLLBACK TRANSACTION x; %s",
			"PRAGMA foreign_keys=OFF; BEGIN; SAVEPOINT s; %s ROLLBACK TRANSACTION TO SAVEPOINT s; RELEASE s; COMMIT;",
			"PRAGMA foreign_keys=OFF; SAVEPOINT s; %s RELEASE s;",
			"PRAGMA foreign_keys=OFF; BEGIN; SAVEPOINT s; %s ROLLBACK TRANSACTION x TO s; RELEASE s; COMMIT;" })
	void scriptMeansWhatItMeansToSqlite(String form) throws SQLException {
		compare(form.formatted(REBUILD), form.formatted(REBUILD));
	}

	/** Such a runner begins a transaction before the script and ends it afterwards. */
	@ParameterizedTest
	@ValueSource(strings = { "COMMIT; PRAGMA foreign_keys=OFF; BEGIN; %s COMMIT; PRAGMA foreign_keys=ON; BEGIN;",
			"COMMIT TRANSACTION; PRAGMA foreign_keys=OFF; BEGIN TRANSACTION; %s",
			"INSERT INTO parent VALUES (3, 'c'); COMMIT; PRAGMA foreign_keys=OFF; BEGIN IMMEDIATE; %s END; BEGIN; "
					+ "DELETE FROM child; ROLLBACK; BEGIN" })
	void scriptForARunnerThatWrapsItMeansTheSame(String form) throws SQLException {
		compare(form.formatted(REBUILD), "BEGIN;" + form.formatted(REBUILD) + ";COMMIT;");
	}

	@Test
	void warningSaysWhatIsLeftOut(CapturedOutput output) {
		parse("BEGIN;\nSELECT 1;\nCOMMIT;\nBEGIN;\nSELECT 2;\nROLLBACK;");
		assertThat(output).contains("Migration 002.sql has BEGIN and COMMIT around its statements. They are left out")
			.contains("Migration 002.sql, line 6: ROLLBACK undoes the statements since BEGIN in line 4");
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT 1;\nBEGIN;\nSELECT 2;", "BEGIN;\nBEGIN;\nCOMMIT;", "SELECT 1;\nCOMMIT;\nSELECT 2;",
			"COMMIT;\nROLLBACK;\nBEGIN", "BEGIN; COMMIT;\nEND;", "COMMIT; BEGIN;\nBEGIN;", "SELECT 1;\nROLLBACK",
			"BEGIN; ROLLBACK;\nROLLBACK;" })
	void whatSqliteItselfWouldNotRunToItsEndIsRefusedWithItsLine(String script) {
		assertThatExceptionOfType(MigrationException.class).isThrownBy(() -> parse(script))
			.withMessageContaining("Migration 002.sql, line 2: ")
			.withMessageContaining("is not allowed");
	}

	/** Left out with the BEGIN or COMMIT, it would be lost and nobody would notice. */
	@ParameterizedTest
	@ValueSource(strings = { "BEGIN %s; COMMIT", "BEGIN TRANSACTION %s; COMMIT", "BEGIN IMMEDIATE\n%s; END",
			"BEGIN; SELECT 1; COMMIT %s", "BEGIN; SELECT 1; END\n%s", "BEGIN; SELECT 1; COMMIT TRANSACTION %s",
			"BEGIN; SELECT 1; ROLLBACK %s" })
	void statementAfterAMissingSemicolonIsNotSwallowed(String form) {
		Path ours = this.directory.resolve("ours.db");
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> migrate(ours, form.formatted("INSERT INTO parent VALUES (3, 'c')")))
			.withMessageContaining("semicolon");
	}

	@Test
	void nothingIsAppliedIfTheSecondTransactionFails() throws SQLException {
		Path ours = this.directory.resolve("ours.db");
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> migrate(ours,
					"BEGIN; CREATE TABLE first (x); COMMIT; BEGIN; INSERT INTO gone VALUES (1); COMMIT;"))
			.withMessageContaining("no such table: gone");
		assertThat(look(ours, "SELECT count(*) FROM sqlite_schema WHERE name = 'first'")).isEqualTo(0);
	}

	/** With a full-text index, whose table a dump writes into the schema itself. */
	@Test
	void dumpOfADatabaseIsAScript() throws Exception {
		assumeTrue(Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((entry) -> Files.isExecutable(Path.of(entry, "sqlite3"))), "no sqlite3 shell");
		Path original = this.directory.resolve("original.db");
		shell(original, BEFORE + """
				CREATE TABLE numbered (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT);
				INSERT INTO numbered VALUES (41, 'line' || char(10) || 'break; it''s');
				CREATE VIRTUAL TABLE words USING fts5 (word);
				INSERT INTO words VALUES ('hello world');
				CREATE VIEW v AS SELECT * FROM parent;
				CREATE TRIGGER r AFTER INSERT ON numbered BEGIN INSERT INTO words VALUES (new.text); END;
				PRAGMA user_version = 3;
				""");
		String dump = shell(original, ".dump");
		assertThat(dump).contains("BEGIN TRANSACTION;", "sqlite_sequence", "writable_schema");
		Path ours = this.directory.resolve("ours.db");
		List<Migration> migrations = List.of(MigrationParser.parse("001_dump.sql", "test", dump),
				MigrationParser.parse("002_more.sql", "test", "INSERT INTO numbered (text) VALUES ('hello again')"));
		Migrator migrator = new Migrator(migrations, MissingScript.FAIL, InstantSource.system());
		assertThat(migrator.rehearse(this.connections)).isNotNull();
		try (SqliteConnection connection = this.connections.create(ours)) {
			assertThat(migrator.migrate(connection, "a")).hasSize(2);
			run(connection, "INSERT INTO numbered (text) VALUES ('hello once more')");
		}
		assertThat(look(ours, "SELECT count(*) FROM words WHERE words MATCH 'hello'")).isEqualTo(3);
		assertThat(look(ours, "SELECT max(id) FROM numbered")).isEqualTo(43);
		assertThat(shell(ours, "PRAGMA integrity_check")).isEqualTo("ok\n");
	}

	private void compare(String script, String asSqliteRunsIt) throws SQLException {
		Path ours = this.directory.resolve("ours.db");
		Path theirs = this.directory.resolve("theirs.db");
		migrate(ours, script);
		try (SqliteConnection connection = this.connections.create(theirs)) {
			connection.runScript(BEFORE + asSqliteRunsIt);
		}
		assertThat(look(ours, DUMP)).isEqualTo(look(theirs, DUMP));
	}

	private void migrate(Path file, String script) throws SQLException {
		try (SqliteConnection connection = this.connections.create(file)) {
			new Migrator(List.of(MigrationParser.parse("001.sql", "test", BEFORE), parse(script)), MissingScript.FAIL,
					InstantSource.system())
				.migrate(connection, "a");
		}
	}

	private static Migration parse(String script) {
		return MigrationParser.parse("002.sql", "test", script);
	}

	private static String shell(Path file, String input) throws IOException, InterruptedException {
		Process shell = new ProcessBuilder("sqlite3", "-batch", "-bail", file.toString()).redirectErrorStream(true)
			.start();
		shell.getOutputStream().write((input + "\n").getBytes(StandardCharsets.UTF_8));
		shell.getOutputStream().close();
		String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(shell.waitFor()).as(output).isZero();
		return output;
	}

}
