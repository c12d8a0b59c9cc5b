package tech.circuitforge.db.migration;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.Schema;
import tech.circuitforge.db.sqlite.SchemaException;
import tech.circuitforge.db.sqlite.SqlScript;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * Refuses files whose schema the migrations do not make: a schema is code, which runs in
 * our transactions.
 * <ol>
 * <li>Read the schema as text; nothing of it has run yet, not even for an integrity
 * check.</li>
 * <li>See that {@code _migrations} is a plain table of few rows, and read it.</li>
 * <li>Run the migrations that it names on a database in memory, in its order: late
 * scripts and other runners have had other orders.</li>
 * <li>Compare what each statement of both schemas makes, not how it is written.</li>
 * </ol>
 * Safe for use by several threads.
 */
public final class SchemaCheck {

	/** Users' files differ in few ways: by the version that made them. */
	private static final int KEPT = 32;

	private final Migrator migrator;

	private final List<Migration> migrations;

	private final SqliteConnections connections;

	private final SchemaRule rule;

	/** By the names of the applied migrations. */
	private final Map<List<String>, ExpectedSchema> known = Collections.synchronizedMap(new LinkedHashMap<>() {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<List<String>, ExpectedSchema> eldest) {
			return size() > KEPT;
		}

	});

	private volatile @Nullable Set<String> functions;

	/**
	 * Creates a check.
	 * @param migrator knows the migrations
	 * @param connections opens databases in memory
	 * @param rule whether there may be more tables and indexes
	 */
	public SchemaCheck(Migrator migrator, SqliteConnections connections, SchemaRule rule) {
		this.migrator = migrator;
		this.migrations = migrator.migrations();
		this.connections = connections;
		this.rule = this.migrations.isEmpty() ? SchemaRule.ANY : rule;
	}

	/**
	 * Refuses a file that is not this application's, or has something in its schema that
	 * the migrations do not make.
	 * @param connection a connection to the file
	 * @param database what to call it in messages
	 * @throws SchemaException if its schema is another
	 * @throws MigrationException if it has none of the migrations, or one that is not
	 * known here, or one whose script is another
	 * @throws SQLException if it cannot be read
	 */
	public void refuseForeign(SqliteConnection connection, String database) throws SQLException {
		Schema actual = Schema.read(connection);
		if (this.migrations.isEmpty()) {
			new ExpectedSchema(List.of(Schema.EMPTY)).refuseOther(actual, this.rule, functions());
			return;
		}
		ExpectedSchema.refuseOtherHistory(actual);
		refuseOtherRows(connection);
		Collection<String> applied = this.migrator.refuseForeign(connection, database);
		try {
			expected(applied).refuseOther(actual, this.rule, functions());
		}
		catch (SchemaException ex) {
			List<String> known = this.migrator.names();
			List<String> gone = applied.stream().filter((name) -> !known.contains(name)).toList();
			throw gone.isEmpty() ? ex : new SchemaException(
					"%s (it has migrations without a script here: %s)".formatted(ex.getMessage(), gone));
		}
	}

	/** Before all of them are read into memory. */
	private static void refuseOtherRows(SqliteConnection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(
						"""
								SELECT count(*), total(typeof(name) <> 'text' OR length(name) > %1$d OR octet_length(name) > 4 * %1$d),
								  max(bytes)
								FROM (SELECT name, %3$s AS bytes FROM main._migrations LIMIT %2$d)"""
							.formatted(MigrationHistory.LONGEST_NAME, MigrationHistory.MOST_ROWS + 1,
									otherBytes(connection)))) {
			if (row.next() && (row.getLong(1) > MigrationHistory.MOST_ROWS || row.getDouble(2) > 0
					|| row.getLong(3) > MigrationHistory.LONGEST_VALUES)) {
				throw new SchemaException("its table _migrations has rows that no migration makes");
			}
		}
	}

	/** How much stands beside the name, in whichever of the columns there are. */
	private static String otherBytes(SqliteConnection connection) throws SQLException {
		List<String> lengths = new ArrayList<>(List.of("0"));
		try (Statement statement = connection.createStatement();
				ResultSet columns = statement.executeQuery("PRAGMA main.table_info(_migrations)")) {
			while (columns.next()) {
				String column = columns.getString("name").replace("\"", "\"\"");
				if (!column.equalsIgnoreCase("name")) {
					lengths.add("coalesce(octet_length(\"%s\"), 0)".formatted(column));
				}
			}
		}
		return String.join(" + ", lengths);
	}

	private ExpectedSchema expected(Collection<String> applied) throws SQLException {
		List<String> names = List.copyOf(applied);
		ExpectedSchema expected = this.known.get(names);
		if (expected == null) {
			expected = build(names);
			this.known.put(names, expected);
		}
		return expected;
	}

	private ExpectedSchema build(List<String> names) throws SQLException {
		List<Migration> inTheirOrder = new ArrayList<>();
		for (String name : names) {
			this.migrations.stream().filter((one) -> one.name().equals(name)).forEach(inTheirOrder::add);
		}
		try {
			return run(inTheirOrder);
		}
		catch (SQLException ex) {
			// Who copies a table row by row need not keep their order.
			List<Migration> inOrder = this.migrations.stream().filter(inTheirOrder::contains).toList();
			try {
				return run(inOrder);
			}
			catch (SQLException again) {
				throw new SchemaException("its migrations cannot have been applied to a new database in the order of "
						+ "its table _migrations (%s)".formatted(again.getMessage()));
			}
		}
	}

	private ExpectedSchema run(List<Migration> applied) throws SQLException {
		try (Scratch scratch = new Scratch(this.connections)) {
			scratch.run(applied);
			List<Schema> states = new ArrayList<>();
			states.add(Schema.read(scratch.connection()));
			addStatesToCome(scratch, applied, states);
			return new ExpectedSchema(states);
		}
	}

	private void addStatesToCome(Scratch scratch, List<Migration> applied, List<Schema> states) {
		try {
			for (Migration migration : this.migrations) {
				if (!applied.contains(migration)) {
					scratch.run(migration, (statement) -> {
						if (changesSchema(statement)) {
							states.add(Schema.read(scratch.connection()));
						}
					});
				}
			}
		}
		catch (SQLException ex) {
			// The rest cannot be applied after these, as the migration will say.
		}
	}

	private static boolean changesSchema(SqlScript.Statement statement) {
		return statement.startsWith("CREATE") || statement.startsWith("ALTER") || statement.startsWith("DROP");
	}

	private Set<String> functions() throws SQLException {
		Set<String> names = this.functions;
		if (names == null) {
			names = new HashSet<>();
			try (SqliteConnection connection = this.connections.openInMemory();
					Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery("SELECT DISTINCT name FROM pragma_function_list")) {
				while (rows.next()) {
					names.add(rows.getString(1).toLowerCase(Locale.ROOT));
				}
			}
			this.functions = names;
		}
		return names;
	}

}
