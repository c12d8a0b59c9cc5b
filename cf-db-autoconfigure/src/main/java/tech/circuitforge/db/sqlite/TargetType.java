package tech.circuitforge.db.sqlite;

import java.io.InputStream;
import java.math.BigDecimal;
import java.sql.Blob;
import java.sql.JDBCType;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What is bound if the caller of {@code setObject} has named a type: a value of that
 * type, or nothing. The columns' own types would not see to it, since SQLite keeps in a
 * column what it cannot convert.
 */
final class TargetType {

	private TargetType() {
	}

	/**
	 * Converts a value.
	 * @param scale digits after the decimal point, for exact numbers
	 * @return null, an Integer, a Long, a Double, a String or a byte array
	 * @throws SQLException if there is no such value of that type
	 */
	static @Nullable Object convert(Object value, int type, @Nullable Integer scale) throws SQLException {
		if (value instanceof Optional<?> optional) {
			return optional.isPresent() ? convert(optional.get(), type, scale) : null;
		}
		try {
			Object converted = switch (type) {
				// SQLite's integers have 64 bits, whatever a column calls them.
				case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> whole(value);
				case Types.BIT, Types.BOOLEAN -> Numbers.truth(number(value)) ? 1 : 0;
				case Types.REAL, Types.FLOAT, Types.DOUBLE -> floating(value);
				case Types.NUMERIC, Types.DECIMAL -> exact(value, scale);
				case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NCHAR, Types.NVARCHAR, Types.LONGNVARCHAR,
						Types.CLOB, Types.NCLOB ->
					text(value);
				case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> bytes(value);
				case Types.DATE -> date(value);
				case Types.TIME, Types.TIME_WITH_TIMEZONE -> time(value);
				case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> timestamp(value);
				case Types.OTHER, Types.JAVA_OBJECT -> SqliteTypes.toColumn(value);
				default -> throw new SQLFeatureNotSupportedException("SQLite has no type " + name(type));
			};
			if (converted != null) {
				return converted;
			}
		}
		catch (ArithmeticException | NumberFormatException ex) {
			throw refused(value, type, ex);
		}
		throw refused(value, type, null);
	}

	private static SQLException refused(Object value, int type, @Nullable Exception cause) {
		SqliteUsageException refused = new SqliteUsageException(
				"This %s is no %s. Convert it first, or set it without a type.".formatted(value.getClass().getName(),
						name(type)));
		refused.initCause(cause);
		return refused;
	}

	private static String name(int type) {
		for (JDBCType known : JDBCType.values()) {
			if (known.getVendorTypeNumber() == type) {
				return known.getName();
			}
		}
		return String.valueOf(type);
	}

	/** As {@link Numbers} takes it; what is neither a number nor text is none. */
	private static Object number(Object value) throws SQLException {
		if (value instanceof Boolean bool) {
			return bool ? 1 : 0;
		}
		if (value instanceof Number || value instanceof CharSequence || value instanceof Character
				|| value instanceof Year) {
			Object column = SqliteTypes.toColumn(value);
			return (column != null) ? column : "";
		}
		throw new NumberFormatException("not a number");
	}

	private static Object whole(Object value) throws SQLException {
		return Numbers.whole(number(value), Long.MIN_VALUE, Long.MAX_VALUE);
	}

	private static Object floating(Object value) throws SQLException {
		Object number = number(value);
		double floating = Numbers.floating(number);
		// Metadata calls a NUMERIC column a FLOAT, and it keeps 64 bits of a whole
		// number.
		return (number instanceof Long whole && (Math.abs(floating) >= 0x1p63 || (long) floating != whole)) ? number
				: floating;
	}

	private static @Nullable Object exact(Object value, @Nullable Integer scale) throws SQLException {
		Object number = number(value);
		if (number instanceof Double && scale == null) {
			return number;
		}
		BigDecimal decimal = (value instanceof BigDecimal given) ? given
				: (number instanceof String) ? Numbers.decimal(number) : new BigDecimal(number.toString());
		return SqliteTypes.toColumn((scale != null) ? Numbers.rounded(decimal, scale) : decimal);
	}

	private static @Nullable Object text(Object value) throws SQLException {
		if (value instanceof Number || value instanceof Boolean) {
			return value.toString();
		}
		Object column = SqliteTypes.toColumn(value);
		return (column instanceof byte[]) ? null : String.valueOf(column);
	}

	private static byte @Nullable [] bytes(Object value) throws SQLException {
		return (value instanceof byte[] || value instanceof Blob || value instanceof InputStream)
				? (byte[]) SqliteTypes.toColumn(value) : null;
	}

	/** Of a java.util.Date and its subclasses by the JVM's time zone, as JDBC says. */
	@SuppressWarnings("JavaUtilDate") // JDBC's own types
	private static @Nullable LocalDateTime local(Object value) {
		if (value instanceof LocalDateTime local) {
			return local;
		}
		if (value instanceof OffsetDateTime offset) {
			return offset.toLocalDateTime();
		}
		if (value instanceof ZonedDateTime zoned) {
			return zoned.toLocalDateTime();
		}
		if (value instanceof java.sql.Timestamp timestamp) {
			return timestamp.toLocalDateTime();
		}
		return (value instanceof Date date)
				? Instant.ofEpochMilli(date.getTime()).atZone(ZoneId.systemDefault()).toLocalDateTime() : null;
	}

	private static @Nullable Object date(Object value) throws SQLException {
		if (value instanceof CharSequence text) {
			return SqliteTypes.toLocalDate(text.toString()).toString();
		}
		LocalDateTime local = (value instanceof LocalDate date) ? date.atStartOfDay() : local(value);
		return (local != null && !(value instanceof java.sql.Time)) ? local.toLocalDate().toString() : null;
	}

	private static @Nullable Object time(Object value) throws SQLException {
		if (value instanceof CharSequence text) {
			return SqliteTypes.toColumn(SqliteTypes.toLocalTime(text.toString()));
		}
		LocalDateTime local = local(value);
		return (value instanceof LocalTime time) ? SqliteTypes.toColumn(time)
				: (local != null) ? SqliteTypes.toColumn(local.toLocalTime()) : null;
	}

	@SuppressWarnings("JavaUtilDate") // JDBC's own types
	private static @Nullable Object timestamp(Object value) throws SQLException {
		if (value instanceof CharSequence text) {
			SqliteTypes.toInstant(text.toString());
			return text.toString();
		}
		if (value instanceof java.sql.Date date) {
			// Not as a date alone: it may have hours.
			return SqliteTypes.toColumn(Instant.ofEpochMilli(date.getTime()));
		}
		if (value instanceof LocalDate date) {
			return SqliteTypes.toColumn(date.atStartOfDay());
		}
		boolean point = value instanceof Instant || local(value) != null;
		return (point && !(value instanceof java.sql.Time)) ? SqliteTypes.toColumn(value) : null;
	}

}
