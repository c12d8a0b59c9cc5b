package tech.circuitforge.db.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Calendar;
import java.util.TimeZone;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * JDBC's own classes of dates and times, in a time zone that is not UTC, and what the
 * driver has written.
 */
@SuppressWarnings("JavaUtilDate") // JDBC's own types
class DateTests {

	private static final Instant AT = Instant.parse("2026-01-31T23:30:00.123Z");

	private static final Calendar TOKYO = Calendar.getInstance(TimeZone.getTimeZone("Asia/Tokyo"));

	@TempDir
	Path directory;

	private Product product;

	private Connection connection;

	private TimeZone zone;

	private Statement read;

	@BeforeEach
	void start() throws SQLException {
		this.zone = TimeZone.getDefault();
		TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
		this.product = Product.local(this.directory.resolve("test.db"));
		this.product.jdbc().execute("CREATE TABLE t (v)");
		this.connection = this.product.dataSource().getConnection();
	}

	@AfterEach
	void stop() throws SQLException {
		this.connection.close();
		this.product.close();
		TimeZone.setDefault(this.zone);
	}

	private interface Setter {

		void set(PreparedStatement insert) throws SQLException;

	}

	private String stored(Setter setter) throws SQLException {
		return stored(this.connection, setter);
	}

	private String stored(Connection connection, Setter setter) throws SQLException {
		try (PreparedStatement delete = connection.prepareStatement("DELETE FROM t");
				PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?)")) {
			delete.executeUpdate();
			setter.set(insert);
			insert.executeUpdate();
		}
		return this.product.jdbc().queryForObject("SELECT v FROM t", String.class);
	}

	private ResultSet row() throws SQLException {
		if (this.read != null) {
			// Its view of the file would stay.
			this.read.close();
		}
		this.read = this.connection.createStatement();
		ResultSet rows = this.read.executeQuery("SELECT v FROM t");
		rows.next();
		return rows;
	}

	@Test
	void pointsInTimeAreKept() throws SQLException {
		Timestamp timestamp = Timestamp.from(AT.plusNanos(456789));
		for (Setter setter : new Setter[] { (insert) -> insert.setTimestamp(1, timestamp),
				(insert) -> insert.setTimestamp(1, timestamp, TOKYO),
				(insert) -> insert.setTimestamp(1, timestamp, null), (insert) -> insert.setObject(1, timestamp) }) {
			assertThat(stored(setter)).isEqualTo("2026-01-31T23:30:00.123456789Z");
			assertThat(row().getTimestamp(1)).isEqualTo(timestamp);
			assertThat(row().getTimestamp("v", TOKYO)).isEqualTo(timestamp);
			assertThat(row().getTimestamp(1, null)).isEqualTo(timestamp);
			assertThat(row().getObject(1, Timestamp.class)).isEqualTo(timestamp);
		}
		assertThat(stored((insert) -> insert.setObject(1, java.util.Date.from(AT))))
			.isEqualTo("2026-01-31T23:30:00.123000000Z");
		assertThat(row().getObject(1, java.util.Date.class).getTime()).isEqualTo(AT.toEpochMilli());
		// Its day in this time zone, with the hours.
		assertThat(row().getDate(1).getTime()).isEqualTo(AT.toEpochMilli());
		assertThat(row().getDate(1)).hasToString("2026-02-01");
	}

	@Test
	void datesAreDays() throws SQLException {
		Date day = Date.valueOf("2026-01-31");
		for (Setter setter : new Setter[] { (insert) -> insert.setDate(1, day),
				(insert) -> insert.setDate(1, day, null), (insert) -> insert.setObject(1, day) }) {
			assertThat(stored(setter)).isEqualTo("2026-01-31");
			assertThat(row().getDate(1)).isEqualTo(day);
			assertThat(row().getDate(1, null)).isEqualTo(day);
			assertThat(row().getObject(1, Date.class)).isEqualTo(day);
			assertThat(row().getObject(1, LocalDate.class)).isEqualTo(LocalDate.of(2026, 1, 31));
		}
		Date inTokyo = new Date(Instant.parse("2026-01-30T15:00:00Z").toEpochMilli());
		assertThat(stored((insert) -> insert.setDate(1, inTokyo, TOKYO))).isEqualTo("2026-01-31");
		assertThat(row().getDate(1, TOKYO)).isEqualTo(inTokyo);
	}

	@Test
	void timesOfDayKeepTheirMilliseconds() throws SQLException {
		Time time = new Time(LocalTime.of(7, 5, 1, 250_000_000).toNanoOfDay() / 1_000_000 - 3_600_000);
		for (Setter setter : new Setter[] { (insert) -> insert.setTime(1, time),
				(insert) -> insert.setTime(1, time, null), (insert) -> insert.setObject(1, time) }) {
			assertThat(stored(setter)).isEqualTo("07:05:01.25");
			assertThat(row().getTime(1)).isEqualTo(time);
			assertThat(row().getObject(1, Time.class)).isEqualTo(time);
			assertThat(row().getObject(1, LocalTime.class)).isEqualTo(LocalTime.of(7, 5, 1, 250_000_000));
		}
		assertThat(stored((insert) -> insert.setTime(1, time, TOKYO))).isEqualTo("15:05:01.25");
		assertThat(row().getTime(1, TOKYO)).isEqualTo(time);
	}

	/** A DATETIME column that is read as a date: the day as written, and its hours. */
	@Test
	void datesWithHours() throws SQLException {
		stored((insert) -> insert.setString(1, "2026-01-31 23:30:00.123"));
		assertThat(row().getDate(1).toLocalDate()).isEqualTo(LocalDate.of(2026, 1, 31));
		assertThat(row().getDate(1).getTime()).isEqualTo(Timestamp.valueOf("2026-01-31 23:30:00.123").getTime());
		assertThat(row().getDate(1, TOKYO).getTime())
			.isEqualTo(Instant.parse("2026-01-31T14:30:00.123Z").toEpochMilli());
		assertThat(row().getTime(1)).hasToString("23:30:00");
	}

	/** A file that the driver has written: the same dates and times. */
	@Test
	void readsWhatTheDriverWrites() throws SQLException {
		Date day = Date.valueOf("2026-01-31");
		Timestamp timestamp = Timestamp.from(AT);
		Time time = Time.valueOf("07:05:01");
		try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + this.directory.resolve("test.db"))) {
			stored(plain, (insert) -> insert.setDate(1, day));
			assertThat(row().getDate(1)).isEqualTo(day);
			assertThat(row().getDate(1, TOKYO)).isEqualTo(day);
			assertThat(row().getObject(1, LocalDate.class)).isEqualTo(day.toLocalDate());
			stored(plain, (insert) -> insert.setTimestamp(1, timestamp));
			assertThat(row().getTimestamp(1)).isEqualTo(timestamp);
			assertThat(row().getDate(1).getTime()).isEqualTo(timestamp.getTime());
			assertThat(row().getObject(1, LocalDateTime.class)).isEqualTo(timestamp.toLocalDateTime());
			assertThat(row().getObject(1, Instant.class)).isEqualTo(AT);
			assertThat(row().getObject(1, OffsetDateTime.class).toInstant()).isEqualTo(AT);
			stored(plain, (insert) -> insert.setTime(1, time));
			assertThat(row().getTime(1)).isEqualTo(time);
			assertThat(row().getObject(1, LocalTime.class)).isEqualTo(LocalTime.of(7, 5, 1));
		}
	}

	@Test
	void emptyTextIsNoDate() throws SQLException {
		stored((insert) -> insert.setString(1, ""));
		ResultSet rows = row();
		assertThat(rows.getDate(1)).isNull();
		assertThat(rows.wasNull()).isFalse();
		assertThat(rows.getTime(1)).isNull();
		assertThat(rows.getTimestamp(1)).isNull();
		assertThat(rows.getObject(1, LocalDate.class)).isNull();
		assertThat(rows.getObject(1, Instant.class)).isNull();
		assertThat(rows.getString(1)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "'soon'", "' '", "x'00'", "1e300", "-1.5", "'2026-13-01'", "'+999999999-12-31T23:59:59Z'" })
	void noTime(String expression) throws SQLException {
		ResultSet rows = this.connection.createStatement().executeQuery("SELECT " + expression + " AS n");
		rows.next();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.getTimestamp(1))
			.withMessageContaining("column 1 (n)");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.getDate(1))
			.withMessageContaining("column 1 (n)");
	}

}
