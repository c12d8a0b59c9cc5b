package tech.circuitforge.db.migration;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.db.sqlite.TestConnections.query;
import static tech.circuitforge.db.sqlite.TestConnections.run;

/**
 * How a database's history and the scripts are compared.
 */
@ExtendWith(OutputCaptureExtension.class)
class MigrationHistoryTests {

	private static final Migration ONE = migration("001_one.sql", "CREATE TABLE one (x);\n-- done\n");

	private static final Migration TWO = migration("002_two.sql", "CREATE TABLE two (x)");

	private static final Migration THREE = migration("003_three.sql", "CREATE TABLE three (x)");

	/** What the Python runner makes. */
	private static final String ORIGINAL_TABLE = "CREATE TABLE IF NOT EXISTS _migrations "
			+ "(name TEXT PRIMARY KEY, applied_at TEXT DEFAULT CURRENT_TIMESTAMP)";

	@TempDir
	Path directory;

	private SqliteConnection connection;

	@BeforeEach
	void create() throws SQLException {
		this.connection = TestConnections.connections(Duration.ofSeconds(5)).create(this.directory.resolve("a.db"));
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
	}

	@Test
	void recordsTimeChecksumAndDuration() throws SQLException {
		new Migrator(List.of(ONE), MissingScript.WARN, InstantSource.fixed(Instant.parse("2026-01-31T23:59:59.9Z")))
			.migrate(this.connection, "a");
		assertThat(query(this.connection, "SELECT applied_at FROM _migrations")).isEqualTo("2026-01-31 23:59:59");
		assertThat(query(this.connection, "SELECT checksum FROM _migrations")).isEqualTo(ONE.checksum());
		assertThat(query(this.connection, "SELECT duration_ms >= 0 FROM _migrations")).isEqualTo(1);
		assertThat(migrator(ONE, TWO).look(this.connection, "a").pending()).containsExactly("002_two.sql");
		assertThat(migrator(ONE, TWO).look(this.connection, "a").applied()).singleElement()
			.satisfies((applied) -> assertThat(applied.name()).isEqualTo("001_one.sql"));
	}

