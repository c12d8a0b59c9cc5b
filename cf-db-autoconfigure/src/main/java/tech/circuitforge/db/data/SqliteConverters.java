package tech.circuitforge.db.data;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.UUID;
import java.util.function.Function;

import org.springframework.data.convert.ConverterBuilder;

import tech.circuitforge.db.sqlite.SqliteTypes;

/**
 * Values as they stand in SQLite's columns: the same as through {@code JdbcTemplate}.
 */
final class SqliteConverters {

	private SqliteConverters() {
	}

	static Collection<Object> all() {
		Collection<Object> converters = new ArrayList<>();
		add(converters, Instant.class, SqliteTypes::toInstant);
		add(converters, OffsetDateTime.class, (text) -> SqliteTypes.toInstant(text).atOffset(ZoneOffset.UTC));
		add(converters, ZonedDateTime.class, (text) -> SqliteTypes.toInstant(text).atZone(ZoneOffset.UTC));
		add(converters, LocalDateTime.class, SqliteTypes::toLocalDateTime);
		add(converters, LocalDate.class, SqliteTypes::toLocalDate);
		add(converters, LocalTime.class, SqliteTypes::toLocalTime);
		add(converters, Duration.class, Duration::parse);
		add(converters, UUID.class, UUID::fromString);
		converters.addAll(ConverterBuilder.reading(Number.class, Boolean.class, (number) -> number.intValue() != 0)
			.getConverters());
		return converters;
	}

	private static <T> void add(Collection<Object> converters, Class<T> type, Reader<T> reader) {
		converters.addAll(ConverterBuilder.writing(type, String.class, SqliteConverters::write)
			.andReading(unchecked(reader))
			.getConverters());
	}

	private static String write(Object value) {
		try {
			return String.valueOf(SqliteTypes.toColumn(value));
		}
		catch (SQLException ex) {
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
	}

	private static <T> Function<String, T> unchecked(Reader<T> reader) {
		return (text) -> {
			try {
				return reader.read(text);
			}
			catch (SQLException ex) {
				throw new IllegalArgumentException(ex.getMessage(), ex);
			}
		};
	}

	private interface Reader<T> {

		T read(String text) throws SQLException;

	}

}
