package tech.circuitforge.db.jdbc;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Date;
import java.sql.JDBCType;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLType;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import javax.sql.rowset.serial.SerialBlob;
import javax.sql.rowset.serial.SerialClob;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.SqlParameterValue;
import org.springframework.jdbc.core.simple.SimpleJdbcInsert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What is bound for a parameter.
 */
class ParameterTests {

	private static final Instant AT = Instant.parse("2026-01-31T09:30:00.123Z");

	@TempDir
	Path directory;

	private Product product;

	private JdbcTemplate jdbc;

	private Connection connection;

	private PreparedStatement select;

	@BeforeEach
	void start() throws SQLException {
		this.product = Product.local(this.directory.resolve("test.db"));
		this.jdbc = this.product.jdbc();
		this.connection = this.product.dataSource().getConnection();
		this.select = this.connection.prepareStatement("SELECT typeof(?1), ?1");
	}

	@AfterEach
	void stop() throws SQLException {
		this.connection.close();
		this.product.close();
	}

	/** SQLite's kind of the parameter, and its value. */
	private List<Object> bound() throws SQLException {
		try (ResultSet rows = this.select.executeQuery()) {
			rows.next();
			Object value = rows.getObject(2);
			return List.of(rows.getString(1), (value instanceof byte[] bytes) ? bytes.length : String.valueOf(value));
		}
	}

	// Exact numbers

	@ParameterizedTest
	@ValueSource(strings = { "4", "0", "-7", "9223372036854775807", "-9223372036854775808", "1.50", "4.00", "4E+2",
			"1E-10", "9223372036854775808", "123456789012345678901234567890.123456789", "0.00", "-0.10" })
	void decimalsOfATextColumnComeBackWithTheirScale(String digits) {
		BigDecimal value = new BigDecimal(digits);
		this.jdbc.execute("CREATE TABLE d (exact TEXT)");
		this.jdbc.update("INSERT INTO d VALUES (?)", value);
		assertThat(this.jdbc.queryForObject("SELECT typeof(exact) || exact FROM d", String.class))
			.isEqualTo("text" + value);
		assertThat(this.jdbc.queryForObject("SELECT exact FROM d", BigDecimal.class)).isEqualTo(value);
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM d WHERE exact = ?", Integer.class, value)).isOne();
	}

	@Test
	void wholeNumbersCompareWithExpressions() {
		this.jdbc.execute("CREATE TABLE o (customer TEXT, price NUMERIC)");
		this.jdbc.update("INSERT INTO o VALUES ('a', 3), ('a', 2), ('b', 1)");
		String having = "SELECT customer FROM o GROUP BY customer HAVING sum(price) >= ?";
		for (Object four : new Object[] { new BigDecimal("4"), new BigInteger("4"), new AtomicLong(4), 4, 4L }) {
			assertThat(this.jdbc.queryForList(having, String.class, four)).containsExactly("a");
			assertThat(
					this.jdbc.queryForList("SELECT price FROM o WHERE price * 2 < ? ORDER BY 1", Integer.class, four))
				.containsExactly(1);
		}
		assertThat(this.jdbc.queryForList("SELECT price FROM o WHERE price * 2 < ?", Integer.class,
				new SqlParameterValue(Types.BIGINT, new BigInteger("4"))))
			.containsExactly(1);
	}

	/** As docs/transactions.md says. */
	@Test
	void otherExactNumbersNeedACast() {
		this.jdbc.execute("CREATE TABLE o (price NUMERIC)");
		this.jdbc.update("INSERT INTO o VALUES (3), (2), (1)");
		for (BigDecimal price : List.of(new BigDecimal("4.50"), new BigDecimal("4.00"))) {
			assertThat(this.jdbc.queryForList("SELECT price FROM o WHERE price * 2 > CAST(? AS NUMERIC) ORDER BY 1",
					Integer.class, price))
				.containsExactly(3);
			// A column's own type sees to it.
			assertThat(this.jdbc.queryForObject("SELECT count(*) FROM o WHERE price < ?", Integer.class, price))
				.isEqualTo(3);
		}
	}

