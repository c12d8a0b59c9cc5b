package tech.circuitforge.db.migration;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.db.sqlite.TestConnections.look;
import static tech.circuitforge.db.sqlite.TestConnections.run;

/**
 * Files that the Python runner, which commits statement by statement, has left half
 * applied.
 */
@ExtendWith(OutputCaptureExtension.class)
class HalfAppliedMigrationTests {

	private static final String SCRIPT = """
			ALTER TABLE notes ADD COLUMN stars INTEGER NOT NULL DEFAULT 0;
			ALTER TABLE notes ADD color TEXT;
			CREATE TABLE IF NOT EXISTS tags (name TEXT PRIMARY KEY);
			ALTER TABLE notes ADD COLUMN tag TEXT REFERENCES tags (name);
			UPDATE notes SET color = 'red';
			""";

	@TempDir
	Path directory;

	private Path file;

	@BeforeEach
	void createAsPythonDoes() throws SQLException {
		this.file = this.directory.resolve("a.db");
		python("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)", "INSERT INTO notes VALUES (1, 'a')",
				"CREATE TABLE _migrations (name TEXT PRIMARY KEY, applied_at TEXT DEFAULT CURRENT_TIMESTAMP)");
	}

	@Test
	void isCompletedWithAWarningForEachStatementSkipped(CapturedOutput output) throws SQLException {
		python("ALTER TABLE notes ADD COLUMN stars INTEGER NOT NULL DEFAULT 0;", "ALTER TABLE notes ADD color TEXT;");
		assertThat(migrate(SCRIPT)).containsExactly("007_columns.sql");
		assertThat(look(this.file, "SELECT color FROM notes")).isEqualTo("red");
		assertThat(look(this.file, "SELECT count(*) FROM pragma_table_info('notes')")).isEqualTo(5);
		assertThat(output).contains("Migration 007_columns.sql, line 1: the column STARS is there already")
			.contains("line 2: the column COLOR is there already")
			.doesNotContain("column TAG is there");
	}

	@Test
	void columnThatStandsThereWithAnotherDeclarationIsAnError() throws SQLException {
		python("ALTER TABLE notes ADD COLUMN stars TEXT");
		assertThatExceptionOfType(MigrationException.class).isThrownBy(() -> migrate(SCRIPT))
			.withMessageContaining("line 1: ")
			.withMessageContaining("duplicate column name: stars")
			.withMessageContaining("Nothing of 007_columns.sql was applied");
		assertThat(look(this.file, "SELECT count(*) FROM _migrations")).isEqualTo(0);
	}

	@Test
	void tableThatStandsThereIsAnErrorAsForTheOriginal() throws SQLException {
		python("CREATE TABLE tags (name TEXT)");
		assertThatExceptionOfType(MigrationException.class).isThrownBy(() -> migrate("CREATE TABLE tags (name TEXT)"))
			.withMessageContaining("table tags already exists");
	}

	private void python(String... statements) throws SQLException {
		try (Connection python = DriverManager.getConnection("jdbc:sqlite:" + this.file)) {
			run(python, statements);
		}
	}

	private List<String> migrate(String script) throws SQLException {
		try (SqliteConnection connection = TestConnections.connections().open(this.file)) {
			return new Migrator(List.of(MigrationParser.parse("007_columns.sql", "test", script)), MissingScript.WARN,
					InstantSource.system())
				.migrate(connection, "user \"alice\"");
		}
	}

}