	@Test
	void scriptThatChangedAfterItWasAppliedIsAnError() throws SQLException {
		migrator(ONE).migrate(this.connection, "a");
		Migration changed = migration("001_one.sql", "CREATE TABLE one (x, y)");
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> migrator(changed, TWO).migrate(this.connection, "user \"alice\""))
			.withMessageContaining("Migration 001_one.sql changed after it was applied to user \"alice\"")
			.withMessageContaining(ONE.checksum())
			.withMessageContaining(changed.checksum())
			.withMessageContaining("put the change into a new one");
		assertThat(query(this.connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'two'")).isEqualTo(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE TABLE one (x);\r\n-- done\r\n", "CREATE TABLE one (x);\r-- done\r",
			"\uFEFFCREATE TABLE one (x);\n-- done\n" })
	void lineEndingsAndByteOrderMarkAreNoChange(String text) throws SQLException {
		migrator(ONE).migrate(this.connection, "a");
		assertThat(migrator(migration("001_one.sql", text)).isUpToDate(this.connection, "a")).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE TABLE one (x)  ;", "-- new\nCREATE /* a; 'b */ TABLE one(\n\tx\n)\n;--",
			"CREATE TABLE one (x); -- it's done", "\n\nCREATE TABLE one (x);\n\n" })
	void commentsAndSpacesAreNoChange(String text) throws SQLException {
		migrator(ONE).migrate(this.connection, "a");
		assertThat(migrator(migration("001_one.sql", text)).isUpToDate(this.connection, "a")).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			SELECT 'a b'        | SELECT 'a  b'
			SELECT 'a -- b'     | SELECT 'a -- c'
			SELECT "a b"        | SELECT "a b "
			SELECT [a/* */]     | SELECT [a]
			SELECT `a`          | SELECT ` a`
			SELECT x'01'        | SELECT x '01'
			SELECT a b          | SELECT ab
			SELECT 1 -- 2       | SELECT 1 - 2
			SELECT '-- a        | SELECT '
			""")
	void whatMeansSomethingToSqliteIsAChange(String before, String after) {
		assertThat(migration("001.sql", before).checksum()).isNotEqualTo(migration("001.sql", after).checksum());
	}

	@Test
	void checksumOfAnEarlierVersionIsRecognisedAndReplacedWhenThereIsSomethingToWrite() throws SQLException {
		String ofTheText = "6af4e2ee0103a07bc543f69905fd53b2";
		migrator(ONE).migrate(this.connection, "a");
		run(this.connection, "UPDATE _migrations SET checksum = '" + ofTheText + "'");
		assertThat(migrator(ONE).isUpToDate(this.connection, "a")).isTrue();
		assertThat(migrator(ONE).migrate(this.connection, "a")).isEmpty();
		assertThat(query(this.connection, "SELECT checksum FROM _migrations")).isEqualTo(ofTheText);
		assertThat(migrator(ONE, TWO).migrate(this.connection, "a")).containsExactly("002_two.sql");
		assertThat(query(this.connection, "SELECT group_concat(checksum) FROM _migrations"))
			.isEqualTo(ONE.checksum() + "," + TWO.checksum());
		assertThat(migrator(migration("001_one.sql", "CREATE TABLE one (x)\n;"), TWO).isUpToDate(this.connection, "a"))
			.isTrue();
	}

	@Test
	void changedScriptThatIsAcceptedIsRecordedAsItIsNow() throws SQLException {
		migrator(ONE, TWO).migrate(this.connection, "a");
		Migration changed = migration("001_one.sql", "CREATE TABLE IF NOT EXISTS one (x)");
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> migrator(changed, TWO).migrate(this.connection, "a"))
			.withMessageContaining("cf.db.migrations.accept-changed=001_one.sql");
		Migrator accepting = new Migrator(List.of(changed, TWO), MissingScript.WARN, InstantSource.system(),
				Duration.ofMinutes(1), List.of("001_one.sql"), OtherTables.REFUSE);
		assertThat(accepting.isUpToDate(this.connection, "a")).isFalse();
		assertThat(accepting.migrate(this.connection, "a")).isEmpty();
		assertThat(accepting.isUpToDate(this.connection, "a")).isTrue();
		assertThat(migrator(changed, TWO).isUpToDate(this.connection, "a")).isTrue();
		Migration other = migration("002_two.sql", "CREATE TABLE two (y)");
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> new Migrator(List.of(changed, other), MissingScript.WARN, InstantSource.system(),
					Duration.ofMinutes(1), List.of("001_one.sql"), OtherTables.REFUSE)
				.migrate(this.connection, "a"))
			.withMessageContaining("002_two.sql changed");
	}

	@ParameterizedTest
	@ValueSource(strings = { "002_Two.sql", "002_two\u0301.sql" })
	void scriptThatOnlyChangedTheFormOfItsNameIsNotAppliedAgain(String before) throws SQLException {
		String after = Normalizer.normalize(before, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
		migrator(ONE, migration(before, "CREATE TABLE IF NOT EXISTS two (x)")).migrate(this.connection, "a");
		Migration renamed = migration(after, "CREATE TABLE IF NOT EXISTS two (x)");
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> migrator(ONE, renamed).migrate(this.connection, "user \"alice\""))
			.withMessageContaining("user \"alice\" has migration " + before)
			.withMessageContaining("Give the script that name");
		// Where both were applied, it is done.
		run(this.connection, "INSERT INTO _migrations (name) VALUES ('" + after + "')");
		assertThat(migrator(ONE, renamed).migrate(this.connection, "a")).isEmpty();
	}

	@Test
	void rowsOfThePythonRunnerAreAdoptedAndItsNextRunStillWorks() throws SQLException {
		Path file = this.directory.resolve("python.db");
		try (Connection python = DriverManager.getConnection("jdbc:sqlite:" + file)) {
			run(python, ORIGINAL_TABLE, "CREATE TABLE one (x)",
					"INSERT INTO _migrations VALUES ('001_one.sql', '2024-05-06 07:08:09')");
		}
		try (SqliteConnection ours = TestConnections.connections().open(file)) {
			assertThat(migrator(ONE).isUpToDate(ours, "a")).isFalse();
			assertThat(migrator(ONE).migrate(ours, "a")).isEmpty();
			assertThat(migrator(ONE).isUpToDate(ours, "a")).isTrue();
			assertThat(query(ours, "SELECT applied_at || checksum FROM _migrations"))
				.isEqualTo("2024-05-06 07:08:09" + ONE.checksum());
		}
		try (Connection python = DriverManager.getConnection("jdbc:sqlite:" + file)) {
			run(python, ORIGINAL_TABLE, "CREATE TABLE two (x)",
					"INSERT OR IGNORE INTO _migrations (name) VALUES ('001_one.sql')",
					"INSERT OR IGNORE INTO _migrations (name) VALUES ('002_two.sql')");
		}
		try (SqliteConnection ours = TestConnections.connections().open(file)) {
			assertThat(migrator(ONE, TWO, THREE).migrate(ours, "a")).containsExactly("003_three.sql");
			assertThat(query(ours, "SELECT count(checksum) FROM _migrations")).isEqualTo(3);
		}
	}

	@Test
	void scriptThatIsGoneIsAWarningOnceOrAnError(CapturedOutput output) throws SQLException {
		migrator(ONE, TWO, THREE).migrate(this.connection, "a");
		Migrator withoutTwo = migrator(ONE, THREE);
		assertThat(withoutTwo.migrate(this.connection, "a")).isEmpty();
		assertThat(withoutTwo.migrate(this.connection, "b")).isEmpty();
		assertThat(output.getAll().split("have migration 002_two.sql applied, but there is no such script", -1))
			.hasSize(2);
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> new Migrator(List.of(ONE, THREE), MissingScript.FAIL, InstantSource.system())
				.migrate(this.connection, "user \"alice\""))
			.withMessageContaining("user \"alice\" has migration 002_two.sql applied, but there is no such script")
			.withMessageContaining("cf.db.migrations.missing=warn");
	}

	@Test
	void newerOnesThanTheLastScriptAreFineAlsoWhereMissingOnesAreNot(CapturedOutput output) throws SQLException {
		migrator(ONE, TWO, THREE).migrate(this.connection, "a");
		assertThat(new Migrator(List.of(ONE, TWO), MissingScript.FAIL, InstantSource.system()).migrate(this.connection,
				"a"))
			.isEmpty();
		assertThat(output).contains("003_three.sql, which is newer than this application's last one, 002_two.sql");
	}

	@Test
	void lateScriptIsAppliedWithAWarning(CapturedOutput output) throws SQLException {
		migrator(ONE, THREE).migrate(this.connection, "a");
		assertThat(migrator(ONE, TWO, THREE).migrate(this.connection, "a")).containsExactly("002_two.sql");
		assertThat(output).contains("Migration 002_two.sql is applied late: some databases have 003_three.sql already");
	}

	@ParameterizedTest
	@ValueSource(strings = { "(version INTEGER)", "(id INTEGER PRIMARY KEY, name TEXT, applied_at TEXT)",
			"(name TEXT PRIMARY KEY, executed_at TEXT)" })
	void anotherToolsTableIsRefusedUntouched(String columns) throws SQLException {
		run(this.connection, "CREATE TABLE _migrations " + columns);
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> migrator(ONE).migrate(this.connection, "a"))
			.withMessageContaining("another tool's");
		assertThat(query(this.connection, "SELECT group_concat(sql) FROM sqlite_schema WHERE type = 'table'"))
			.isEqualTo("CREATE TABLE _migrations " + columns);
	}

	@Test
	void emptyScriptIsRecordedLikeAnyOther() throws SQLException {
		assertThat(migrator(migration("001_empty.sql", "-- nothing yet")).migrate(this.connection, "a")).hasSize(1);
		assertThat(query(this.connection, "SELECT name FROM _migrations")).isEqualTo("001_empty.sql");
	}

	@Test
	void errorSaysWhatHolds() throws SQLException {
		Migration broken = migration("004_broken.sql", "CREATE TABLE four (x);\n\nINSERT INTO nowhere\nVALUES (1);");
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> migrator(ONE, TWO, THREE, broken).migrate(this.connection, "user \"alice\""))
			.withMessage(
					"""
							Migration 004_broken.sql failed for user "alice", line 3: [SQLITE_ERROR] SQL error or missing database (no such table: nowhere)
							Statement: INSERT INTO nowhere
							VALUES (1);
							Nothing of 004_broken.sql was applied; 001_one.sql to 003_three.sql are (3 migrations). Correct the script, or the data it meets.""");
		assertThat(query(this.connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'four'")).isEqualTo(0);
	}

	private static Migrator migrator(Migration... migrations) {
		return new Migrator(List.of(migrations), MissingScript.WARN, InstantSource.system());
	}

	private static Migration migration(String name, String script) {
		return MigrationParser.parse(name, name, script);
	}

}
