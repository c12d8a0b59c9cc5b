package tech.circuitforge.db.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.circuitforge.db.sqlite.TestConnections.query;
import static tech.circuitforge.db.sqlite.TestConnections.run;

class AddColumnTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "ALTER TABLE t ADD COLUMN c INTEGER NOT NULL DEFAULT (1 + 2);", "alter table T add C",
			"ALTER TABLE main.\"t\" /* x; */ ADD COLUMN [c] TEXT COLLATE NOCASE CHECK (c IN ('a,b', ')'))",
			"ALTER TABLE `t` ADD COLUMN 'c' REFERENCES other (id) ON DELETE SET NULL;",
			"ALTER TABLE t ADD COLUMN c TEXT GENERATED ALWAYS AS (a || ',' || b) VIRTUAL" })
	void columnThatSqliteAddedStandsThereAsDeclared(String sql) throws SQLException {
		AddColumn added = AddColumn.parse(SqlScript.split(sql).get(0));
		assertThat(added).isNotNull();
		assertThat(added.table()).isEqualTo("T");
		assertThat(added.column()).isEqualTo("C");
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.directory.resolve("x.db"))) {
			run(connection, "CREATE TABLE t (a TEXT, b TEXT DEFAULT 'x,c', CHECK (a <> b))");
			assertThat(added.standsIn(schema(connection))).isFalse();
			run(connection, sql, "ALTER TABLE t ADD COLUMN later TEXT");
			assertThat(added.standsIn(schema(connection))).isTrue();
		}
	}

	@Test
	void quotesInNamesAreRead() {
		AddColumn added = AddColumn.parse(SqlScript.split("ALTER TABLE \"a\"\"b\" ADD [c\"d] TEXT").get(0));
		assertThat(added).isNotNull();
		assertThat(added.table()).isEqualTo("A\"B");
		assertThat(added.column()).isEqualTo("C\"D");
		assertThat(added.standsIn("CREATE TABLE \"a\"\"b\" (x, \"c\"\"d\" TEXT)")).isTrue();
	}

	@Test
	void anotherDeclarationIsAnother() {
		AddColumn added = AddColumn.parse(SqlScript.split("ALTER TABLE t ADD COLUMN c TEXT DEFAULT 'a'").get(0));
		assertThat(added).isNotNull();
		assertThat(added.standsIn("CREATE TABLE t (x, \"C\" text   default 'a', y)")).isTrue();
		assertThat(added.standsIn("CREATE TABLE t (c TEXT DEFAULT 'A')")).isFalse();
		assertThat(added.standsIn("CREATE TABLE t (c TEXT)")).isFalse();
		assertThat(added.standsIn("CREATE TABLE t (c TEXT DEFAULT 'a' NOT NULL)")).isFalse();
		assertThat(added.standsIn("CREATE TABLE t (x CHECK (x IN (c TEXT DEFAULT 'a')))")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "ALTER TABLE t RENAME TO u", "ALTER TABLE t DROP COLUMN c", "CREATE TABLE t (c)",
			"ALTER TABLE t ADD", "ALTER TABLE", "SELECT 1" })
	void otherStatementsAreNone(String sql) {
		assertThat(AddColumn.parse(SqlScript.split(sql).get(0))).isNull();
	}

	private static String schema(Connection connection) throws SQLException {
		return String.valueOf(query(connection, "SELECT sql FROM sqlite_schema WHERE name = 't'"));
	}

}
