package tech.circuitforge.db.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.dao.TypeMismatchDataAccessException;
import org.springframework.jdbc.core.BeanPropertyRowMapper;
import org.springframework.jdbc.core.DataClassRowMapper;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class TypesTests {

	private static final Instant AT = Instant.parse("2026-01-31T09:30:00.123456789Z");

	@TempDir
	static Path directory;

	private static Product product;

	private JdbcTemplate jdbc;

	private JdbcClient client;

	@BeforeAll
	static void start() {
		product = Product.local(directory.resolve("test.db"));
		product.jdbc().execute("CREATE TABLE t (v)");
	}

	@AfterAll
	static void stop() {
		product.close();
	}

	@BeforeEach
	void empty() {
		this.jdbc = product.jdbc();
		this.client = product.client();
		this.jdbc.update("DELETE FROM t");
	}

	static Stream<Arguments> values() {
		return Stream.of(arguments(AT, "2026-01-31T09:30:00.123456789Z"),
				arguments(Instant.parse("2026-01-31T09:30:00Z"), "2026-01-31T09:30:00.000000000Z"),
				arguments(OffsetDateTime.ofInstant(AT, ZoneOffset.UTC), "2026-01-31T09:30:00.123456789Z"),
				arguments(ZonedDateTime.ofInstant(AT, ZoneOffset.UTC), "2026-01-31T09:30:00.123456789Z"),
				arguments(LocalDate.of(2026, 1, 31), "2026-01-31"), arguments(LocalTime.of(7, 5), "07:05:00"),
				arguments(LocalTime.of(7, 5, 1, 500), "07:05:01.0000005"),
				arguments(LocalDateTime.of(2026, 1, 31, 7, 5), "2026-01-31T07:05:00"), arguments(Year.of(2026), 2026),
				arguments(UUID.fromString("550e8400-e29b-41d4-a716-446655440000"),
						"550e8400-e29b-41d4-a716-446655440000"),
				arguments(DayOfWeek.FRIDAY, "FRIDAY"), arguments(true, 1), arguments(false, 0),
				arguments(new BigDecimal("12345678901234567890.123456789"), "12345678901234567890.123456789"),
				arguments(new BigInteger("123456789012345678901"), "123456789012345678901"), arguments("text", "text"),
				arguments(42, 42), arguments(1L << 40, 1L << 40), arguments(1.5, 1.5),
				arguments(Timestamp.from(AT), "2026-01-31T09:30:00.123456789Z"));
	}

	@ParameterizedTest
	@MethodSource("values")
	void roundTrip(Object value, Object stored) {
		this.client.sql("INSERT INTO t VALUES (:v)").param("v", value).update();
		assertThat(this.jdbc.queryForObject("SELECT v FROM t", Object.class)).isEqualTo(stored);
		assertThat(this.client.sql("SELECT v FROM t").query(value.getClass()).single()).isEqualTo(value);
		assertThat((Object) this.jdbc.queryForObject("SELECT v FROM t", value.getClass())).isEqualTo(value);
		this.jdbc.update("UPDATE t SET v = NULL");
		assertThat(this.client.sql("SELECT v FROM t").query(value.getClass()).optional()).isEmpty();
		this.jdbc.update("UPDATE t SET v = ?", value);
		assertThat(this.jdbc.queryForObject("SELECT v FROM t WHERE v = ?", Object.class, value)).isEqualTo(stored);
	}

	@Test
	void durations() {
		this.client.sql("INSERT INTO t VALUES (?)").param(Duration.ofMinutes(90)).update();
		assertThat(this.jdbc.queryForObject("SELECT v FROM t", String.class)).isEqualTo("PT1H30M");
		// JdbcClient.query(Duration.class) would look for the columns of a bean: Spring
		// does not take it for a value.
		assertThat(this.jdbc.queryForObject("SELECT v FROM t", Duration.class)).isEqualTo(Duration.ofMinutes(90));
	}

	@Test
	void bytes() {
		byte[] bytes = { 0, 1, -1 };
		this.client.sql("INSERT INTO t VALUES (?)").param(bytes).update();
		assertThat(this.jdbc.queryForObject("SELECT v FROM t", byte[].class)).isEqualTo(bytes);
	}

	@Test
	void recordsBeansAndDataClasses() {
		Everything all = new Everything(AT, LocalDate.of(2026, 1, 31), Duration.ofHours(2),
				UUID.fromString("550e8400-e29b-41d4-a716-446655440000"), DayOfWeek.MONDAY, true, Year.of(2026));
		this.jdbc.execute("DROP TABLE IF EXISTS everything");
		this.jdbc.execute(
				"CREATE TABLE everything (at TEXT, day TEXT, length TEXT, id TEXT, weekday TEXT, flag INTEGER, year INTEGER)");
		this.client.sql("INSERT INTO everything VALUES (:at, :day, :length, :id, :weekday, :flag, :year)")
			.paramSource(all)
			.update();
		assertThat(this.client.sql("SELECT * FROM everything").query(Everything.class).single()).isEqualTo(all);
		assertThat(this.jdbc.queryForObject("SELECT * FROM everything", new DataClassRowMapper<>(Everything.class)))
			.isEqualTo(all);
		Bean bean = this.jdbc.queryForObject("SELECT at, day FROM everything", new BeanPropertyRowMapper<>(Bean.class));
		assertThat(bean.at).isEqualTo(AT);
		assertThat(bean.day).isEqualTo(all.day());
	}

	@Test
	void zonesAndOffsetsBecomeUtc() {
		ZonedDateTime tokyo = AT.atZone(ZoneId.of("Asia/Tokyo"));
		this.client.sql("INSERT INTO t VALUES (?)").param(tokyo).update();
		assertThat(this.jdbc.queryForObject("SELECT v FROM t", String.class))
			.isEqualTo("2026-01-31T09:30:00.123456789Z");
		assertThat(this.client.sql("SELECT v FROM t").query(OffsetDateTime.class).single())
			.isEqualTo(AT.atOffset(ZoneOffset.UTC));
	}

	@Test
	void sqliteAndPythonReadThem() {
		this.client.sql("INSERT INTO t VALUES (?)").param(AT).update();
		assertThat(this.jdbc.queryForObject("SELECT datetime(v) FROM t", String.class))
			.isEqualTo("2026-01-31 09:30:00");
		assertThat(this.jdbc.queryForObject("SELECT unixepoch(v) FROM t", Long.class)).isEqualTo(AT.getEpochSecond());
	}

	@Test
	void orderOfTextIsOrderOfTime() {
		List<Instant> times = List.of(AT.minusNanos(123456789), AT.minusNanos(1), AT, AT.plusSeconds(1));
		for (int i = times.size() - 1; i >= 0; i--) {
			this.client.sql("INSERT INTO t VALUES (?)").param(times.get(i)).update();
		}
		assertThat(this.client.sql("SELECT v FROM t ORDER BY v").query(Instant.class).list()).isEqualTo(times);
	}

	static Stream<String> spellings() {
		return Stream.of("2026-01-31 09:30:00", "2026-01-31T09:30:00Z", "2026-01-31T09:30:00+00:00",
				"2026-01-31 18:30:00+09:00", "2026-01-31T09:30", "2026-01-31 09:30:00.000",
				"2026-01-31T09:30:00.000000+00:00", "2026-01-31t09:30:00z");
	}

	@ParameterizedTest
	@MethodSource("spellings")
	void readsWhatSqliteAndPythonWrite(String text) {
		this.jdbc.update("INSERT INTO t VALUES (?)", text);
		assertThat(this.client.sql("SELECT v FROM t").query(Instant.class).single())
			.isEqualTo(Instant.parse("2026-01-31T09:30:00Z"));
		assertThat(this.client.sql("SELECT v FROM t").query(Timestamp.class).single().toInstant())
			.isEqualTo(Instant.parse("2026-01-31T09:30:00Z"));
	}

	@Test
	void currentTimestampIsUtc() {
		this.jdbc.execute("INSERT INTO t VALUES (CURRENT_TIMESTAMP)");
		assertThat(this.client.sql("SELECT v FROM t").query(Instant.class).single())
			.isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
	}

	@Test
	void numbersAreMillisecondsOrJulianDays() {
		this.jdbc.update("INSERT INTO t VALUES (?)", AT.toEpochMilli());
		assertThat(this.client.sql("SELECT v FROM t").query(Instant.class).single().toEpochMilli())
			.isEqualTo(AT.toEpochMilli());
		this.jdbc.update("UPDATE t SET v = julianday('2026-01-31 12:00:00')");
		assertThat(this.client.sql("SELECT v FROM t").query(Instant.class).single())
			.isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
	}

	@Test
	void optionalParametersAreUnwrapped() {
		this.jdbc.update("INSERT INTO t VALUES (?)", Optional.of(AT));
		this.jdbc.update("INSERT INTO t VALUES (?)", Optional.empty());
		assertThat(this.jdbc.queryForList("SELECT v FROM t ORDER BY v", String.class)).containsExactly(null,
				"2026-01-31T09:30:00.123456789Z");
	}

	@Test
	void exactDecimalsNeedATextColumn() {
		this.jdbc.execute("CREATE TABLE IF NOT EXISTS d (exact TEXT, lossy NUMERIC)");
		BigDecimal value = new BigDecimal("0.12345678901234567890");
		this.jdbc.update("INSERT INTO d VALUES (?, ?)", value, value);
		assertThat(this.jdbc.queryForObject("SELECT exact FROM d", BigDecimal.class)).isEqualTo(value);
		assertThat(this.jdbc.queryForObject("SELECT lossy FROM d", BigDecimal.class)).isNotEqualTo(value);
	}

	@Test
	void whatHasNoTypeIsRefusedInsteadOfStoredAsItsToString() {
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.jdbc.update("INSERT INTO t VALUES (?)", new Object()))
			.withMessageContaining("SQLite has no type for a java.lang.Object");
	}

	@Test
	void unreadableTextSaysWhatItIs() {
		this.jdbc.update("INSERT INTO t VALUES ('soon')");
		assertThatExceptionOfType(TypeMismatchDataAccessException.class)
			.isThrownBy(() -> this.client.sql("SELECT v FROM t").query(Instant.class).single())
			.withMessageContaining("[soon]")
			.withMessageContaining("java.time.Instant");
	}

	record Everything(Instant at, LocalDate day, Duration length, UUID id, DayOfWeek weekday, boolean flag, Year year) {

	}

	static class Bean {

		private Instant at;

		private LocalDate day;

		public void setAt(Instant at) {
			this.at = at;
		}

		public void setDay(LocalDate day) {
			this.day = day;
		}

	}

}
