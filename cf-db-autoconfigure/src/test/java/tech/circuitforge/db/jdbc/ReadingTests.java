package tech.circuitforge.db.jdbc;

import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataIntegrityViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What a result set answers: the right value or an exception, never a wrong value.
 */
class ReadingTests {

	@TempDir
	Path directory;

	private Product product;

	private Connection connection;

	private Statement statement;

	@BeforeEach
	void start() throws SQLException {
		this.product = Product.local(this.directory.resolve("test.db"));
		this.connection = this.product.dataSource().getConnection();
		this.statement = this.connection.createStatement();
	}

	@AfterEach
	void stop() throws SQLException {
		this.connection.close();
		this.product.close();
	}

	private ResultSet row(String expression) throws SQLException {
		ResultSet rows = this.statement.executeQuery("SELECT " + expression + " AS n");
		assertThat(rows.next()).isTrue();
		return rows;
	}

	/** A getter by its column, which is also that of getObject with a class. */
	private interface Getter {

		Object get(ResultSet rows) throws SQLException;

	}

	private static final Map<Class<?>, Getter> GETTERS = Map.of(Integer.class, (rows) -> rows.getInt(1), Long.class,
			(rows) -> rows.getLong(1), Short.class, (rows) -> rows.getShort(1), Byte.class, (rows) -> rows.getByte(1),
			Double.class, (rows) -> rows.getDouble(1), Float.class, (rows) -> rows.getFloat(1), Boolean.class,
			(rows) -> rows.getBoolean(1), BigDecimal.class, (rows) -> rows.getBigDecimal(1), String.class,
			(rows) -> rows.getString(1), BigInteger.class, (rows) -> rows.getObject("n", BigInteger.class));

	static Stream<Arguments> right() {
		return Stream.of(arguments("2147483647", Integer.class, Integer.MAX_VALUE),
				arguments("-2147483648", Integer.class, Integer.MIN_VALUE),
				arguments("9223372036854775807", Long.class, Long.MAX_VALUE),
				arguments("5000000000", Long.class, 5_000_000_000L), arguments("3.0", Integer.class, 3),
				arguments("-9223372036854775808.0", Long.class, Long.MIN_VALUE), arguments("'12'", Long.class, 12L),
				arguments("' 12 '", Integer.class, 12), arguments("'4.00'", Integer.class, 4),
				arguments("'9223372036854775807'", Long.class, Long.MAX_VALUE),
				arguments("127", Byte.class, (byte) 127), arguments("-32768", Short.class, Short.MIN_VALUE),
				arguments("3.7", Integer.class, 3), arguments("-3.7", Long.class, -3L),
				arguments("'1.5'", Integer.class, 1), arguments("'-0.5'", Long.class, 0L),
				arguments("2147483647.9", Integer.class, Integer.MAX_VALUE), arguments("'true'", Boolean.class, true),
				arguments("'FALSE'", Boolean.class, false), arguments("'Y'", Boolean.class, true),
				arguments("'off'", Boolean.class, false), arguments("'0'", Boolean.class, false),
				arguments("'1'", Boolean.class, true), arguments("0.5", Boolean.class, true),
				arguments("4294967296", Boolean.class, true), arguments("0", Boolean.class, false),
				arguments("'1.5'", Double.class, 1.5), arguments("7", Double.class, 7.0),
				arguments("9e999", Double.class, Double.POSITIVE_INFINITY), arguments("1.5", Float.class, 1.5f),
				arguments("'0.10'", BigDecimal.class, new BigDecimal("0.10")),
				arguments("0.1", BigDecimal.class, new BigDecimal("0.1")),
				arguments("3.0", BigDecimal.class, new BigDecimal("3.0")),
				arguments("9007199254740992.0", BigDecimal.class, new BigDecimal("9007199254740992")),
				arguments("9007199254740992.0", BigInteger.class, new BigInteger("9007199254740992")),
				arguments("1e20", BigInteger.class, BigInteger.TEN.pow(20)),
				arguments("'123456789012345678901'", BigInteger.class, new BigInteger("123456789012345678901")),
				arguments("0", BigInteger.class, BigInteger.ZERO), arguments("5", String.class, "5"),
				arguments("x'6162'", String.class, "ab"));
	}

	@ParameterizedTest
	@MethodSource("right")
	void rightValue(String expression, Class<?> type, Object expected) throws SQLException {
		ResultSet rows = row(expression);
		assertThat(GETTERS.get(type).get(rows)).isEqualTo(expected);
		assertThat(rows.wasNull()).isFalse();
		assertThat((Object) rows.getObject(1, type)).isEqualTo(expected);
		assertThat((Object) rows.getObject("n", type)).isEqualTo(expected);
	}

