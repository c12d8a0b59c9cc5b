package tech.circuitforge.db.sqlite;

import java.sql.Types;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The type that a column was declared with, such as {@code NUMERIC (10, 5)}, as JDBC
 * describes it. SQLite itself keeps the words and binds nothing to them
 * (https://www.sqlite.org/datatype3.html).
 *
 * @param name its words in upper case, without what is in parentheses
 * @param size the first number in parentheses: the length, or the number of digits
 * @param digits the second number: how many of the digits are behind the point
 */
record DeclaredType(String name, @Nullable Integer size, @Nullable Integer digits) {

	private static final Pattern PARTS = Pattern.compile(
			"\\s*([^(]*?)\\s*(?:\\(\\s*\\+?(\\d{1,9})\\s*(?:,\\s*[+-]?(\\d{1,9})\\s*)?\\).*|\\(.*)?", Pattern.DOTALL);

	private static final Set<Integer> NUMBERS = Set.of(Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT,
			Types.DECIMAL, Types.DOUBLE, Types.NUMERIC, Types.REAL, Types.FLOAT);

	static DeclaredType of(String declared) {
		Matcher parts = PARTS.matcher(declared);
		if (!parts.matches()) {
			return new DeclaredType(declared.toUpperCase(Locale.ROOT), null, null);
		}
		return new DeclaredType(parts.group(1).toUpperCase(Locale.ROOT), number(parts.group(2)),
				number(parts.group(3)));
	}

	private static @Nullable Integer number(@Nullable String digits) {
		return (digits != null) ? Integer.valueOf(digits) : null;
	}

	/** The type in {@link Types}: by its name, else by SQLite's rules of affinity. */
	int jdbcType() {
		return switch (this.name) {
			case "BOOLEAN", "BOOL" -> Types.BOOLEAN;
			case "TINYINT" -> Types.TINYINT;
			case "SMALLINT", "INT2" -> Types.SMALLINT;
			case "BIGINT", "INT8", "UNSIGNED BIG INT" -> Types.BIGINT;
			case "DATE" -> Types.DATE;
			case "TIME" -> Types.TIME;
			case "DATETIME", "TIMESTAMP" -> Types.TIMESTAMP;
			case "DECIMAL" -> Types.DECIMAL;
			case "NUMERIC" -> Types.NUMERIC;
			case "DOUBLE", "DOUBLE PRECISION" -> Types.DOUBLE;
			case "REAL" -> Types.REAL;
			case "CHARACTER", "NCHAR", "NATIVE CHARACTER", "CHAR" -> Types.CHAR;
			case "CLOB" -> Types.CLOB;
			case "BINARY" -> Types.BINARY;
			case "VARBINARY" -> Types.VARBINARY;
			default -> byAffinity();
		};
	}

	private int byAffinity() {
		if (this.name.contains("INT")) {
			return Types.INTEGER;
		}
		if (this.name.contains("CHAR") || this.name.contains("CLOB") || this.name.contains("TEXT")) {
			return Types.VARCHAR;
		}
		if (this.name.contains("BLOB")) {
			return Types.BLOB;
		}
		if (this.name.contains("REAL") || this.name.contains("FLOA") || this.name.contains("DOUB")
				|| this.name.contains("DEC") || this.name.contains("NUM")) {
			return Types.FLOAT;
		}
		// JSON, UUID, no type at all: text says the least about it.
		return Types.VARCHAR;
	}

	static boolean isNumber(int jdbcType) {
		return NUMBERS.contains(jdbcType);
	}

}
