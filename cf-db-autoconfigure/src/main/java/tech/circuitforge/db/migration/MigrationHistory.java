package tech.circuitforge.db.migration;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseMigrations.Applied;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteException;

/**
 * The {@code _migrations} table of one database: which migrations it has.
 * <p>
 * The columns {@code name} and {@code applied_at} are those that
 * {@code circuitforge_core} makes and writes; {@code checksum} and {@code duration_ms}
 * are added to them, nullable, so that its runner and this one work on the same file.
 */
final class MigrationHistory {

	/** More than any application has scripts. */
	static final int MOST_ROWS = 10_000;

	/** As long as file systems let names be. */
	static final int LONGEST_NAME = 255;

	/** A time, a checksum and a duration, with room to spare; in bytes. */
	static final int LONGEST_VALUES = 1_000;

	private static final Set<String> ORIGINAL_COLUMNS = Set.of("name", "applied_at");

	/** Names and types. */
	private static final Map<String, String> ADDED_COLUMNS = Map.of("checksum", "TEXT", "duration_ms", "INTEGER");

	/** As SQLite's CURRENT_TIMESTAMP writes it, in UTC. */
	private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	private final SqliteConnection connection;

	MigrationHistory(SqliteConnection connection) {
		this.connection = connection;
	}

	/** The applied migrations by name; none if there is no table. */
	Map<String, Applied> read() throws SQLException {
		// The usual case first, at the cost of one statement; only if it fails, find out
		// whether there is no table.
		try {
			return readRows();
		}
		catch (SqliteException ex) {
			return switch (kind()) {
				case "none" -> Map.of();
				// Another process has made it in between, or the second try fails too.
				case "table" -> readRows();
				default -> throw new MigrationException(
						"The database has a %s _migrations, which is no table. It ".formatted(kind())
								+ "was not touched; put a backup in its place.",
						ex);
			};
		}
	}

	private Map<String, Applied> readRows() throws SQLException {
		// All columns, so that one statement also tells whose table it is. What looks
		// like
		// it and is none has no rowid, which is found out before any of it runs.
		try (PreparedStatement select = this.connection
			.prepareStatement("SELECT *, rowid FROM _migrations LIMIT " + (MOST_ROWS + 1))) {
			Columns.of(select.getMetaData(), 1);
			Map<String, Applied> applied = new LinkedHashMap<>();
			try (ResultSet rows = select.executeQuery()) {
				// Again: a kept statement knows of new columns only when it runs.
				Columns columns = Columns.of(rows.getMetaData(), 1);
				while (rows.next()) {
					Applied row = columns.read(rows);
					if (applied.size() == MOST_ROWS) {
						throw new MigrationException(
								"The database has more than %d rows in its table _migrations: it is damaged. Put a "
									.formatted(MOST_ROWS) + "backup in its place.",
								null);
					}
					applied.put(row.name(), row);
				}
			}
			return applied;
		}
	}

