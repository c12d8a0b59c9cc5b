package tech.circuitforge.db.sqlite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.db.sqlite.TestConnections.query;
import static tech.circuitforge.db.sqlite.TestConnections.run;

/**
 * Which of the driver's own functions end the process, and that nothing calls them.
 */
class UnsafeFunctionsTests {

	/** Forty thousand rows, the largest first. */
	private static final String ROWS = "(WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i LIMIT 40000) "
			+ "SELECT 40000 - n AS n FROM i)";

	@TempDir
	Path directory;

	/** One that is refused and does no harm any more is to be allowed again. */
	@Tag("process")
	@ParameterizedTest
	@ValueSource(strings = { "SELECT replicate('a', 4294967300)", "SELECT padl('a', 4294967300)",
			"SELECT padr('a', 4294967300)", "SELECT padc('a', 4294967300)",
			"WITH RECURSIVE i (n) AS (SELECT 0 UNION ALL SELECT n - 100000000 FROM i LIMIT 20) "
					+ "SELECT sum(length(rightstr('abc', n))) FROM i",
			"SELECT mode(n) FROM " + ROWS, "SELECT lower_quartile(n) FROM " + ROWS,
			"SELECT upper_quartile(n) FROM " + ROWS })
	void driverEndsTheProcess(String sql) throws Exception {
		assertThat(UnsafeFunctions.findCall(sql)).isNotNull();
		assertThat(exitCode(sql)).isNotZero();
	}

	/** All others it has, called in the ways that end the process above. */
	@Tag("process")
	@Test
	void driversOtherFunctionsDoNot() throws Exception {
		Set<String> others = driversFunctions();
		others.removeIf((name) -> UnsafeFunctions.findCall("SELECT " + name + "(") != null);
		// Of FTS and R-Tree, which want a table of theirs.
		others.removeAll(Set.of("bm25", "fts3_tokenizer", "fts5", "fts5_get_locale", "highlight", "load_extension",
				"match", "matchinfo", "offsets", "optimize", "rtreecheck", "rtreedepth", "rtreenode", "snippet"));
		assertThat(others).contains("reverse", "stdev", "square");
		StringBuilder script = new StringBuilder();
		for (String name : others) {
			for (String call : List.of("%s('a', 4294967300)", "%s(hex(zeroblob(5000000)))", "%s('abc', -100000000)",
					"%s(x'61f0', 4)", "%s(x'c080')", "%s('a', 'abc', 4294967300)", "%s('', '')", "%s(NULL)")) {
				script.append("SELECT ").append(call.formatted(name)).append(";\n");
			}
			script.append("SELECT %s(n) FROM %s;\n".formatted(name, ROWS));
		}
		assertThat(exitCode(script.toString())).isZero();
	}