	// Types that the caller names

	static Stream<Arguments> honoured() throws SQLException {
		LocalDateTime local = LocalDateTime.of(2026, 1, 31, 7, 5);
		return Stream.of(arguments("12", Types.INTEGER, "integer", "12"), arguments(12, Types.VARCHAR, "text", "12"),
				arguments(5_000_000_000L, Types.INTEGER, "integer", "5000000000"),
				arguments(new BigDecimal("4.00"), Types.BIGINT, "integer", "4"),
				arguments(true, Types.INTEGER, "integer", "1"), arguments(4.0, Types.SMALLINT, "integer", "4"),
				arguments(new BigDecimal("1.50"), Types.VARCHAR, "text", "1.50"),
				arguments(new BigDecimal("4"), Types.VARCHAR, "text", "4"),
				arguments(true, Types.VARCHAR, "text", "true"), arguments("true", Types.BOOLEAN, "integer", "1"),
				arguments("N", Types.BOOLEAN, "integer", "0"), arguments(0, Types.BIT, "integer", "0"),
				arguments(7, Types.BOOLEAN, "integer", "1"), arguments(3, Types.DOUBLE, "real", "3.0"),
				arguments("1.5", Types.REAL, "real", "1.5"),
				arguments(new BigDecimal("0.1"), Types.DOUBLE, "real", "0.1"),
				arguments(9_007_199_254_740_993L, Types.FLOAT, "integer", "9007199254740993"),
				arguments(Long.MAX_VALUE, Types.DOUBLE, "integer", "9223372036854775807"),
				arguments("4", Types.NUMERIC, "integer", "4"), arguments("4.50", Types.DECIMAL, "text", "4.50"),
				arguments(1.5, Types.NUMERIC, "real", "1.5"),
				arguments(Date.valueOf("2026-01-31"), Types.DATE, "text", "2026-01-31"),
				arguments(Timestamp.valueOf(local), Types.DATE, "text", "2026-01-31"),
				arguments(local, Types.DATE, "text", "2026-01-31"),
				arguments("2026-01-31", Types.DATE, "text", "2026-01-31"),
				arguments(OffsetDateTime.of(local, ZoneOffset.ofHours(9)), Types.DATE, "text", "2026-01-31"),
				arguments(Timestamp.valueOf(local), Types.TIME, "text", "07:05:00"),
				arguments(LocalTime.of(7, 5), Types.TIME, "text", "07:05:00"),
				arguments("07:05", Types.TIME, "text", "07:05:00"),
				arguments(LocalDate.of(2026, 1, 31), Types.TIMESTAMP, "text", "2026-01-31T00:00:00"),
				arguments(local, Types.TIMESTAMP, "text", "2026-01-31T07:05:00"),
				arguments(AT, Types.TIMESTAMP, "text", "2026-01-31T09:30:00.123000000Z"),
				arguments(new Date(AT.toEpochMilli()), Types.TIMESTAMP, "text", "2026-01-31T09:30:00.123000000Z"),
				arguments(java.util.Date.from(AT), Types.TIMESTAMP, "text", "2026-01-31T09:30:00.123000000Z"),
				arguments(AT.atOffset(ZoneOffset.ofHours(9)), Types.TIMESTAMP_WITH_TIMEZONE, "text",
						"2026-01-31T09:30:00.123000000Z"),
				arguments("2026-01-31 09:30:00", Types.TIMESTAMP, "text", "2026-01-31 09:30:00"),
				arguments(new byte[3], Types.BLOB, "blob", 3), arguments(new byte[3], Types.VARBINARY, "blob", 3),
				arguments(new SerialBlob(new byte[3]), Types.BLOB, "blob", 3),
				arguments(new ByteArrayInputStream(new byte[3]), Types.BLOB, "blob", 3),
				arguments(new SerialClob("abc".toCharArray()), Types.CLOB, "text", "abc"),
				arguments(new StringReader("abc"), Types.CLOB, "text", "abc"),
				arguments(new UUID(0, 1), Types.VARCHAR, "text", "00000000-0000-0000-0000-000000000001"),
				arguments(new UUID(0, 1), Types.OTHER, "text", "00000000-0000-0000-0000-000000000001"),
				arguments(Optional.of("12"), Types.INTEGER, "integer", "12"),
				arguments(Optional.empty(), Types.INTEGER, "null", "null"),
				arguments(null, Types.INTEGER, "null", "null"), arguments(null, Types.NULL, "null", "null"),
				arguments(null, Types.BLOB, "null", "null"));
	}

