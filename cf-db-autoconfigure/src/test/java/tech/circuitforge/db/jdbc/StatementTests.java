package tech.circuitforge.db.jdbc;

import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.SimpleJdbcInsert;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;

import tech.circuitforge.db.sqlite.SqliteConnections;
import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Statements, their results and their keys; compiled statements are kept between
 * borrowers, which nobody may notice.
 */
class StatementTests {

	@TempDir
	Path directory;

	private Product product;

	private JdbcTemplate jdbc;

	private JdbcClient client;

	private Connection connection;

	@BeforeEach
	void start() throws SQLException {
		this.product = Product.local(this.directory.resolve("test.db"));
		this.jdbc = this.product.jdbc();
		this.client = this.product.client();
		this.jdbc.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
		this.connection = this.product.dataSource().getConnection();
	}

	@AfterEach
	void stop() throws SQLException {
		this.connection.close();
		this.product.close();
	}

	// RETURNING

	@Test
	void returningThroughJdbcClientAndJdbcTemplate() {
		assertThat(this.client.sql("INSERT INTO t (name) VALUES ('a') RETURNING id").query(Long.class).single())
			.isEqualTo(1);
		assertThat(this.jdbc.queryForObject("INSERT INTO t (name) VALUES ('b') RETURNING id", Long.class)).isEqualTo(2);
		assertThat(this.jdbc.queryForMap("UPDATE t SET name = 'c' WHERE id = 2 RETURNING id, name"))
			.isEqualTo(Map.of("id", 2, "name", "c"));
		assertThat(this.jdbc.queryForList("DELETE FROM t RETURNING name", String.class)).containsExactly("a", "c");
		assertThat(this.jdbc.queryForObject(
				"INSERT INTO t (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = 'y' RETURNING name",
				String.class))
			.isEqualTo("x");
	}

