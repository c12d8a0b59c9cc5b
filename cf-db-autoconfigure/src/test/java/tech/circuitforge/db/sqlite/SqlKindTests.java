package tech.circuitforge.db.sqlite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a statement is told to be from its words is what SQLite says of it: EXPLAIN shows
 * whether its program takes the lock to write
 * (https://www.sqlite.org/opcode.html#Transaction).
 */
class SqlKindTests {

	@TempDir
	Path directory;

	private SqliteConnection connection;

	@BeforeEach
	void open() throws Exception {
		Path file = Files.createFile(this.directory.resolve("t.db"));
		this.connection = TestConnections.connections().openNew(file);
		this.connection.runScript("""
				CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, n INTEGER);
				CREATE TABLE replace (a);
				CREATE INDEX by_n ON item (n);
				CREATE VIEW items AS SELECT * FROM item""");
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT 1 FROM item", "VALUES (1)", "SELECT replace(name, 'a', 'b') FROM item",
			"WITH c AS (SELECT replace(name,'b','a') n FROM item) SELECT n FROM c",
			"WITH replace AS (SELECT 1 AS a) SELECT a FROM replace",
			"WITH \"update\" AS (SELECT id FROM item) SELECT id FROM \"update\"",
			"WITH [delete] (x) AS NOT MATERIALIZED (SELECT id FROM item), b AS (SELECT 1) SELECT * FROM [delete], b",
			"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3) SELECT i FROM n, item",
			"WITH c AS (SELECT ')' AS insert_ FROM item) SELECT * FROM c",
			"WITH c AS (SELECT 1 /* ) INSERT */ FROM item) SELECT * FROM c",
			"WITH c AS (SELECT id FROM item) INSERT INTO item (id) SELECT id + 100 FROM c",
			"WITH c AS (SELECT id FROM item) REPLACE INTO item (id) SELECT id FROM c",
			"WITH c AS (SELECT id FROM item) UPDATE item SET n = 1 WHERE id IN (SELECT id FROM c)",
			"WITH c AS (WITH d AS (SELECT id FROM item) SELECT id FROM d) DELETE FROM item WHERE id IN (SELECT id FROM c)",
			"-- insert\nSELECT id FROM item", "/* UPDATE */ DELETE FROM item", "INSERT INTO item DEFAULT VALUES",
			"UPDATE item SET n = 1", "REPLACE INTO item (id) VALUES (1)", "CREATE TABLE x (a)", "DROP TABLE item",
			"ALTER TABLE item ADD COLUMN z", "CREATE INDEX i ON item (name)", "REINDEX", "ANALYZE",
			"INSERT INTO item (id) VALUES (1) RETURNING id", "PRAGMA table_info(item)", "PRAGMA user_version" })
	void isWhatSqliteSays(String sql) throws SQLException {
		assertThat(kind(sql).writes()).as(sql).isEqualTo(takesTheLockToWrite(sql));
	}

	@Test
	void isWhatSqliteSaysOfRandomStatements() throws SQLException {
		Random random = new Random(7);
		int valid = 0;
		for (int i = 0; i < 3_000; i++) {
			String sql = randomStatement(random);
			try {
				assertThat(kind(sql).writes()).as(sql).isEqualTo(takesTheLockToWrite(sql));
				valid++;
			}
			catch (SQLException ex) {
				// Not SQL.
			}
		}
		assertThat(valid).isGreaterThan(1_000);
	}

	private static String randomStatement(Random random) {
		List<String> names = List.of("replace", "\"insert\"", "[update]", "`delete`", "c", "with_", "\"a\"\"b\"");
		StringBuilder sql = new StringBuilder(pick(random, "", "-- DELETE\n", "/* INSERT INTO x ( */", " ; "));
		int expressions = random.nextInt(3);
		List<String> defined = new ArrayList<>();
		for (int i = 0; i < expressions; i++) {
			String name = names.get(random.nextInt(names.size()));
			sql.append((i == 0) ? pick(random, "WITH ", "with recursive ", "WITH/**/") : " , ")
				.append(name)
				.append(pick(random, "", " (x)", "( \"select\" )"))
				.append(pick(random, " AS ", " as not materialized ", " AS MATERIALIZED"))
				.append('(')
				.append(pick(random, "SELECT 1 AS x", "SELECT replace(name, '(', ')') FROM item", "VALUES ('DELETE')",
						"WITH d AS (SELECT 1) SELECT * FROM d", "SELECT id FROM item -- )\n"))
				.append(')');
			defined.add(name);
		}
		String source = defined.isEmpty() ? "item" : defined.get(0);
		return sql
			.append(pick(random, " SELECT * FROM " + source, " INSERT INTO item (id) SELECT 9 FROM " + source,
					" replace into item (id) SELECT 9 FROM " + source,
					" UPDATE item SET n = (SELECT count(*) FROM " + source + ")",
					" DELETE FROM item WHERE id IN (SELECT 1 FROM " + source + ")", " VALUES (1)"))
			.toString();
	}

	private static String pick(Random random, String... choices) {
		return choices[random.nextInt(choices.length)];
	}

	private static SqlKind kind(String sql) {
		return SqlKind.of(SqlScript.split(sql).get(0));
	}

	private boolean takesTheLockToWrite(String sql) throws SQLException {
		String statement = SqlScript.split(sql).get(0).text();
		try (Statement explain = this.connection.createStatement();
				ResultSet program = explain.executeQuery("EXPLAIN " + statement)) {
			while (program.next()) {
				if (program.getString("opcode").equals("Transaction") && program.getInt("p2") != 0) {
					return true;
				}
			}
			return false;
		}
	}

}