	static Stream<Arguments> wrong() {
		return Stream.of(arguments("5000000000", Integer.class, "5000000000"),
				arguments("-2147483649", Integer.class, "-2147483649"), arguments("300", Byte.class, "300"),
				arguments("-129", Byte.class, "-129"), arguments("32768", Short.class, "32768"),
				arguments("1e300", Integer.class, "1.0E300"),
				arguments("2147483648.5", Integer.class, "2.1474836485E9"), arguments("1e300", Long.class, "1.0E300"),
				arguments("9223372036854775808.0", Long.class, "9.223372036854775807E18"),
				arguments("9e999", Long.class, "Infinity"), arguments("'abc'", Long.class, "\"abc\""),
				arguments("'abc'", Integer.class, "\"abc\""), arguments("'12abc'", Integer.class, "\"12abc\""),
				arguments("''", Long.class, "\"\""), arguments("'9223372036854775808'", Long.class, "5808"),
				arguments("'NaN'", Double.class, "NaN"), arguments("'0x10'", Double.class, "0x10"),
				arguments("'1e999'", Double.class, "1e999"), arguments("'abc'", Float.class, "abc"),
				arguments("1e300", Float.class, "1.0E300"), arguments("'abc'", Boolean.class, "abc"),
				arguments("''", Boolean.class, "\"\""), arguments("x'31'", Boolean.class, "a blob of 1 bytes"),
				arguments("x'31'", Long.class, "a blob"), arguments("x'31'", Integer.class, "a blob"),
				arguments("x'31'", Double.class, "a blob"), arguments("x'31'", BigDecimal.class, "a blob"),
				arguments("'abc'", BigDecimal.class, "abc"), arguments("9e999", BigDecimal.class, "Infinity"),
				arguments("1.5", BigInteger.class, "1.5"), arguments("9e999", BigInteger.class, "Infinity"),
				arguments("'1e-999999999'", BigInteger.class, "1e-9"),
				arguments("'1e999999999'", BigInteger.class, "1e9"), arguments("'1e999999999'", Long.class, "1e9"));
	}

