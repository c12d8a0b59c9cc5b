package tech.circuitforge.db.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * Rows that are in memory as a result set: read through SQLite's JSON functions, so they
 * are converted as any others are, however many there are.
 */
final class MemoryRows {

	private MemoryRows() {
	}

	/**
	 * Makes a result set that reads no table and begins no transaction.
	 * @param columns the names of the columns
	 * @param rows the values of each row: null, numbers and text
	 */
	// Closes with its result.
	@SuppressWarnings("resource")
	static ResultSet of(SqliteConnection connection, List<String> columns, List<@Nullable Object[]> rows)
			throws SQLException {
		String sql = IntStream.range(0, columns.size())
			.mapToObj((i) -> "value ->> " + i + " AS \"" + columns.get(i) + '"')
			.collect(Collectors.joining(", ", "SELECT ", " FROM json_each(?)"));
		SqlitePreparedStatement statement = connection.track(new SqlitePreparedStatement(connection, sql));
		StringBuilder json = new StringBuilder("[");
		for (@Nullable
		Object[] row : rows) {
			json.append((json.length() > 1) ? ",[" : "[");
			for (int i = 0; i < row.length; i++) {
				append((i > 0) ? json.append(',') : json, row[i]);
			}
			json.append(']');
		}
		statement.setString(1, json.append(']').toString());
		statement.closeOnCompletion();
		return statement.queryOutsideOfTransactions();
	}

	private static void append(StringBuilder json, @Nullable Object value) {
		if (!(value instanceof String text)) {
			json.append(value);
			return;
		}
		json.append('"');
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c < ' ') {
				json.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xF, 16));
			}
			else {
				json.append((c == '"' || c == '\\') ? "\\" : "").append(c);
			}
		}
		json.append('"');
	}

}
