package tech.circuitforge.db.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * How Java's values are stored in SQLite's five kinds, and times are read back.
 * <p>
 * Points in time are ISO 8601 text in UTC with nine digits of a second, so that text
 * order is time order and SQLite's date functions read them:
 * {@code 2026-01-31T09:30:00.000000000Z}. Local dates and times are ISO 8601 text without
 * zone.
 */
public final class SqliteTypes {

	private static final DateTimeFormatter INSTANT = new DateTimeFormatterBuilder().appendInstant(9)
		.toFormatter(Locale.ROOT);

	private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder().appendPattern("HH:mm:ss")
		.appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
		.toFormatter(Locale.ROOT);

	private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder()
		.append(DateTimeFormatter.ISO_LOCAL_DATE)
		.appendLiteral('T')
		.append(TIME)
		.toFormatter(Locale.ROOT);

	/**
	 * Every form that SQLite's date functions take for a date or a time, and Python's
	 * isoformat() writes.
	 */
	private static final DateTimeFormatter ANY = new DateTimeFormatterBuilder().parseCaseInsensitive()
		.optionalStart()
		.append(DateTimeFormatter.ISO_LOCAL_DATE)
		.optionalEnd()
		.optionalStart()
		.appendPattern("['T'][' ']")
		.append(DateTimeFormatter.ISO_LOCAL_TIME)
		.optionalStart()
		.appendPattern("[' ']")
		.appendOffsetId()
		.optionalEnd()
		.optionalEnd()
		.toFormatter(Locale.ROOT);

	/** The Julian day of 1970-01-01 (https://www.sqlite.org/lang_datefunc.html). */
	private static final double JULIAN_EPOCH = 2440587.5;

	/** The Julian day of 10000-01-01, where SQLite's end. */
	private static final double JULIAN_END = 5373484.5;

	private static final double MILLIS_PER_DAY = 86_400_000.0;

	/** As much of a value as a message shows. */
	private static final int SHORT = 40;

	private SqliteTypes() {
	}

	/**
	 * Returns what to bind for a value.
	 * @param value any value that JDBC or this class knows
	 * @return null, an Integer, a Long, a Double, a String or a byte array
	 * @throws SQLException if there is no way to store it
	 */
	public static @Nullable Object toColumn(@Nullable Object value) throws SQLException {
		if (value == null || value instanceof String || value instanceof Integer || value instanceof Long
				|| value instanceof Double || value instanceof byte[]) {
			return value;
		}
		if (value instanceof Number number) {
			return toColumn(number);
		}
		if (value instanceof Boolean bool) {
			return bool ? 1 : 0;
		}
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		if (value instanceof Optional<?> optional) {
			return toColumn(optional.orElse(null));
		}
		if (value instanceof TemporalAccessor time) {
			return toColumn(time);
		}
		if (value instanceof java.util.Date date) {
			return toColumn(date);
		}
		if (value instanceof CharSequence || value instanceof Character || value instanceof UUID || value instanceof URI
				|| value instanceof URL || value.getClass().getPackageName().equals("java.time")) {
			return value.toString();
		}
		return toLob(value);
	}

	private static Object toColumn(Number number) {
		if (number instanceof Short || number instanceof Byte) {
			return number.intValue();
		}
		if (number instanceof Float) {
			return number.doubleValue();
		}
		if (number instanceof BigInteger integer && integer.bitLength() < Long.SIZE) {
			return integer.longValue();
		}
		if (number instanceof AtomicLong || number instanceof AtomicInteger) {
			return number.longValue();
		}
		if (number instanceof BigDecimal decimal && decimal.scale() == 0
				&& decimal.unscaledValue().bitLength() < Long.SIZE) {
			// A number, so that it compares with an expression, which has no affinity;
			// only if a TEXT column makes the same digits of it, which 4.00 and 4E+2
			// would not survive.
			return decimal.longValue();
		}
		// As text it is exact as far as the column lets it be.
		return number.toString();
	}

	private static Object toColumn(TemporalAccessor time) {
		if (time instanceof Instant instant) {
			return INSTANT.format(instant);
		}
		if (time instanceof OffsetDateTime offset) {
			return INSTANT.format(offset.toInstant());
		}
		if (time instanceof ZonedDateTime zoned) {
			return INSTANT.format(zoned.toInstant());
		}
		if (time instanceof LocalDateTime local) {
			return DATE_TIME.format(local);
		}
		if (time instanceof LocalTime local) {
			return TIME.format(local);
		}
		return (time instanceof Year year) ? year.getValue() : time.toString();
	}