	/** What there is of that name. */
	private String kind() throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet rows = statement.executeQuery(
						"SELECT type FROM sqlite_schema WHERE lower(name) = '_migrations' AND type <> 'trigger'")) {
			return rows.next() ? rows.getString(1) : "none";
		}
	}

	/**
	 * Refuses a database that has tables but not this one: its history is lost, or it is
	 * another product's.
	 * @param matters whether a table, in lower case, cannot be others'
	 */
	void refuseLost(String database, Predicate<String> matters) throws SQLException {
		List<String> tables = names(this.connection);
		if (tables.contains("_migrations")) {
			return;
		}
		for (String table : tables) {
			if (matters.test(table.toLowerCase(Locale.ROOT))) {
				throw new MigrationException(("The database of %s has tables (%s, ...) but no table _migrations: it is "
						+ "damaged, or not of this product. Nothing was changed. Put a backup in its place; or, if it "
						+ "never had one, make it (CREATE TABLE _migrations (name TEXT PRIMARY KEY, applied_at TEXT "
						+ "DEFAULT CURRENT_TIMESTAMP)) and insert the names of the scripts whose tables it has.")
					.formatted(database, table), null);
			}
		}
	}

	/** The names of all tables but SQLite's own, in lower case. */
	static Set<String> tables(SqliteConnection connection) throws SQLException {
		return names(connection).stream().map((name) -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
	}

	private static List<String> names(SqliteConnection connection) throws SQLException {
		List<String> tables = new ArrayList<>();
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("""
				SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'""")) {
			while (rows.next()) {
				tables.add(rows.getString(1));
			}
		}
		return tables;
	}

	/** Makes the table what this runner needs; in a transaction, before writing to it. */
	void prepare() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("""
					CREATE TABLE IF NOT EXISTS _migrations (
					  name TEXT PRIMARY KEY,
					  applied_at TEXT DEFAULT CURRENT_TIMESTAMP,
					  checksum TEXT,
					  duration_ms INTEGER
					)""");
			Set<String> present;
			try (ResultSet rows = statement.executeQuery("SELECT * FROM _migrations LIMIT 0")) {
				present = Columns.of(rows.getMetaData(), 0).names();
			}
			for (Map.Entry<String, String> column : ADDED_COLUMNS.entrySet()) {
				if (!present.contains(column.getKey())) {
					statement
						.execute("ALTER TABLE _migrations ADD COLUMN " + column.getKey() + " " + column.getValue());
				}
			}
		}
	}

	boolean contains(Migration migration) throws SQLException {
		try (PreparedStatement select = this.connection.prepareStatement("SELECT 1 FROM _migrations WHERE name = ?")) {
			select.setString(1, migration.name());
			try (ResultSet rows = select.executeQuery()) {
				return rows.next();
			}
		}
	}

	void record(Migration migration, Instant appliedAt, Duration took) throws SQLException {
		try (PreparedStatement insert = this.connection.prepareStatement(
				"INSERT INTO _migrations (name, applied_at, checksum, duration_ms) VALUES (?, ?, ?, ?)")) {
			insert.setString(1, migration.name());
			insert.setString(2, TIMESTAMP.format(appliedAt));
			insert.setString(3, migration.checksum());
			insert.setLong(4, took.toMillis());
			insert.executeUpdate();
		}
	}

	/** Gives rows the checksum of the script they stand for. */
	void adopt(Collection<Migration> migrations) throws SQLException {
		try (PreparedStatement update = this.connection
			.prepareStatement("UPDATE _migrations SET checksum = ? WHERE name = ?")) {
			for (Migration migration : migrations) {
				update.setString(1, migration.checksum());
				update.setString(2, migration.name());
				update.executeUpdate();
			}
		}
	}

	/** Says that all of it was applied now. */
	void restamp(Instant appliedAt) throws SQLException {
		try (PreparedStatement update = this.connection.prepareStatement("UPDATE _migrations SET applied_at = ?")) {
			update.setString(1, TIMESTAMP.format(appliedAt));
			update.executeUpdate();
		}
	}

	/**
	 * Where this table has its columns.
	 *
	 * @param names all of them
	 * @param name index of the name, from 1
	 * @param appliedAt index of the time
	 * @param checksum index of the checksum, 0 if there is none
	 * @param duration index of the duration, 0 if there is none
	 */
	private record Columns(Set<String> names, int name, int appliedAt, int checksum, int duration) {

		static Columns of(ResultSetMetaData table, int more) throws SQLException {
			Map<String, Integer> indexes = new TreeMap<>();
			for (int i = 1; i <= table.getColumnCount() - more; i++) {
				indexes.put(table.getColumnName(i).toLowerCase(Locale.ROOT), i);
			}
			Set<String> names = indexes.keySet();
			if (!names.containsAll(ORIGINAL_COLUMNS) || !names.stream()
				.allMatch((name) -> ORIGINAL_COLUMNS.contains(name) || ADDED_COLUMNS.containsKey(name))) {
				throw new MigrationException(("The database has a table _migrations with the columns %s, which is "
						+ "another tool's. It was not touched; rename that table or use another database.")
					.formatted(names), null);
			}
			return new Columns(names, indexes.getOrDefault("name", 0), indexes.getOrDefault("applied_at", 0),
					indexes.getOrDefault("checksum", 0), indexes.getOrDefault("duration_ms", 0));
		}

		Applied read(ResultSet rows) throws SQLException {
			@Nullable Long millis = null;
			if (this.duration > 0) {
				long value = rows.getLong(this.duration);
				millis = rows.wasNull() ? null : value;
			}
			String script = rows.getString(this.name);
			if (script == null || script.length() > LONGEST_NAME) {
				throw new MigrationException("The database has a row in its table _migrations that names no migration: "
						+ "it is damaged. Put a backup in its place, or delete that row.", null);
			}
			return new Applied(script, rows.getString(this.appliedAt),
					(this.checksum > 0) ? rows.getString(this.checksum) : null,
					(millis != null) ? Duration.ofMillis(millis) : null);
		}

	}

}