	private static Set<String> driversFunctions() throws SQLException {
		Set<String> names = new TreeSet<>();
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
				Statement statement = connection.createStatement();
				// Without SQLITE_INNOCUOUS: SQLite's own have it.
				ResultSet rows = statement
					.executeQuery("SELECT DISTINCT name FROM pragma_function_list WHERE flags & 0x200000 = 0")) {
			while (rows.next()) {
				names.add(rows.getString(1));
			}
		}
		return names;
	}

	private int exitCode(String script) throws IOException, InterruptedException {
		Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + this.directory.resolve("crash"),
				"-XX:ReplayDataFile=" + this.directory.resolve("replay"), "-Djava.io.tmpdir=" + this.directory, "-cp",
				System.getProperty("java.class.path"), UnsafeFunctionsProcess.class.getName())
			.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("output").toFile())
			.start();
		child.getOutputStream().write(script.getBytes(StandardCharsets.UTF_8));
		child.getOutputStream().close();
		return child.waitFor();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT replicate('a', 4294967300)", "select \"Replicate\" ('a', 3)",
			"SELECT [padl] /* x */ ('a', 3)", "SELECT 1, `mode`(x) FROM t", "UPDATE t SET x = PADC(x, 3)",
			"INSERT INTO t VALUES (rightstr('a', 1))", "SELECT * FROM t a JOIN t b ON mode(a.x) = 1",
			"CREATE INDEX i ON t (padr(x, 1))",
			"CREATE TEMP TRIGGER r AFTER INSERT ON t BEGIN SELECT replicate('a', 1); END",
			"WITH a AS (SELECT upper_quartile(x) FROM t) SELECT * FROM a", "SELECT replicate \uFEFF('a', 3)",
			"SELECT coalesce($a('), replicate('a', 3)) --'", "SELECT coalesce(@a(/*), replicate('a', 3))",
			"SELECT coalesce(:a::b(--), replicate('a', 3))",
			"SELECT c.\"create\" \"index\" FROM (SELECT 1 \"create\") c JOIN t ON mode('a') = 1" })
	void callIsRefused(String sql) throws SQLException {
		try (SqliteConnection connection = TestConnections.connections().openInMemory()) {
			run(connection, "CREATE TABLE t (x)");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run(connection, sql))
				.withMessageContaining("can end the whole process");
		}
	}

	@Test
	void columnOrTableOfThatNameIsNoCall() throws SQLException {
		try (SqliteConnection connection = TestConnections.connections().openInMemory()) {
			run(connection, "CREATE TABLE mode (mode TEXT PRIMARY KEY, reverse TEXT, replicate)",
					"CREATE INDEX m ON mode (mode)", "CREATE TABLE IF NOT EXISTS padl(x REFERENCES mode (mode))",
					"INSERT INTO mode (mode, reverse) VALUES ('replicate(', 'b')",
					"INSERT INTO main.padl(x) VALUES (NULL)",
					"UPDATE mode SET replicate = mode WHERE mode IN ('a') AND replicate = (1)",
					"WITH mode (x) AS (SELECT 1) SELECT * FROM mode");
			assertThat(query(connection, "SELECT reverse(mode) || reverse FROM mode -- mode("))
				.isEqualTo("(etacilperb");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiterString = "=>",
			textBlock = """
					CREATE TRIGGER evil AFTER INSERT ON t BEGIN SELECT replicate('a', 4294967300); END => INSERT INTO t VALUES (1)
					CREATE VIEW evil AS SELECT padl('a', 4294967300) => SELECT * FROM evil
					CREATE TABLE evil (x CHECK (length(padr(x, 4294967300)) > 0)) => INSERT INTO evil VALUES ('a')
					CREATE TABLE evil (x DEFAULT (padc('a', 4294967300))) => INSERT INTO evil DEFAULT VALUES
					CREATE TRIGGER evil AFTER INSERT ON t BEGIN SELECT reverse('a'); END => INSERT INTO t VALUES (1)
					""")
	void schemaOfAFileCallsNone(String schema, String use) throws Exception {
		Path file = this.directory.resolve("x.db");
		try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + file)) {
			run(plain, "CREATE TABLE t (x)", schema);
		}
		SqliteConnections connections = TestConnections.connections();
		try (SqliteConnection open = connections.open(file);
				SqliteConnection look = connections.openToLook(file);
				SqliteConnection untrusted = connections.openUntrusted(file)) {
			for (SqliteConnection connection : List.of(open, look, untrusted)) {
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run(connection, use))
					.withMessageContaining("unsafe use of");
			}
		}
	}

	@Test
	void everyConnectionDistrustsTheSchema() throws Exception {
		Path file = this.directory.resolve("x.db");
		SqliteConnections connections = TestConnections.connections();
		try (SqliteConnection created = connections.create(file);
				SqliteConnection memory = connections.openInMemory()) {
			assertThat(query(created, "PRAGMA trusted_schema")).isEqualTo(0);
			assertThat(query(memory, "PRAGMA trusted_schema")).isEqualTo(0);
		}
		try (SqliteConnection atRest = connections.openAtRest(file)) {
			assertThat(query(atRest, "PRAGMA trusted_schema")).isEqualTo(0);
		}
		try (SqliteConnection exclusive = connections.openExclusively(file, Duration.ofSeconds(1))) {
			assertThat(query(exclusive, "PRAGMA trusted_schema")).isEqualTo(0);
		}
	}

	@Test
	void fullTextTriggersGoOn() throws SQLException {
		try (SqliteConnection connection = TestConnections.connections().openInMemory()) {
			run(connection, "CREATE TABLE t (x TEXT DEFAULT CURRENT_TIMESTAMP, y AS (upper(x)))",
					"CREATE VIRTUAL TABLE f USING fts5 (x, content = 't')",
					"CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO f (rowid, x) VALUES (new.rowid, new.x); END",
					"INSERT INTO t VALUES ('some milk')", "INSERT INTO t DEFAULT VALUES");
			assertThat(query(connection,
					"SELECT snippet(f, 0, '<', '>', '', 1) FROM f WHERE f MATCH 'milk' ORDER BY rank"))
				.isEqualTo("<milk>");
		}
	}

	@Test
	void valuesAreNoLargerThanTheLimit() throws SQLException {
		try (SqliteConnection connection = TestConnections.connections().openInMemory()) {
			assertThat(query(connection, "SELECT length(zeroblob(64 * 1024 * 1024))")).isEqualTo(64 << 20);
			assertThatExceptionOfType(SqliteException.class)
				.isThrownBy(() -> query(connection, "SELECT length(hex(zeroblob(33 * 1024 * 1024)))"))
				.withMessageContaining("too big");
		}
	}

}
