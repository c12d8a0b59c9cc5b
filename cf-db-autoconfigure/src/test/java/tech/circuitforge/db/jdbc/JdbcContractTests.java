package tech.circuitforge.db.jdbc;

import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import org.springframework.jdbc.core.JdbcTemplate;

import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Connections, statements and their metadata where JDBC says one thing and the driver, or
 * what was here before, another.
 */
class JdbcContractTests {

	@TempDir
	Path directory;

	private Product product;

	private JdbcTemplate jdbc;

	private Connection connection;

	private Statement statement;

	@BeforeEach
	void start() throws SQLException {
		this.product = Product.local(this.directory.resolve("test.db"));
		this.jdbc = this.product.jdbc();
		this.jdbc.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
		this.jdbc.update("INSERT INTO t (name) VALUES ('a'), ('b'), ('c')");
		this.connection = this.product.dataSource().getConnection();
		this.statement = this.connection.createStatement();
	}

	@AfterEach
	void stop() throws SQLException {
		this.connection.close();
		this.product.close();
	}

	// Metadata of statements

	@Test
	void metadataOfAPreparedStatementFollowsTheSchema() throws Exception {
		try (PreparedStatement query = this.connection.prepareStatement("SELECT * FROM t");
				Connection other = TestConnections.connections().open(this.directory.resolve("test.db").toRealPath())) {
			assertThat(names(query.getMetaData())).containsExactly("id", "name");
			TestConnections.run(other, "ALTER TABLE t ADD COLUMN more BLOB");
			ResultSetMetaData before = query.getMetaData();
			assertThat(names(before)).containsExactly("id", "name", "more");
			assertThat(before.getColumnTypeName(3)).isEqualTo("BLOB");
			TestConnections.run(other, "ALTER TABLE t RENAME COLUMN name TO title");
			assertThat(names(query.getMetaData())).containsExactly("id", "title", "more");
			try (ResultSet rows = query.executeQuery()) {
				assertThat(names(rows.getMetaData())).containsExactly("id", "title", "more");
			}
			TestConnections.run(other, "ALTER TABLE t DROP COLUMN more");
			assertThat(names(query.getMetaData())).containsExactly("id", "title");
			TestConnections.run(other, "DROP TABLE t");
			assertThatExceptionOfType(SQLException.class).isThrownBy(query::getMetaData)
				.withMessageContaining("no such table");
			// What was described is as it was then.
			assertThat(names(before)).containsExactly("id", "name", "more");
		}
	}

	@Test
	void metadataOfAPreparedStatementBeginsNoTransaction() throws Exception {
		this.connection.setAutoCommit(false);
		try (PreparedStatement query = this.connection.prepareStatement("SELECT * FROM t")) {
			assertThat(names(query.getMetaData())).containsExactly("id", "name");
			// Nobody is kept from writing.
			this.jdbc.update("INSERT INTO t (name) VALUES ('d')");
			this.connection.rollback();
		}
	}