	@SuppressWarnings("JavaUtilDate") // JDBC's own types
	private static Object toColumn(java.util.Date date) {
		if (date instanceof java.sql.Date day) {
			return day.toLocalDate().toString();
		}
		if (date instanceof java.sql.Time time) {
			// toLocalTime() would lose the milliseconds.
			return TIME.format(Instant.ofEpochMilli(time.getTime()).atZone(ZoneId.systemDefault()).toLocalTime());
		}
		return INSTANT.format((date instanceof java.sql.Timestamp timestamp) ? timestamp.toInstant()
				: Instant.ofEpochMilli(date.getTime()));
	}

	private static Object toLob(Object value) throws SQLException {
		if (value instanceof Blob blob) {
			return bytes(blob);
		}
		if (value instanceof Clob clob) {
			return text(clob);
		}
		if (value instanceof InputStream stream) {
			return read(stream);
		}
		if (value instanceof Reader reader) {
			return read(reader);
		}
		throw new SqliteUsageException(
				("SQLite has no type for a %s. Convert it to text, a number or bytes first (with "
						+ "Spring Data: by a writing converter).")
					.formatted(value.getClass().getName()));
	}

	static byte[] bytes(Blob blob) throws SQLException {
		// The JDK's SerialBlob and SerialClob have no position 1 if they are empty.
		return (blob.length() > 0) ? blob.getBytes(1, length(blob.length())) : new byte[0];
	}

	static String text(Clob clob) throws SQLException {
		return (clob.length() > 0) ? clob.getSubString(1, length(clob.length())) : "";
	}

	private static int length(long length) throws SQLException {
		if (length > Integer.MAX_VALUE) {
			throw new SqliteUsageException("A value of %d bytes is too long for SQLite".formatted(length));
		}
		return (int) length;
	}

	static byte[] read(InputStream stream) throws SQLException {
		try {
			return stream.readAllBytes();
		}
		catch (IOException ex) {
			throw new SQLException("The stream of a parameter cannot be read: " + ex.getMessage(), ex);
		}
	}

	static String read(Reader reader) throws SQLException {
		try {
			StringWriter text = new StringWriter();
			reader.transferTo(text);
			return text.toString();
		}
		catch (IOException ex) {
			throw new SQLException("The reader of a parameter cannot be read: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Reads a point in time; text without an offset is UTC, as CURRENT_TIMESTAMP writes
	 * it.
	 * @param text of a column
	 * @return the point in time
	 * @throws SQLException if it is none
	 */
	public static Instant toInstant(String text) throws SQLException {
		TemporalAccessor parsed = parse(text);
		LocalDate date = parsed.query(TemporalQueries.localDate());
		LocalTime time = parsed.query(TemporalQueries.localTime());
		ZoneOffset offset = parsed.query(TemporalQueries.offset());
		if (date == null) {
			throw unreadable(text, "a point in time", null);
		}
		return date.atTime((time != null) ? time : LocalTime.MIDNIGHT)
			.toInstant((offset != null) ? offset : ZoneOffset.UTC);
	}

	/** The number is milliseconds since 1970, which is what the driver itself writes. */
	static Instant toInstant(long millis) {
		return Instant.ofEpochMilli(millis);
	}

	static Instant toInstant(double julianDay) throws SQLException {
		if (!(julianDay >= 0 && julianDay < JULIAN_END)) {
			throw unreadable(String.valueOf(julianDay), "a Julian day", null);
		}
		return Instant.ofEpochMilli(Math.round((julianDay - JULIAN_EPOCH) * MILLIS_PER_DAY));
	}

	/**
	 * Reads the date and time as written; an offset, if there is one, is converted away
	 * to UTC.
	 * @param text of a column
	 * @return the date and time
	 * @throws SQLException if it is none
	 */
	public static LocalDateTime toLocalDateTime(String text) throws SQLException {
		return LocalDateTime.ofInstant(toInstant(text), ZoneOffset.UTC);
	}

	/**
	 * Reads the date as written.
	 * @param text of a column
	 * @return the date
	 * @throws SQLException if there is none
	 */
	public static LocalDate toLocalDate(String text) throws SQLException {
		return toLocalDateTime(text).toLocalDate();
	}

	/**
	 * Reads the time of day as written.
	 * @param text of a column
	 * @return the time
	 * @throws SQLException if there is none
	 */
	public static LocalTime toLocalTime(String text) throws SQLException {
		LocalTime time = parse(text).query(TemporalQueries.localTime());
		if (time == null) {
			throw unreadable(text, "a time of day", null);
		}
		return time;
	}

	static TemporalAccessor parse(String text) throws SQLException {
		try {
			return ANY.parse(text.strip());
		}
		catch (DateTimeException ex) {
			throw unreadable(text, "a date or time", ex);
		}
	}

	static SQLException unreadable(String text, String kind, @Nullable Exception cause) {
		return new SQLException("\"%s\" cannot be read as %s".formatted(shortened(text), kind), "22007", cause);
	}

	static String shortened(String text) {
		return (text.length() > SHORT) ? text.substring(0, SHORT) + "…" : text;
	}

}
