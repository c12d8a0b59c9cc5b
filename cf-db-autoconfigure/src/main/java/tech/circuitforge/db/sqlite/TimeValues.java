package tech.circuitforge.db.sqlite;

import java.sql.Date;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Calendar;

import org.jspecify.annotations.Nullable;

/**
 * Times out of values of any of SQLite's kinds.
 * <p>
 * Whole numbers are what the driver writes for every class of time: milliseconds of a
 * point in time, which is a date and a time of day in the JVM's time zone.
 */
final class TimeValues {

	private TimeValues() {
	}

	/**
	 * Converts a value.
	 * @param value a Number, a String or a byte array
	 * @param type one of JDBC's or java.time's classes
	 * @param zone where the dates and times of day of JDBC's classes are
	 * @return the time, or null if the text is empty
	 * @throws SQLException if there is no such time in it
	 */
	static @Nullable Object convert(Object value, Class<?> type, ZoneId zone) throws SQLException {
		if ("".equals(value)) {
			// The driver's answer.
			return null;
		}
		try {
			return switch (type.getName()) {
				case "java.time.Instant" -> instant(value);
				case "java.time.OffsetDateTime" -> OffsetDateTime.ofInstant(instant(value), ZoneOffset.UTC);
				case "java.time.ZonedDateTime" -> ZonedDateTime.ofInstant(instant(value), ZoneOffset.UTC);
				case "java.time.LocalDateTime" -> localDateTime(value);
				case "java.time.LocalDate" -> localDateTime(value).toLocalDate();
				case "java.time.LocalTime" -> localTime(value);
				case "java.time.Duration" -> Duration.parse(text(value));
				case "java.sql.Date" -> date(value, zone);
				case "java.sql.Time" -> time(value, zone);
				case "java.sql.Timestamp", "java.util.Date" -> timestamp(instant(value));
				default -> throw new SQLFeatureNotSupportedException("A column cannot be read as a " + type.getName());
			};
		}
		catch (DateTimeException | IllegalArgumentException | ArithmeticException ex) {
			throw SqliteTypes.unreadable(text(value), "a " + type.getName(), ex);
		}
	}

	/** JDBC's zone of a calendar: the JVM's, if there is none. */
	static ZoneId zone(@Nullable Calendar calendar) {
		return (calendar != null) ? calendar.getTimeZone().toZoneId() : ZoneId.systemDefault();
	}

	/** A date as JDBC has it: with the time of day, if there is one. */
	private static Date date(Object value, ZoneId zone) throws SQLException {
		if (value instanceof String text) {
			TemporalAccessor parsed = SqliteTypes.parse(text);
			if (parsed.query(TemporalQueries.offset()) == null) {
				return new Date(SqliteTypes.toLocalDateTime(text).atZone(zone).toInstant().toEpochMilli());
			}
		}
		return new Date(instant(value).toEpochMilli());
	}

	/** A time of day as JDBC has it: of the first of January 1970, if it is text. */
	private static Time time(Object value, ZoneId zone) throws SQLException {
		if (value instanceof Number) {
			return new Time(instant(value).toEpochMilli());
		}
		return new Time(localTime(value).atDate(LocalDate.EPOCH).atZone(zone).toInstant().toEpochMilli());
	}

	private static Timestamp timestamp(Instant instant) {
		// Timestamp.from() would wrap around far from now; this is an exception.
		Timestamp timestamp = new Timestamp(instant.toEpochMilli());
		timestamp.setNanos(instant.get(ChronoField.NANO_OF_SECOND));
		return timestamp;
	}

	private static Instant instant(Object value) throws SQLException {
		if (value instanceof Double julianDay) {
			return SqliteTypes.toInstant(julianDay);
		}
		return (value instanceof Number millis) ? SqliteTypes.toInstant(millis.longValue())
				: SqliteTypes.toInstant(text(value));
	}

	private static LocalDateTime localDateTime(Object value) throws SQLException {
		if (value instanceof Double julianDay) {
			return LocalDateTime.ofInstant(SqliteTypes.toInstant(julianDay), ZoneOffset.UTC);
		}
		return (value instanceof Number millis)
				? LocalDateTime.ofInstant(SqliteTypes.toInstant(millis.longValue()), ZoneId.systemDefault())
				: SqliteTypes.toLocalDateTime(text(value));
	}

	private static LocalTime localTime(Object value) throws SQLException {
		return (value instanceof Number) ? localDateTime(value).toLocalTime() : SqliteTypes.toLocalTime(text(value));
	}

	private static String text(Object value) {
		return (value instanceof byte[] bytes) ? "a blob of %d bytes".formatted(bytes.length) : value.toString();
	}

}