	@ParameterizedTest
	@MethodSource("honoured")
	void targetType(Object value, int type, String kind, Object stored) throws SQLException {
		this.select.setObject(1, value, type);
		assertThat(bound()).containsExactly(kind, stored);
		if (!(value instanceof StringReader) && !(value instanceof ByteArrayInputStream)) {
			this.select.setObject(1, value, JDBCType.valueOf(type));
			assertThat(bound()).containsExactly(kind, stored);
		}
	}

	static Stream<Arguments> refused() {
		return Stream.of(arguments("abc", Types.INTEGER), arguments("12abc", Types.BIGINT),
				arguments("", Types.INTEGER), arguments(3.7, Types.INTEGER), arguments(1e300, Types.BIGINT),
				arguments(new BigInteger("9223372036854775808"), Types.BIGINT), arguments("abc", Types.DOUBLE),
				arguments("abc", Types.NUMERIC), arguments("1e999", Types.DOUBLE), arguments("maybe", Types.BOOLEAN),
				arguments(AT, Types.INTEGER), arguments(new byte[1], Types.INTEGER),
				arguments(new byte[1], Types.VARCHAR), arguments("text", Types.BLOB), arguments(1, Types.BLOB),
				arguments(1, Types.DATE), arguments(AT, Types.DATE), arguments("soon", Types.DATE),
				arguments("soon", Types.TIMESTAMP), arguments(LocalTime.NOON, Types.TIMESTAMP),
				arguments(LocalDate.EPOCH, Types.TIME), arguments(Time.valueOf("07:05:00"), Types.DATE),
				arguments(1, Types.NULL), arguments("a", Types.ARRAY), arguments("a", Types.SQLXML),
				arguments("a", 4711), arguments(new Object(), Types.OTHER));
	}

