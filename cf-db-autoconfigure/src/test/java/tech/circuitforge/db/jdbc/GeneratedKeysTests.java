package tech.circuitforge.db.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every inserted row has its own key, in order, and nobody else's.
 */
class GeneratedKeysTests {

	@TempDir
	Path directory;

	private Product product;

	private Connection connection;

	@BeforeEach
	void start() throws SQLException {
		this.product = Product.local(this.directory.resolve("test.db"));
		this.product.jdbc().execute("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
		this.product.jdbc().execute("INSERT INTO item VALUES (10, 'old')");
		this.connection = this.product.dataSource().getConnection();
	}

	@AfterEach
	void stop() throws SQLException {
		this.connection.close();
		this.product.close();
	}

	@Test
	void severalRowsOfOneStatement() throws SQLException {
		assertThat(keysOf("INSERT INTO item (name) VALUES ('a'), ('b'), ('c')")).containsExactly(11L, 12L, 13L);
		assertThat(keysOf("INSERT INTO item (name) SELECT name || 2 FROM item ORDER BY id")).containsExactly(14L, 15L,
				16L, 17L);
	}

	@ParameterizedTest
	@ValueSource(strings = { "INSERT INTO 'item' (name) VALUES ('a')", "INSERT INTO /* c */ item (name) VALUES ('a')",
			"INSERT INTO main . [item] (name) VALUES ('a')", "INSERT INTO \"main\".\"item\" (name) VALUES ('a')",
			"-- insert into other\nINSERT INTO item (name) VALUES ('a')",
			"/* insert into other */ INSERT OR REPLACE INTO ITEM (name) VALUES ('a')",
			"REPLACE INTO `item` (name) VALUES ('a')",
			"WITH insert_into AS (SELECT 'a' AS x) INSERT INTO item (name) SELECT x FROM insert_into",
			"WITH x(n) AS MATERIALIZED (SELECT replace('b', 'b', 'a')) INSERT INTO item (name) SELECT n FROM x",
			"INSERT INTO item (name) VALUES ('into other')" })
	void howeverTheTableIsWritten(String sql) throws SQLException {
		assertThat(keysOf(sql)).containsExactly(11L);
	}

	@Test
	void aNameWithAQuoteInIt() throws SQLException {
		this.product.jdbc().execute("CREATE TABLE \"a\"\"b\" (id INTEGER PRIMARY KEY, x)");
		assertThat(keysOf("INSERT INTO \"a\"\"b\" (x) VALUES (1), (2)")).containsExactly(1L, 2L);
	}

	@Test
	void rowsOfFullTextTables() throws SQLException {
		this.product.jdbc().execute("CREATE VIRTUAL TABLE page USING fts5(body)");
		assertThat(keysOf("INSERT INTO page VALUES ('a'), ('b')")).containsExactly(1L, 2L);
		assertThat(keysOf("INSERT INTO page (rowid, body) VALUES (7, 'c')")).containsExactly(7L);
	}

	@Test
	void neverOfAnIgnoredRowOrOfATriggersRow() throws SQLException {
		this.product.jdbc().execute("CREATE TABLE log (id INTEGER PRIMARY KEY, x)");
		this.product.jdbc().execute("INSERT INTO log VALUES (100, 1)");
		this.product.jdbc()
			.execute("CREATE TRIGGER logging AFTER INSERT ON item BEGIN INSERT INTO log (x) VALUES (new.id); "
					+ "UPDATE item SET name = lower(new.name) WHERE id = new.id; END");
		assertThat(keysOf("INSERT OR IGNORE INTO item (name) VALUES ('A'), ('old'), ('B')")).containsExactly(11L, 12L);
		assertThat(keysOf("INSERT INTO item (name) VALUES ('old') ON CONFLICT DO NOTHING")).isEmpty();
		assertThat(keysOf("UPDATE item SET name = 'c' WHERE id = 11")).isEmpty();
		assertThat(keysOf("DELETE FROM item WHERE id = 11")).isEmpty();
	}

	@Test
	void keysOfABatchAreThoseOfAllItsEntries() throws SQLException {
		try (PreparedStatement insert = this.connection.prepareStatement("INSERT INTO item (name) VALUES (?)",
				Statement.RETURN_GENERATED_KEYS)) {
			for (String name : List.of("a", "b", "c")) {
				insert.setString(1, name);
				insert.addBatch();
			}
			assertThat(insert.executeBatch()).containsExactly(1, 1, 1);
			assertThat(read(insert.getGeneratedKeys())).containsExactly(11L, 12L, 13L);
			insert.setString(1, "d");
			insert.addBatch();
			insert.executeBatch();
			assertThat(read(insert.getGeneratedKeys())).containsExactly(14L);
		}
	}

	@Test
	void springsBatchWithAKeyHolder() {
		KeyHolder keys = new GeneratedKeyHolder();
		new NamedParameterJdbcTemplate(this.product.jdbc()).batchUpdate(
				"INSERT INTO item (name) VALUES (:name)", new SqlParameterSource[] {
						new MapSqlParameterSource("name", "a"), new MapSqlParameterSource("name", "b") },
				keys, new String[] { "id" });
		assertThat(keys.getKeyList()).containsExactly(Map.of("id", 11), Map.of("id", 12));
	}

	@Test
	void askingForKeysAfterTheCommitBeginsNoTransaction() throws SQLException {
		this.connection.setAutoCommit(false);
		try (Statement insert = this.connection.createStatement()) {
			insert.executeUpdate("INSERT INTO item (name) VALUES ('a')", Statement.RETURN_GENERATED_KEYS);
			this.connection.commit();
			assertThat(read(insert.getGeneratedKeys())).containsExactly(11L);
			// On another connection, in the same thread: it would be refused at once.
			this.product.jdbc().update("INSERT INTO item (name) VALUES ('b')");
		}
	}

	private List<Long> keysOf(String sql) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
			statement.executeUpdate();
			return read(statement.getGeneratedKeys());
		}
	}

	private static List<Long> read(ResultSet rows) throws SQLException {
		List<Long> keys = new ArrayList<>();
		while (rows.next()) {
			keys.add(rows.getLong(1));
		}
		rows.close();
		return keys;
	}

}
