package tech.circuitforge.db.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The schema of a database file, read without running anything of it.
 */
public final class Schema {

	/** Of a database without anything. */
	public static final Schema EMPTY = new Schema(Map.of());

	/** More than anybody makes by hand, and still read in no time. */
	private static final int MOST = 10_000;

	private static final String AUTOMATIC = "sqlite_autoindex_";

	/** What SQLite itself adds, and how. */
	private static final Map<String, Set<String>> INTERNAL = Map.of("sqlite_sequence", Set.of("name", "seq"),
			"sqlite_stat1", Set.of("tbl", "idx", "stat"), "sqlite_stat4",
			Set.of("tbl", "idx", "neq", "nlt", "ndlt", "sample"));

	private final Map<String, SchemaEntry> entries;

	private Schema(Map<String, SchemaEntry> entries) {
		this.entries = entries;
	}

	/**
	 * Reads a schema.
	 * @param connection a connection to the database
	 * @return its schema
	 * @throws SchemaException if there is something in it that SQLite does not write
	 * @throws SQLException if it cannot be read
	 */
	public static Schema read(SqliteConnection connection) throws SQLException {
		Map<String, SchemaEntry> entries = new LinkedHashMap<>();
		try (Statement statement = connection.createStatement();
				// By its first name: a forged table may have the newer one,
				// sqlite_schema.
				ResultSet rows = statement
					.executeQuery("SELECT type, name, tbl_name, sql, typeof(sql) FROM main.sqlite_master")) {
			int count = 0;
			while (rows.next()) {
				if (++count > MOST) {
					throw new SchemaException(
							"it has more than %d tables, indexes, views and triggers".formatted(MOST));
				}
				SchemaEntry entry = read(rows);
				if (entry != null && entries.put(entry.key(), entry) != null) {
					throw new SchemaException("its schema has \"%s\" twice".formatted(shown(entry.name())));
				}
			}
		}
		return new Schema(entries);
	}

	private static @Nullable SchemaEntry read(ResultSet row) throws SQLException {
		String type = String.valueOf(row.getString(1));
		String name = String.valueOf(row.getString(2));
		String table = String.valueOf(row.getString(3));
		String sql = row.getString(4);
		if (sql == null && type.equals("index") && name.startsWith(AUTOMATIC)) {
			// Of a UNIQUE or PRIMARY KEY, which the table's own statement tells.
			return null;
		}
		if (sql == null || !"text".equals(row.getString(5)) || sql.indexOf('\0') >= 0) {
			throw new SchemaException("its schema has \"%s\" without a statement".formatted(shown(name)));
		}
		SchemaEntry entry = SchemaEntry.of(name, table, sql);
		boolean asSaid = switch (entry.kind()) {
			case TABLE, VIRTUAL_TABLE -> type.equals("table");
			case INDEX -> type.equals("index");
			case VIEW -> type.equals("view");
			case TRIGGER -> type.equals("trigger");
			case OTHER -> false;
		};
		if (!asSaid || !entry.isNamed(sql)) {
			throw new SchemaException(
					"its schema calls \"%s\" a %s, which it is not".formatted(shown(name), shown(type)));
		}
		return isInternal(entry) ? null : entry;
	}

	private static boolean isInternal(SchemaEntry entry) throws SQLException {
		if (!entry.name().startsWith("sqlite_")) {
			return false;
		}
		Set<String> columns = INTERNAL.get(entry.name());
		if (columns == null || entry.kind() != SchemaEntry.Kind.TABLE || entry.parts().size() != columns.size() + 1
				|| !entry.parts().containsAll(columns) || !entry.parts().contains("create table " + entry.name())) {
			throw new SchemaException("it has \"%s\", which is not SQLite's own".formatted(shown(entry.name())));
		}
		return true;
	}

	/**
	 * Returns what the schema consists of, without what SQLite adds by itself.
	 * @return by name, in lower case; a trigger's has the word trigger before it
	 */
	public Map<String, SchemaEntry> entries() {
		return this.entries;
	}

	/**
	 * Makes a name of unknown origin fit for a message.
	 * @param name what somebody has written
	 * @return a part of it, on one line
	 */
	public static String shown(String name) {
		String line = name.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
		return (line.length() > 100) ? line.substring(0, 100) + "..." : line;
	}

}