	@ParameterizedTest
	@MethodSource("wrong")
	void noRightValue(String expression, Class<?> type, String shown) throws SQLException {
		ResultSet rows = row(expression);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> GETTERS.get(type).get(rows))
			.withMessageContaining("Bad value for type " + type.getSimpleName())
			.withMessageContaining("column 1 (n)")
			.withMessageContaining(shown.contains("E18") ? "E18" : shown)
			.satisfies((ex) -> assertThat(ex.getSQLState()).startsWith("220"));
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.getObject(1, type));
	}

	@Test
	void longValuesAreShortenedInMessages() throws SQLException {
		ResultSet rows = row("replace(hex(zeroblob(5000)), '0', 'x')");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.getLong(1))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(150));
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.getTimestamp(1))
			.withMessageContaining("column 1 (n)")
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(200));
	}

	@Test
	void springSaysIntegrityViolation() {
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.product.jdbc().queryForObject("SELECT 5000000000", Integer.class));
		assertThat(this.product.jdbc().queryForObject("SELECT 5000000000", Long.class)).isEqualTo(5_000_000_000L);
	}

	@Test
	void nullIsNull() throws SQLException {
		ResultSet rows = row("NULL");
		for (Map.Entry<Class<?>, Getter> getter : GETTERS.entrySet()) {
			assertThat(getter.getValue().get(rows)).isIn(null, 0, 0L, (short) 0, (byte) 0, 0.0, 0f, false);
			assertThat(rows.wasNull()).as(getter.getKey().getName()).isTrue();
			assertThat((Object) rows.getObject(1, getter.getKey())).isNull();
			assertThat(rows.wasNull()).isTrue();
		}
		assertThat(rows.getBytes(1)).isNull();
		assertThat(rows.wasNull()).isTrue();
		assertThat(rows.getBlob(1)).isNull();
		assertThat(rows.getClob(1)).isNull();
		assertThat(rows.getTimestamp(1)).isNull();
		assertThat(rows.getDate(1)).isNull();
		assertThat(rows.getTime(1)).isNull();
		assertThat(rows.getURL(1)).isNull();
		assertThat(rows.getObject(1, Blob.class)).isNull();
		assertThat(rows.wasNull()).isTrue();
	}

	@Test
	void wasNullIsOfTheLastColumnRead() throws SQLException {
		ResultSet rows = this.statement.executeQuery("SELECT NULL, 1, 'a', x'00', 1.5 UNION ALL SELECT 1, 1, 1, 1, 1");
		rows.next();
		assertThatExceptionOfType(SQLException.class).isThrownBy(rows::wasNull);
		for (int column = 1; column <= 5; column++) {
			rows.getString(column);
			assertThat(rows.wasNull()).isEqualTo(column == 1);
			rows.getObject(column);
			assertThat(rows.wasNull()).isEqualTo(column == 1);
			rows.getBytes(column);
			assertThat(rows.wasNull()).isEqualTo(column == 1);
		}
		rows.getLong(1);
		rows.next();
		assertThatExceptionOfType(SQLException.class).isThrownBy(rows::wasNull);
	}

	@ParameterizedTest
	@ValueSource(classes = { Thread.class, int.class, List.class, java.sql.Array.class, java.sql.Ref.class })
	void classesThatNoColumnHas(Class<?> type) throws SQLException {
		ResultSet rows = row("1");
		assertThatExceptionOfType(SQLFeatureNotSupportedException.class).isThrownBy(() -> rows.getObject(1, type))
			.withMessageContaining(type.getName());
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.getObject(1, (Class<?>) null));
	}

	@Test
	void whatSqliteDoesNotHave() throws SQLException {
		ResultSet rows = row("'a'");
		for (Getter getter : List.<Getter>of((row) -> row.getArray(1), (row) -> row.getRef(1),
				(row) -> row.getSQLXML(1), (row) -> row.getRowId(1),
				(row) -> row.getObject(1, Map.of("T", String.class)))) {
			assertThatExceptionOfType(SQLFeatureNotSupportedException.class).isThrownBy(() -> getter.get(rows))
				.satisfies((ex) -> assertThat(ex.getMessage()).isNotEmpty());
		}
		assertThat(rows.getObject(1, Map.of())).isEqualTo("a");
		assertThat(rows.getObject("n", Map.of())).isEqualTo("a");
	}

	// Positions

	static Stream<Getter> everything() {
		List<Getter> getters = new ArrayList<>(GETTERS.values());
		getters.addAll(List.of((rows) -> rows.getObject(1), (rows) -> rows.getBytes(1), (rows) -> rows.getBlob(1),
				(rows) -> rows.getClob(1), (rows) -> rows.getNClob(1), (rows) -> rows.getNString(1),
				(rows) -> rows.getDate(1), (rows) -> rows.getTime(1), (rows) -> rows.getTimestamp(1),
				(rows) -> rows.getBinaryStream(1), (rows) -> rows.getCharacterStream(1),
				(rows) -> rows.getAsciiStream(1), (rows) -> rows.getObject(1, Integer.class),
				(rows) -> rows.getObject("n"), (rows) -> rows.getString("n"), (rows) -> rows.getLong("n"),
				(rows) -> rows.getBlob("n"), (rows) -> rows.getClob("n"), ResultSet::wasNull));
		return getters.stream();
	}

	@ParameterizedTest
	@MethodSource("everything")
	void onlyWhereARowIs(Getter getter) throws SQLException {
		ResultSet one = this.statement.executeQuery("SELECT 0 AS n");
		assertThatExceptionOfType(SQLException.class).as("before next()").isThrownBy(() -> getter.get(one));
		one.next();
		one.next();
		assertThatExceptionOfType(SQLException.class).as("after the end").isThrownBy(() -> getter.get(one));
		one.close();
		assertThatExceptionOfType(SQLException.class).as("after close()").isThrownBy(() -> getter.get(one));
		try (ResultSet rows = this.statement.executeQuery("SELECT 0 AS n WHERE 0")) {
			rows.next();
			assertThatExceptionOfType(SQLException.class).as("no rows").isThrownBy(() -> getter.get(rows));
		}
		this.statement.setMaxRows(1);
		try (ResultSet rows = this.statement.executeQuery("SELECT 0 AS n UNION ALL SELECT 0")) {
			rows.next();
			assertThat(rows.next()).isFalse();
			assertThatExceptionOfType(SQLException.class).as("after the last allowed row")
				.isThrownBy(() -> getter.get(rows));
		}
		this.statement.setMaxRows(0);
		ResultSet rows = this.statement.executeQuery("SELECT 0 AS n");
		rows.next();
		this.statement.close();
		assertThatExceptionOfType(SQLException.class).as("statement closed").isThrownBy(() -> getter.get(rows));
	}

	@Test
	void columnsThatAreNotThere() throws SQLException {
		ResultSet rows = row("1");
		for (int column : new int[] { 0, 2, -1, Integer.MAX_VALUE, Integer.MIN_VALUE }) {
			for (Getter getter : List.<Getter>of((row) -> row.getObject(column), (row) -> row.getLong(column),
					(row) -> row.getString(column), (row) -> row.getBoolean(column), (row) -> row.getDouble(column),
					(row) -> row.getBytes(column), (row) -> row.getBlob(column), (row) -> row.getTimestamp(column))) {
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> getter.get(rows))
					.withMessageContaining(String.valueOf(column));
			}
		}
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.getLong("m")).withMessageContaining("m");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.getLong(null));
		assertThat(rows.getLong("N")).isEqualTo(1);
	}

	@Test
	void positionsAreRight() throws SQLException {
		ResultSet rows = this.statement.executeQuery("SELECT 1 UNION ALL SELECT 2");
		assertThat(rows.getRow()).isZero();
		assertThat(rows.isBeforeFirst()).isTrue();
		assertThat(rows.isFirst()).isFalse();
		rows.next();
		assertThat(rows.getRow()).isEqualTo(1);
		assertThat(rows.isFirst()).isTrue();
		assertThat(rows.isBeforeFirst()).isFalse();
		rows.next();
		rows.next();
		assertThat(rows.getRow()).isZero();
		assertThat(rows.isAfterLast()).isTrue();
		assertThat(rows.isFirst()).isFalse();
	}

	@Test
	void metadataNeedsNoRow() throws SQLException {
		ResultSet rows = this.statement.executeQuery("SELECT 1 AS n, 'a' AS t");
		ResultSetMetaData before = rows.getMetaData();
		assertThat(before.getColumnCount()).isEqualTo(2);
		assertThat(before.getColumnLabel(2)).isEqualTo("t");
		assertThat(before.getColumnClassName(1)).isEqualTo("java.lang.Integer");
		assertThat(before.getColumnType(1)).isEqualTo(java.sql.Types.INTEGER);
		rows.next();
		rows.next();
		assertThat(rows.getMetaData().getColumnName(1)).isEqualTo("n");
	}

	/** Sees no row, or the right ones, never NULLs of a statement that has been reset. */
	@Test
	void closedByAnotherThread() throws Exception {
		for (int round = 0; round < 200; round++) {
			Connection other = this.product.dataSource().getConnection();
			PreparedStatement select = other.prepareStatement(
					"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) SELECT i, 'text' FROM n");
			ResultSet rows = select.executeQuery();
			AtomicBoolean wrong = new AtomicBoolean();
			AtomicBoolean reading = new AtomicBoolean();
			Thread reader = new Thread(() -> {
				try {
					int expected = 0;
					while (rows.next()) {
						expected++;
						wrong.compareAndSet(false,
								!Integer.valueOf(expected).equals(rows.getObject(1)) || rows.getLong(1) != expected
										|| !"text".equals(rows.getObject(2)) || !"text".equals(rows.getString(2)));
						reading.set(true);
					}
					wrong.set(true);
				}
				catch (SQLException ex) {
					// As it should be.
				}
			});
			reader.start();
			while (!reading.get()) {
				Thread.onSpinWait();
			}
			other.close();
			reader.join();
			assertThat(wrong).isFalse();
		}
	}

	// Large objects

	@Test
	void blobs() throws Exception {
		this.statement.execute("CREATE TABLE b (id INTEGER PRIMARY KEY, v BLOB)");
		byte[] bytes = { 1, 2, 3, 0, -1, 2, 3 };
		this.product.jdbc().update("INSERT INTO b VALUES (1, ?)", bytes);
		ResultSet rows = this.statement.executeQuery("SELECT v FROM b");
		rows.next();
		Blob blob = rows.getBlob(1);
		assertThat(rows.getBlob("v").length()).isEqualTo(7);
		assertThat(rows.getObject(1, Blob.class).getBytes(1, 7)).isEqualTo(bytes);
		this.connection.close();
		assertThat(blob.length()).isEqualTo(7);
		assertThat(blob.getBytes(1, 7)).isEqualTo(bytes);
		assertThat(blob.getBytes(2, 2)).containsExactly(2, 3);
		assertThat(blob.getBytes(6, 100)).containsExactly(2, 3);
		assertThat(blob.getBytes(8, 1)).isEmpty();
		assertThat(blob.getBinaryStream().readAllBytes()).isEqualTo(bytes);
		assertThat(blob.getBinaryStream(2, 3).readAllBytes()).containsExactly(2, 3, 0);
		assertThat(blob.position(new byte[] { 2, 3 }, 1)).isEqualTo(2);
		assertThat(blob.position(new byte[] { 2, 3 }, 3)).isEqualTo(6);
		assertThat(blob.position(new byte[] { 9 }, 1)).isEqualTo(-1);
		assertThat(blob.position(blob, 1)).isEqualTo(1);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> blob.getBytes(0, 1));
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> blob.getBytes(9, 1));
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> blob.getBytes(1, -1));
		assertThatExceptionOfType(SQLFeatureNotSupportedException.class).isThrownBy(() -> blob.truncate(1));
		assertThatExceptionOfType(SQLFeatureNotSupportedException.class).isThrownBy(() -> blob.setBytes(1, bytes));
		blob.free();
		blob.free();
		assertThatExceptionOfType(SQLException.class).isThrownBy(blob::length);
	}

	@Test
	void emptyBlobsAndTexts() throws Exception {
		ResultSet rows = this.statement.executeQuery("SELECT x'', ''");
		rows.next();
		assertThat(rows.getBytes(1)).isEmpty();
		assertThat(rows.wasNull()).isFalse();
		assertThat(rows.getBlob(1).length()).isZero();
		assertThat(rows.getBlob(1).getBytes(1, 0)).isEmpty();
		assertThat(rows.getBlob(1).getBinaryStream().readAllBytes()).isEmpty();
		assertThat(rows.getClob(2).length()).isZero();
		assertThat(rows.getClob(2).getSubString(1, 0)).isEmpty();
	}

	@Test
	void texts() throws Exception {
		ResultSet rows = row("'Grüße, Welt'");
		Clob clob = rows.getClob(1);
		NClob nclob = rows.getNClob("n");
		assertThat(rows.getObject(1, Clob.class).length()).isEqualTo(11);
		assertThat(rows.getObject(1, NClob.class).length()).isEqualTo(11);
		assertThat(rows.getNString("n")).isEqualTo("Grüße, Welt");
		try (@SuppressWarnings("deprecation")
		InputStream unicode = rows.getUnicodeStream("n")) {
			assertThat(new String(unicode.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("Grüße, Welt");
		}
		this.connection.close();
		assertThat(nclob.getSubString(1, 5)).isEqualTo("Grüße");
		assertThat(clob.position("Welt", 1)).isEqualTo(8);
		assertThat(clob.position("Welt", 9)).isEqualTo(-1);
		assertThat(clob.position(nclob, 1)).isEqualTo(1);
		try (java.io.Reader reader = clob.getCharacterStream(3, 2);
				java.io.StringWriter part = new java.io.StringWriter()) {
			reader.transferTo(part);
			assertThat(part).hasToString("üß");
		}
		assertThatExceptionOfType(SQLFeatureNotSupportedException.class).isThrownBy(() -> clob.setString(1, "x"));
		assertThatExceptionOfType(SQLFeatureNotSupportedException.class).isThrownBy(() -> clob.setAsciiStream(1));
		assertThatExceptionOfType(SQLFeatureNotSupportedException.class).isThrownBy(() -> clob.truncate(1));
		clob.free();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> clob.getSubString(1, 1));
	}

	@Test
	void addresses() throws Exception {
		assertThat(row("'https://example.org/a'").getURL("n")).isEqualTo(URI.create("https://example.org/a").toURL());
		ResultSet rows = row("'no address'");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.getURL(1))
			.withMessageContaining("no address");
	}

	@Test
	void fetchSizeAboveMaxRowsIsNoError() throws SQLException {
		this.statement.setMaxRows(2);
		this.statement.setFetchSize(100);
		assertThat(this.statement.getFetchSize()).isEqualTo(100);
		ResultSet rows = this.statement.executeQuery("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3");
		assertThat(rows.getFetchSize()).isEqualTo(100);
		rows.setFetchSize(1000);
		assertThat(rows.getFetchSize()).isEqualTo(1000);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.setFetchSize(-1));
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.statement.setFetchSize(-1));
		int count = 0;
		while (rows.next()) {
			count++;
		}
		assertThat(count).isEqualTo(2);
	}

	/** The driver shows the new rows in the old result set; JDBC closes that. */
	@Test
	void runningAgainClosesTheOldResult() throws SQLException {
		try (PreparedStatement select = this.connection.prepareStatement("SELECT ?")) {
			select.setInt(1, 1);
			ResultSet first = select.executeQuery();
			first.next();
			select.setInt(1, 2);
			ResultSet second = select.executeQuery();
			assertThat(first.isClosed()).isTrue();
			assertThatExceptionOfType(SQLException.class).isThrownBy(first::next).withMessageContaining("closed");
			second.next();
			assertThat(second.getInt(1)).isEqualTo(2);
		}
	}

}