	@Test
	@SuppressWarnings("try") // closed on purpose while it is in use
	void metadataOfRows() throws SQLException {
		this.jdbc.execute("CREATE TABLE m (a NUMERIC (10, 5) NOT NULL, b BLOB, c BIGINT, d BOOLEAN)");
		this.jdbc.update("INSERT INTO m VALUES (1.5, x'00', 1, 1)");
		try (ResultSet rows = this.statement.executeQuery("SELECT a, b, c, d, CAST(1 AS TEXT), 1 + 1 AS sum FROM m")) {
			ResultSetMetaData columns = rows.getMetaData();
			assertThat(rows.next()).isTrue();
			assertThat(List.of(columns.getColumnType(1), columns.getColumnType(2), columns.getColumnType(3),
					columns.getColumnType(4), columns.getColumnType(5)))
				.containsExactly(Types.NUMERIC, Types.BLOB, Types.BIGINT, Types.BOOLEAN, Types.VARCHAR);
			assertThat(columns.getColumnClassName(2)).isEqualTo(rows.getObject(2).getClass().getName());
			assertThat(columns.isSigned(1)).isTrue();
			assertThat(columns.isSigned(3)).isTrue();
			assertThat(columns.isNullable(1)).isEqualTo(ResultSetMetaData.columnNoNulls);
			assertThat(columns.isNullable(2)).isEqualTo(ResultSetMetaData.columnNullable);
			assertThat(columns.isNullable(6)).isEqualTo(ResultSetMetaData.columnNullableUnknown);
			assertThat(columns.getColumnTypeName(5)).isEqualTo("TEXT");
			assertThat(columns.getTableName(1)).isEqualTo("m");
			assertThat(columns.isReadOnly(6)).isTrue();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> columns.isCurrency(7));
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> columns.getColumnDisplaySize(0));
			rows.close();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> columns.getColumnName(1));
		}
	}

	@Test
	@SuppressWarnings("try") // closed on purpose while it is in use
	void parametersAreDescribedByTheirValues() throws SQLException {
		try (PreparedStatement query = this.connection.prepareStatement("SELECT ?, ?")) {
			ParameterMetaData parameters = query.getParameterMetaData();
			query.setInt(1, 1);
			assertThat(parameters.getParameterType(1)).isEqualTo(Types.INTEGER);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> parameters.isNullable(3));
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> parameters.getParameterMode(0));
			query.close();
			assertThatExceptionOfType(SQLException.class).isThrownBy(parameters::getParameterCount);
		}
	}

	// Cursors and commits

	@ParameterizedTest
	@ValueSource(ints = { ResultSet.HOLD_CURSORS_OVER_COMMIT, ResultSet.CLOSE_CURSORS_AT_COMMIT })
	void whatIsSaidOfCursorsAtCommitHappens(int holdability) throws SQLException {
		assertThat(this.connection.getMetaData().supportsResultSetHoldability(holdability)).isTrue();
		this.connection.setAutoCommit(false);
		Statement own = this.connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY,
				holdability);
		PreparedStatement prepared = this.connection.prepareStatement("SELECT id FROM t ORDER BY id",
				ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, holdability);
		for (int i = 0; i < 2; i++) {
			ResultSet rows = own.executeQuery("SELECT id FROM t ORDER BY id");
			ResultSet preparedRows = prepared.executeQuery();
			for (ResultSet each : List.of(rows, preparedRows)) {
				assertThat(each.getHoldability()).isEqualTo(holdability);
				assertThat(each.getStatement().getResultSetHoldability()).isEqualTo(holdability);
				assertThat(each.next()).isTrue();
			}
			this.connection.commit();
			for (ResultSet each : List.of(rows, preparedRows)) {
				if (holdability == ResultSet.HOLD_CURSORS_OVER_COMMIT) {
					assertThat(each.next()).isTrue();
					assertThat(each.getInt(1)).isEqualTo(2);
				}
				else {
					assertThat(each.isClosed()).isTrue();
					assertThatExceptionOfType(SQLException.class).isThrownBy(each::next);
				}
			}
		}
	}

	@Test
	void holdabilityOfTheConnectionIsThatOfItsStatements() throws SQLException {
		int first = this.connection.getHoldability();
		assertThat(this.connection.getMetaData().getResultSetHoldability()).isEqualTo(first);
		assertThat(this.statement.getResultSetHoldability()).isEqualTo(first);
		this.connection.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
		this.connection.setAutoCommit(false);
		try (Statement closing = this.connection.createStatement()) {
			ResultSet rows = closing.executeQuery("SELECT 1");
			this.connection.commit();
			assertThat(rows.isClosed()).isTrue();
		}
		this.connection.close();
		try (Connection next = this.product.dataSource().getConnection(); Statement other = next.createStatement()) {
			assertThat(next.getHoldability()).isEqualTo(first);
			assertThat(other.getResultSetHoldability()).isEqualTo(first);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> next.setHoldability(7));
		}
		try (Connection next = this.product.dataSource().getConnection()) {
			// Before anything is leased, too.
			next.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
			assertThat(next.createStatement().getResultSetHoldability()).isEqualTo(ResultSet.CLOSE_CURSORS_AT_COMMIT);
		}
	}

	@Test
	void readingAndCommittingInPortions() throws SQLException {
		this.connection.setAutoCommit(false);
		int read = 0;
		try (ResultSet rows = this.statement.executeQuery("SELECT id FROM t ORDER BY id");
				PreparedStatement update = this.connection
					.prepareStatement("UPDATE t SET name = name || '!' WHERE id = ?")) {
			while (rows.next()) {
				update.setInt(1, rows.getInt(1));
				update.executeUpdate();
				this.connection.commit();
				read++;
			}
		}
		assertThat(read).isEqualTo(3);
		assertThat(this.jdbc.queryForList("SELECT name FROM t ORDER BY id", String.class)).containsExactly("a!", "b!",
				"c!");
	}

	@ParameterizedTest
	@CsvSource({ "1004, 1007", "1005, 1007", "1003, 1008", "17, 1007", "1003, 17" })
	void cursorsThatSqliteDoesNotHaveAreRefused(int type, int concurrency) throws SQLException {
		assertThat(this.connection.getMetaData().supportsResultSetConcurrency(type, concurrency)).isFalse();
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.connection.createStatement(type, concurrency));
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.connection.prepareStatement("SELECT 1", type, concurrency));
		assertThatExceptionOfType(SQLException.class).isThrownBy(
				() -> this.connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, 17));
	}

	@ParameterizedTest
	@ValueSource(ints = { Connection.TRANSACTION_NONE, 3, -1, 16 })
	void levelsThatAreNone(int level) {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.setTransactionIsolation(level));
	}

	@Test
	void savepointNeedsATransaction() throws SQLException {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.setSavepoint());
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.setSavepoint("a"));
		this.jdbc.update("INSERT INTO t (name) VALUES ('d')");
		this.connection.setAutoCommit(false);
		Savepoint unnamed = this.connection.setSavepoint();
		assertThat(unnamed.getSavepointId()).isPositive();
		assertThatExceptionOfType(SQLException.class).isThrownBy(unnamed::getSavepointName);
		Savepoint named = this.connection.setSavepoint("it's \"here\"");
		assertThat(named.getSavepointName()).isEqualTo("it's \"here\"");
		assertThatExceptionOfType(SQLException.class).isThrownBy(named::getSavepointId);
		this.connection.rollback(named);
		this.connection.releaseSavepoint(unnamed);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.rollback(named))
			.satisfies((ex) -> assertThat(ex.getSQLState()).isNotNull());
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.setSavepoint(null));
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.rollback((Savepoint) null));
	}

	// Results

	@Test
	void resultsComeOnce() throws SQLException {
		assertThat(this.statement.getUpdateCount()).isEqualTo(-1);
		assertThat(this.statement.getResultSet()).isNull();
		assertThat(this.statement.execute("SELECT id FROM t")).isTrue();
		assertThat(this.statement.getUpdateCount()).isEqualTo(-1);
		ResultSet rows = this.statement.getResultSet();
		assertThat(rows.next()).isTrue();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.statement.getResultSet());
		assertThat(rows.next()).isTrue();
		assertThat(this.statement.getMoreResults()).isFalse();
		assertThat(rows.isClosed()).isTrue();
		assertThat(this.statement.getResultSet()).isNull();
		assertThat(this.statement.getUpdateCount()).isEqualTo(-1);
		assertThat(this.statement.execute("UPDATE t SET name = name || '!'")).isFalse();
		assertThat(this.statement.getResultSet()).isNull();
		assertThat(this.statement.getUpdateCount()).isEqualTo(3);
		assertThat(this.statement.getUpdateCount()).isEqualTo(3);
		assertThat(this.statement.getMoreResults(Statement.CLOSE_CURRENT_RESULT)).isFalse();
		assertThat(this.statement.getUpdateCount()).isEqualTo(-1);
		assertThat(this.statement.getLargeUpdateCount()).isEqualTo(-1);
	}

	@Test
	void moreResultsWithAWrongArgument() throws SQLException {
		ResultSet rows = this.statement.executeQuery("SELECT id FROM t");
		for (int unsupported : new int[] { Statement.KEEP_CURRENT_RESULT, Statement.CLOSE_ALL_RESULTS }) {
			assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
				.isThrownBy(() -> this.statement.getMoreResults(unsupported));
		}
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.statement.getMoreResults(17));
		assertThat(rows.next()).isTrue();
	}

	// Closing

	@Test
	void closedMeansClosed() throws Exception {
		ResultSet rows = this.statement.executeQuery("SELECT id FROM t");
		assertThat(rows.next()).isTrue();
		PreparedStatement prepared = this.connection.prepareStatement("INSERT INTO t (name) VALUES (?)");
		CompletableFuture.runAsync(() -> {
			try {
				this.connection.close();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}).get();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.getInt(1));
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.getString("id"));
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.getObject(1));
		assertThatExceptionOfType(SQLException.class).isThrownBy(rows::next);
		assertThatExceptionOfType(SQLException.class).isThrownBy(rows::getMetaData);
		assertThatExceptionOfType(SQLException.class).isThrownBy(prepared::executeUpdate);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.statement.execute("SELECT 1"));
		assertThatExceptionOfType(SQLException.class).isThrownBy(this.connection::createStatement);
		rows.close();
		prepared.close();
		this.statement.close();
		this.connection.close();
	}

	// Wrapping

	@Test
	void everythingWrapsItself() throws SQLException {
		ResultSet rows = this.statement.executeQuery("SELECT 1");
		assertThat(this.connection.unwrap(Connection.class)).isSameAs(this.connection);
		assertThat(this.connection.isWrapperFor(Connection.class)).isTrue();
		assertThat(this.connection.isWrapperFor(SQLiteConnection.class)).isTrue();
		assertThat(this.statement.unwrap(Statement.class)).isSameAs(this.statement);
		assertThat(rows.unwrap(ResultSet.class)).isSameAs(rows);
		assertThat(rows.getMetaData().unwrap(ResultSetMetaData.class)).isSameAs(rows.getMetaData());
		for (java.sql.Wrapper each : List.of(this.connection, this.statement, rows, this.connection.getMetaData(),
				rows.getMetaData(), this.product.dataSource())) {
			assertThat(each.isWrapperFor(Runnable.class)).isFalse();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> each.unwrap(Runnable.class));
		}
	}

	// Keys that nobody has asked for

	@Test
	void keyOfTheOneRowThatWasInserted() throws SQLException {
		this.statement.executeUpdate("INSERT INTO t (id, name) VALUES (70, 'x')");
		assertThat(keys(this.statement)).containsExactly(70L);
		assertThat(keys(this.statement)).containsExactly(70L);
		try (PreparedStatement insert = this.connection.prepareStatement("INSERT INTO t (name) VALUES (?)")) {
			insert.setString(1, "y");
			insert.executeUpdate();
			assertThat(keys(insert)).containsExactly(71L);
		}
		this.connection.setAutoCommit(false);
		this.statement.execute("INSERT INTO t (name) VALUES ('z')");
		this.connection.commit();
		assertThat(keys(this.statement)).containsExactly(72L);
	}

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE t SET name = 'x' WHERE id = 1", "INSERT INTO w VALUES ('k')",
			"INSERT INTO v VALUES ('x')", "INSERT OR IGNORE INTO t (name) VALUES ('a')", "DELETE FROM t WHERE id = 1",
			"INSERT INTO t (name) VALUES ('a') ON CONFLICT (name) DO UPDATE SET name = 'a2'",
			"INSERT INTO t (name) VALUES ('x'), ('y')" })
	void noKeyWhereItCannotBeTold(String sql) throws SQLException {
		this.statement.execute("CREATE TABLE w (k TEXT PRIMARY KEY) WITHOUT ROWID");
		this.statement.execute("CREATE VIEW v AS SELECT name FROM t");
		this.statement.execute("CREATE TRIGGER r INSTEAD OF INSERT ON v BEGIN DELETE FROM t; END");
		this.statement.execute("INSERT INTO t (id, name) VALUES (70, 'old')");
		this.statement.execute(sql);
		assertThat(keys(this.statement)).isEmpty();
	}

	@Test
	void noKeyOfWhatAnotherStatementHasInsertedSince() throws SQLException {
		this.statement.executeUpdate("INSERT INTO t (id, name) VALUES (70, 'x')");
		try (Statement other = this.connection.createStatement()) {
			other.executeUpdate("INSERT INTO t (id, name) VALUES (80, 'y')");
		}
		assertThat(keys(this.statement)).isEmpty();
		this.statement.addBatch("INSERT INTO t (name) VALUES ('p')");
		this.statement.addBatch("INSERT INTO t (name) VALUES ('q')");
		this.statement.executeBatch();
		assertThat(keys(this.statement)).isEmpty();
	}

	@Test
	void keysOfALargeUpdate() throws SQLException {
		String sql = "INSERT INTO t (id, name) VALUES (%d, 'x%<d'), (%d, 'y%<d')";
		this.statement.executeLargeUpdate(sql.formatted(70, 71), Statement.RETURN_GENERATED_KEYS);
		assertThat(keys(this.statement)).containsExactly(70L, 71L);
		this.statement.executeLargeUpdate(sql.formatted(80, 81), new int[] { 1 });
		assertThat(keys(this.statement)).containsExactly(80L, 81L);
		this.statement.executeLargeUpdate(sql.formatted(90, 91), new String[] { "id" });
		assertThat(keys(this.statement)).containsExactly(90L, 91L);
	}

	private static List<Long> keys(Statement statement) throws SQLException {
		List<Long> keys = new ArrayList<>();
		try (ResultSet rows = statement.getGeneratedKeys()) {
			while (rows.next()) {
				keys.add(rows.getLong(1));
			}
		}
		return keys;
	}

	// Errors

	@Test
	void codesOfErrorsAreTheSameEverywhere() throws SQLException {
		String sql = "INSERT INTO t (name) VALUES ('a')";
		List<SQLException> errors = new ArrayList<>();
		errors.add(catchSql(() -> this.statement.executeUpdate(sql)));
		errors.add(catchSql(() -> this.statement.execute(sql)));
		this.statement.addBatch("INSERT INTO t (name) VALUES ('z')");
		this.statement.addBatch(sql);
		errors.add(catchSql(this.statement::executeBatch));
		try (PreparedStatement prepared = this.connection.prepareStatement(sql)) {
			errors.add(catchSql(prepared::executeUpdate));
			prepared.addBatch();
			errors.add(catchSql(prepared::executeLargeBatch));
		}
		assertThat(errors).allSatisfy((error) -> {
			assertThat(error.getErrorCode()).isEqualTo(SQLiteErrorCode.SQLITE_CONSTRAINT.code);
			assertThat(error.getSQLState()).isEqualTo("23505");
			SQLException own = (error instanceof BatchUpdateException) ? error.getNextException() : error;
			assertThat(((SQLiteException) own).getResultCode()).isEqualTo(SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE);
		});
		assertThat(((BatchUpdateException) errors.get(2)).getUpdateCounts()).containsExactly(1);
		assertThat(((BatchUpdateException) errors.get(4)).getLargeUpdateCounts()).isEmpty();
	}

	private static SQLException catchSql(Action action) {
		try {
			action.run();
		}
		catch (SQLException ex) {
			return ex;
		}
		throw new AssertionError("no error");
	}

	private static List<String> names(ResultSetMetaData columns) throws SQLException {
		List<String> names = new ArrayList<>();
		for (int i = 1; i <= columns.getColumnCount(); i++) {
			names.add(columns.getColumnName(i));
		}
		return names;
	}

	@FunctionalInterface
	private interface Action {

		void run() throws SQLException;

	}

}