	@Test
	void returningIsStoredEvenIfItsRowsAreNotAllRead() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			ResultSet rows = statement.executeQuery("INSERT INTO t (name) VALUES ('a'), ('b') RETURNING id");
			assertThat(rows.next()).isTrue();
		}
		assertThat(count()).isEqualTo(2);
		// And the turn to write was given back.
		this.jdbc.update("INSERT INTO t (name) VALUES ('c')");
	}

	@Test
	void updateMethodsRefuseReturningBeforeAnyRowChanges() {
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.client.sql("INSERT INTO t (name) VALUES ('a') RETURNING id").update())
			.withMessageContaining("returns rows");
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.jdbc.batchUpdate("INSERT INTO t (name) VALUES (?) RETURNING id",
					List.of(new Object[] { "a" }, new Object[] { "b" })));
		assertThat(count()).isZero();
	}

	@Test
	void queryMethodsRefuseWhatReturnsNothingBeforeAnyRowChanges() {
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.jdbc.queryForList("INSERT INTO t (name) VALUES ('a')"))
			.withMessageContaining("returns no rows");
		assertThat(count()).isZero();
	}

	// Generated keys

	@Test
	void keysOfInsertedRows() {
		KeyHolder key = new GeneratedKeyHolder();
		this.client.sql("INSERT INTO t (name) VALUES ('a')").update(key);
		assertThat(key.getKey()).isEqualTo(1);
		KeyHolder named = new GeneratedKeyHolder();
		this.client.sql("INSERT INTO t (name) VALUES ('b')").update(named, "id");
		assertThat(named.getKeys()).isEqualTo(Map.of("id", 2));
		Number inserted = new SimpleJdbcInsert(this.product.dataSource()).withTableName("t")
			.usingGeneratedKeyColumns("id")
			.executeAndReturnKey(Map.of("name", "c"));
		assertThat(inserted).isEqualTo(3);
	}

	@Test
	void noKeyWhereNoRowWasInserted() {
		this.jdbc.update("INSERT INTO t (name) VALUES ('a')");
		assertThat(keyOf("INSERT INTO t (name) VALUES ('a') ON CONFLICT DO NOTHING")).isNull();
		assertThat(keyOf("INSERT OR IGNORE INTO t (name) VALUES ('a')")).isNull();
		assertThat(keyOf("UPDATE other SET x = 1")).isNull();
	}

	@Test
	void keyOfAnUpsertIsTheRowItTouched() {
		this.jdbc.update("INSERT INTO t (name) VALUES ('a'), ('b')");
		assertThat(keyOf("INSERT INTO t (name) VALUES ('a') ON CONFLICT (name) DO UPDATE SET name = 'a'")).isEqualTo(1);
	}

	@Test
	void tableWithoutRowidHasNoKeyToGenerate() {
		this.jdbc.update("INSERT INTO t (name) VALUES ('a')");
		this.jdbc.execute("CREATE TABLE w (k TEXT PRIMARY KEY) WITHOUT ROWID");
		assertThat(keyOf("INSERT INTO w VALUES ('x')")).isNull();
	}

	@Test
	void triggersDoNotChangeTheKey() {
		this.jdbc.execute("CREATE TABLE log (id INTEGER PRIMARY KEY, x)");
		this.jdbc.update("INSERT INTO log (x) VALUES (1), (2), (3)");
		this.jdbc.execute("CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log (x) VALUES (new.id); END");
		assertThat(keyOf("INSERT INTO \"t\" (name) VALUES ('a')")).isEqualTo(1);
		assertThat(keyOf("WITH x (n) AS (SELECT 'b') INSERT INTO main.t (name) SELECT n FROM x")).isEqualTo(2);
	}

	private Number keyOf(String sql) {
		this.jdbc.execute("CREATE TABLE IF NOT EXISTS other (x)");
		KeyHolder key = new GeneratedKeyHolder();
		this.client.sql(sql).update(key);
		return key.getKeyList().isEmpty() ? null : key.getKey();
	}

	// Kept statements

	@Test
	void parametersOfTheLastBorrowerAreGone() throws SQLException {
		try (PreparedStatement insert = this.connection.prepareStatement("INSERT INTO t (id, name) VALUES (?, ?)")) {
			insert.setInt(1, 1);
			insert.setString(2, "secret");
			insert.executeUpdate();
		}
		try (PreparedStatement insert = this.connection.prepareStatement("INSERT INTO t (id, name) VALUES (?, ?)")) {
			insert.setInt(1, 2);
			insert.executeUpdate();
		}
		assertThat(this.jdbc.queryForObject("SELECT name FROM t WHERE id = 2", String.class)).isNull();
	}

	@Test
	void limitsOfTheLastBorrowerAreGone() throws SQLException {
		this.jdbc.update("INSERT INTO t (name) VALUES ('a'), ('b'), ('c')");
		String sql = "SELECT id FROM t ORDER BY id";
		try (PreparedStatement limited = this.connection.prepareStatement(sql)) {
			limited.setMaxRows(1);
			limited.setQueryTimeout(1);
			limited.closeOnCompletion();
			assertThat(rowsOf(limited.executeQuery())).isEqualTo(1);
		}
		try (PreparedStatement free = this.connection.prepareStatement(sql)) {
			assertThat(free.getMaxRows()).isZero();
			assertThat(free.getQueryTimeout()).isZero();
			assertThat(free.isCloseOnCompletion()).isFalse();
			assertThat(rowsOf(free.executeQuery())).isEqualTo(3);
		}
	}

	@Test
	void sameStatementTwiceAtOnce() throws SQLException {
		this.jdbc.update("INSERT INTO t (name) VALUES ('a'), ('b')");
		String sql = "SELECT id FROM t WHERE id >= ? ORDER BY id";
		try (PreparedStatement first = this.connection.prepareStatement(sql);
				PreparedStatement second = this.connection.prepareStatement(sql)) {
			first.setInt(1, 1);
			second.setInt(1, 2);
			ResultSet firstRows = first.executeQuery();
			assertThat(firstRows.next()).isTrue();
			ResultSet secondRows = second.executeQuery();
			assertThat(secondRows.next()).isTrue();
			assertThat(secondRows.getInt(1)).isEqualTo(2);
			assertThat(firstRows.getInt(1)).isEqualTo(1);
			assertThat(firstRows.next()).isTrue();
			assertThat(firstRows.getInt("id")).isEqualTo(2);
		}
	}

	@Test
	void closedStatementAndItsResultAreDeadEvenIfTheCompiledOneLivesOn() throws SQLException {
		this.jdbc.update("INSERT INTO t (name) VALUES ('a'), ('b')");
		String sql = "SELECT name FROM t ORDER BY id";
		PreparedStatement first = this.connection.prepareStatement(sql);
		ResultSet old = first.executeQuery();
		old.next();
		first.close();
		try (PreparedStatement second = this.connection.prepareStatement(sql)) {
			ResultSet rows = second.executeQuery();
			rows.next();
			assertThat(old.isClosed()).isTrue();
			assertThatExceptionOfType(SQLException.class).isThrownBy(old::next);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> old.getString(1));
			assertThatExceptionOfType(SQLException.class).isThrownBy(first::executeQuery);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> first.setString(1, "x"));
			old.close();
			first.close();
			assertThat(rows.getString(1)).isEqualTo("a");
			assertThat(rows.next()).isTrue();
		}
	}

	@Test
	void runningAStatementAgainClosesItsOldResult() throws SQLException {
		this.jdbc.update("INSERT INTO t (name) VALUES ('a'), ('b')");
		try (PreparedStatement query = this.connection.prepareStatement("SELECT name FROM t ORDER BY id")) {
			ResultSet old = query.executeQuery();
			old.next();
			ResultSet rows = query.executeQuery();
			assertThat(old.isClosed()).isTrue();
			old.close();
			assertThat(rowsOf(rows)).isEqualTo(2);
		}
	}

	@Test
	void closeOnCompletion() throws SQLException {
		Statement statement = this.connection.createStatement();
		statement.closeOnCompletion();
		statement.executeQuery("SELECT 1").close();
		assertThat(statement.isClosed()).isTrue();
	}

	@Test
	void schemaChangesByAnotherConnectionAreSeen() throws Exception {
		this.jdbc.update("INSERT INTO t (name) VALUES ('a')");
		String sql = "SELECT * FROM t";
		assertThat(this.jdbc.queryForMap(sql)).containsOnlyKeys("id", "name");
		SqliteConnections others = TestConnections.connections();
		try (Connection other = others.open(this.directory.resolve("test.db").toRealPath())) {
			TestConnections.run(other, "ALTER TABLE t ADD COLUMN more TEXT DEFAULT 'x'");
			assertThat(this.jdbc.queryForMap(sql)).containsEntry("more", "x").hasSize(3);
			TestConnections.run(other, "ALTER TABLE t RENAME COLUMN name TO title");
			assertThat(this.jdbc.queryForMap(sql)).containsEntry("title", "a").doesNotContainKey("name");
			TestConnections.run(other, "ALTER TABLE t DROP COLUMN more");
			assertThat(this.jdbc.queryForMap(sql)).containsOnlyKeys("id", "title");
		}
	}

	@Test
	void statementThatFailedCanBeRunAgain() throws SQLException {
		try (PreparedStatement insert = this.connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
			for (int i = 0; i < 2; i++) {
				insert.setInt(1, 1);
				insert.setString(2, "a");
				if (i == 0) {
					assertThat(insert.executeUpdate()).isEqualTo(1);
				}
				else {
					assertThatExceptionOfType(SQLException.class).isThrownBy(insert::executeUpdate);
				}
			}
			insert.setInt(1, 2);
			insert.setString(2, "b");
			assertThat(insert.executeUpdate()).isEqualTo(1);
		}
		try (PreparedStatement query = this.connection.prepareStatement("SELECT abs(?)")) {
			query.setLong(1, Long.MIN_VALUE);
			// An error for which the driver throws the compiled statement away.
			assertThatExceptionOfType(SQLException.class).isThrownBy(query::executeQuery);
			query.setLong(1, -1);
			ResultSet rows = query.executeQuery();
			assertThat(rows.next()).isTrue();
			assertThat(rows.getInt(1)).isEqualTo(1);
		}
	}

	@Test
	void moreTextsThanAreKept() {
		for (int i = 0; i < 500; i++) {
			assertThat(this.jdbc.queryForObject("SELECT " + i, Integer.class)).isEqualTo(i);
		}
	}

	@Test
	void metadataBeforeAndAfterRunning() throws SQLException {
		try (PreparedStatement query = this.connection.prepareStatement("SELECT id, name AS title FROM t WHERE id = ?");
				PreparedStatement insert = this.connection.prepareStatement("INSERT INTO t VALUES (1, 'a')")) {
			assertThat(query.getMetaData().getColumnCount()).isEqualTo(2);
			assertThat(query.getMetaData().getColumnLabel(2)).isEqualTo("title");
			assertThat(query.getParameterMetaData().getParameterCount()).isEqualTo(1);
			assertThat(insert.getMetaData()).isNull();
			assertThat(insert.execute()).isFalse();
			assertThat(insert.getUpdateCount()).isEqualTo(1);
			assertThat(insert.getMoreResults()).isFalse();
			assertThat(insert.getUpdateCount()).isEqualTo(-1);
			assertThat(query.execute()).isTrue();
			assertThat(query.getUpdateCount()).isEqualTo(-1);
			assertThat(query.getResultSet().getMetaData().getColumnName(1)).isEqualTo("id");
		}
	}

	@Test
	void metadataOfTheDatabaseServesEveryBorrower() throws SQLException {
		for (int i = 0; i < 3; i++) {
			try (Connection borrowed = this.product.dataSource().getConnection();
					ResultSet types = borrowed.getMetaData().getTypeInfo();
					ResultSet tables = borrowed.getMetaData().getTables(null, null, "t", null)) {
				assertThat(rowsOf(types)).isPositive();
				assertThat(rowsOf(tables)).isEqualTo(1);
			}
		}
	}

	@Test
	void updateCountsAreOfRows() throws SQLException {
		assertThat(this.jdbc.update("INSERT INTO t (name) VALUES ('a'), ('b')")).isEqualTo(2);
		assertThat(this.jdbc.update("CREATE TABLE u (x)")).isZero();
		assertThat(this.jdbc.update("UPDATE t SET name = name || 'x'")).isEqualTo(2);
		assertThat(this.jdbc.update("WITH x (n) AS (SELECT 1) DELETE FROM t WHERE id IN (SELECT n FROM x)"))
			.isEqualTo(1);
		assertThat(this.jdbc.update("DROP TABLE u")).isZero();
	}

	// Batches and scripts

	@Test
	void batchTellsWhichEntryFailedAndWhatWasDone() throws SQLException {
		try (PreparedStatement insert = this.connection.prepareStatement("INSERT INTO t (name) VALUES (?)")) {
			for (String name : List.of("a", "b", "a", "c")) {
				insert.setString(1, name);
				insert.addBatch();
			}
			assertThatExceptionOfType(BatchUpdateException.class).isThrownBy(insert::executeBatch)
				.withMessageContaining("Batch entry 2")
				.satisfies((ex) -> assertThat(ex.getUpdateCounts()).containsExactly(1, 1));
		}
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(
				() -> this.jdbc.batchUpdate("INSERT INTO t (name) VALUES ('d')", "INSERT INTO t (name) VALUES ('d')"));
	}

	@Test
	void secondStatementInOneStringIsRefusedWhereOnlyTheFirstWouldRun() throws SQLException {
		String two = "INSERT INTO t (name) VALUES ('a'); INSERT INTO t (name) VALUES ('b')";
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class).isThrownBy(() -> this.jdbc.execute(two))
			.withMessageContaining("only the first would run");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.prepareStatement(two));
		assertThat(count()).isZero();
		try (Statement statement = this.connection.createStatement()) {
			assertThat(statement.executeUpdate(two)).isEqualTo(2);
		}
		assertThat(count()).isEqualTo(2);
		this.jdbc.execute("DELETE FROM t; -- and nothing more");
	}

	private int count() {
		return this.jdbc.queryForObject("SELECT count(*) FROM t", Integer.class);
	}

	private static int rowsOf(ResultSet rows) throws SQLException {
		int count = 0;
		while (rows.next()) {
			count++;
		}
		return count;
	}

}