	@ParameterizedTest
	@MethodSource("refused")
	void valuesThatAreNotOfTheType(Object value, int type) {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.select.setObject(1, value, type))
			.satisfies((ex) -> assertThat(ex.getMessage()).isNotEmpty());
	}

	@Test
	void decimalsWithAScale() throws SQLException {
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.select.setObject(1, new BigDecimal("1e99999999"), Types.DECIMAL, 2));
		this.select.setObject(1, new BigDecimal("1.005"), Types.DECIMAL, 2);
		assertThat(bound()).containsExactly("text", "1.01");
		this.select.setObject(1, "1.5", JDBCType.NUMERIC, 3);
		assertThat(bound()).containsExactly("text", "1.500");
		this.select.setObject(1, 1.5, Types.DECIMAL, 0);
		assertThat(bound()).containsExactly("integer", "2");
	}

	@Test
	void streamsWithALength() throws SQLException {
		this.select.setObject(1, new ByteArrayInputStream(new byte[9]), Types.BLOB, 4);
		assertThat(bound()).containsExactly("blob", 4);
		this.select.setObject(1, new StringReader("abcdef"), Types.CLOB, 3);
		assertThat(bound()).containsExactly("text", "abc");
		byte[] umlauts = "Grüße".getBytes(StandardCharsets.UTF_8);
		this.select.setAsciiStream(1, new ByteArrayInputStream(umlauts), umlauts.length);
		assertThat(bound()).containsExactly("text", "Grüße");
		unicode(umlauts);
		assertThat(bound()).containsExactly("text", "Grüße");
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.select.setBinaryStream(1, new ByteArrayInputStream(umlauts), -1));
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.select.setCharacterStream(1, new StringReader("a"), -1));
	}

	@SuppressWarnings("deprecation")
	private void unicode(byte[] text) throws SQLException {
		this.select.setUnicodeStream(1, new ByteArrayInputStream(text), text.length);
	}

	@Test
	void emptyLargeObjects() throws SQLException {
		this.select.setBlob(1, new SerialBlob(new byte[0]));
		assertThat(bound()).containsExactly("blob", 0);
		this.select.setClob(1, new SerialClob(new char[0]));
		assertThat(bound()).containsExactly("text", "");
	}

	@Test
	void notANumberIsNull() throws SQLException {
		this.select.setDouble(1, Double.NaN);
		assertThat(bound()).containsExactly("null", "null");
	}

	@Test
	void typesOfOthers() {
		SQLType foreign = new SQLType() {

			@Override
			public String getName() {
				return "GEOMETRY";
			}

			@Override
			public String getVendor() {
				return "other";
			}

			@Override
			public Integer getVendorTypeNumber() {
				return null;
			}

		};
		assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
			.isThrownBy(() -> this.select.setObject(1, "a", foreign))
			.withMessageContaining("GEOMETRY");
	}

	/** It names every column's type, by what metadata says. */
	@Test
	void simpleJdbcInsert() {
		this.jdbc
			.execute("CREATE TABLE s (id INTEGER PRIMARY KEY, big INTEGER, flag BOOLEAN, price NUMERIC, exact TEXT, "
					+ "ratio REAL, at TEXT, day DATE)");
		new SimpleJdbcInsert(this.jdbc).withTableName("s")
			.execute(java.util.Map.of("id", 1, "big", 5_000_000_000L, "flag", true, "price",
					new BigDecimal("9007199254740993"), "exact", new BigDecimal("4.00"), "ratio", 0.5, "at", AT, "day",
					LocalDate.of(2026, 1, 31)));
		assertThat(this.jdbc.queryForObject(
				"SELECT big || ' ' || flag || ' ' || price || ' ' || exact || ' ' || ratio || ' ' || day FROM s",
				String.class))
			.isEqualTo("5000000000 1 9007199254740993 4.00 0.5 2026-01-31");
		assertThat(this.jdbc.queryForObject("SELECT at FROM s", Instant.class)).isEqualTo(AT);
	}

	// What is known of parameters

	@Test
	void parameterTypes() throws SQLException {
		try (PreparedStatement insert = this.connection.prepareStatement("SELECT ?, ?, ?, ?, ?, ?")) {
			ParameterMetaData parameters = insert.getParameterMetaData();
			assertThat(parameters.getParameterCount()).isEqualTo(6);
			assertThat(parameters.getParameterType(1)).isEqualTo(Types.NULL);
			assertThat(parameters.getParameterTypeName(1)).isEqualTo("NULL");
			insert.setInt(1, 1);
			insert.setLong(2, 1);
			insert.setDouble(3, 1);
			insert.setString(4, "a");
			insert.setBytes(5, new byte[1]);
			insert.setNull(6, Types.INTEGER);
			int[] types = { Types.INTEGER, Types.BIGINT, Types.DOUBLE, Types.VARCHAR, Types.BLOB, Types.NULL };
			Class<?>[] classes = { Integer.class, Long.class, Double.class, String.class, byte[].class, Object.class };
			for (int i = 0; i < types.length; i++) {
				assertThat(parameters.getParameterType(i + 1)).isEqualTo(types[i]);
				assertThat(parameters.getParameterTypeName(i + 1)).isEqualTo(JDBCType.valueOf(types[i]).getName());
				assertThat(parameters.getParameterClassName(i + 1)).isEqualTo(classes[i].getName());
				assertThat(parameters.isNullable(i + 1)).isEqualTo(ParameterMetaData.parameterNullable);
				assertThat(parameters.getParameterMode(i + 1)).isEqualTo(ParameterMetaData.parameterModeIn);
			}
			assertThat(parameters.isSigned(1)).isTrue();
			assertThat(parameters.isSigned(4)).isFalse();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> parameters.getParameterType(0));
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> parameters.getParameterType(7));
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> parameters.isNullable(7));
		}
	}

}
