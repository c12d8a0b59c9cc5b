package tech.circuitforge.db.sqlite;

import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.RowIdLifetime;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.sqlite.jdbc4.JDBC4DatabaseMetaData;

/**
 * Metadata as the schema has it. The driver's own builds one SELECT with a term for each
 * column, which SQLite refuses from the 501st on, guesses keys from the text of the
 * schema, and keeps its statements open.
 */
final class SqliteDatabaseMetaData extends JDBC4DatabaseMetaData {

	/** The driver's number for "no limit". */
	private static final int UNBOUNDED = 2_000_000_000;

	private static final String TABLES = """
			(SELECT 'main' AS schema, name, sql,
				CASE WHEN name LIKE 'sqlite\\_%' ESCAPE '\\' THEN 'SYSTEM TABLE' ELSE upper(type) END AS type
			FROM main.sqlite_schema WHERE type IN ('table', 'view')
			UNION ALL SELECT 'main', 'sqlite_schema', NULL, 'SYSTEM TABLE'
			UNION ALL SELECT 'temp', name, sql, 'GLOBAL TEMPORARY'
			FROM temp.sqlite_schema WHERE type IN ('table', 'view'))""";

	private static final List<String> TABLE_COLUMNS = List.of("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE",
			"REMARKS", "TYPE_CAT", "TYPE_SCHEM", "TYPE_NAME", "SELF_REFERENCING_COL_NAME", "REF_GENERATION");

	private static final List<String> COLUMN_COLUMNS = List.of("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "COLUMN_NAME",
			"DATA_TYPE", "TYPE_NAME", "COLUMN_SIZE", "BUFFER_LENGTH", "DECIMAL_DIGITS", "NUM_PREC_RADIX", "NULLABLE",
			"REMARKS", "COLUMN_DEF", "SQL_DATA_TYPE", "SQL_DATETIME_SUB", "CHAR_OCTET_LENGTH", "ORDINAL_POSITION",
			"IS_NULLABLE", "SCOPE_CATALOG", "SCOPE_SCHEMA", "SCOPE_TABLE", "SOURCE_DATA_TYPE", "IS_AUTOINCREMENT",
			"IS_GENERATEDCOLUMN");

	private static final List<String> PRIMARY_KEY_COLUMNS = List.of("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME",
			"COLUMN_NAME", "KEY_SEQ", "PK_NAME");

	private static final List<String> FOREIGN_KEY_COLUMNS = List.of("PKTABLE_CAT", "PKTABLE_SCHEM", "PKTABLE_NAME",
			"PKCOLUMN_NAME", "FKTABLE_CAT", "FKTABLE_SCHEM", "FKTABLE_NAME", "FKCOLUMN_NAME", "KEY_SEQ", "UPDATE_RULE",
			"DELETE_RULE", "FK_NAME", "PK_NAME", "DEFERRABILITY");

	private static final List<String> INDEX_COLUMNS = List.of("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "NON_UNIQUE",
			"INDEX_QUALIFIER", "INDEX_NAME", "TYPE", "ORDINAL_POSITION", "COLUMN_NAME", "ASC_OR_DESC", "CARDINALITY",
			"PAGES", "FILTER_CONDITION");

	private final SqliteConnection connection;

	SqliteDatabaseMetaData(SqliteConnection connection) {
		super(connection);
		this.connection = connection;
	}

	// Tables and columns

	@Override
	public synchronized ResultSet getTables(@Nullable String catalog, @Nullable String schema, @Nullable String table,
			String @Nullable [] types) throws SQLException {
		Set<String> wanted = (types != null)
				? Stream.of(types).map((type) -> type.toUpperCase(Locale.ROOT)).collect(Collectors.toSet()) : Set.of();
		List<@Nullable Object[]> found = new ArrayList<>();
		query("SELECT name, type FROM " + TABLES + " WHERE name LIKE ?1 ESCAPE '\\' ORDER BY type, name", (rows) -> {
			if (wanted.isEmpty() || wanted.contains(rows.getString(2))) {
				found.add(new @Nullable Object[] { null, null, rows.getString(1), rows.getString(2), null, null, null,
						null, null, null });
			}
		}, pattern(table));
		return rows(TABLE_COLUMNS, found);
	}

	@Override
	public ResultSet getColumns(@Nullable String catalog, @Nullable String schema, @Nullable String table,
			@Nullable String column) throws SQLException {
		List<@Nullable Object[]> found = new ArrayList<>();
		query("""
				SELECT t.name, c.name, c.type, c."notnull", c.dflt_value, c.hidden, c.cid,
					CASE WHEN c.pk = 1 AND t.sql LIKE '%autoincrement%' THEN t.sql END
				FROM %s t CROSS JOIN pragma_table_xinfo(t.name, t.schema) c
				WHERE t.name LIKE ?1 ESCAPE '\\' AND c.name LIKE ?2 ESCAPE '\\' ORDER BY t.name, t.schema, c.cid"""
			.replace("%s", TABLES), (rows) -> found.add(column(rows)), pattern(table), pattern(column));
		return rows(COLUMN_COLUMNS, found);
	}

	private static @Nullable Object[] column(ResultSet rows) throws SQLException {
		String declared = rows.getString(3);
		DeclaredType type = DeclaredType.of((declared != null) ? declared : "");
		boolean nullable = !rows.getBoolean(4);
		boolean generated = rows.getInt(6) > 1;
		return new @Nullable Object[] { null, null, rows.getString(1), rows.getString(2), type.jdbcType(), type.name(),
				(type.size() != null) ? type.size() : Integer.valueOf(UNBOUNDED), UNBOUNDED, type.digits(), 10,
				nullable ? columnNullable : columnNoNulls, null, rows.getString(5), 0, 0, UNBOUNDED, rows.getInt(7) + 1,
				yesOrNo(nullable), null, null, null, null, yesOrNo(TableText.of(rows.getString(8)).isAutoincrement()),
				yesOrNo(generated) };
	}

	private static String yesOrNo(boolean yes) {
		return yes ? "YES" : "NO";
	}

	/** No pattern, and the driver's empty one, mean all. */
	private static String pattern(@Nullable String pattern) {
		return (pattern == null || pattern.isEmpty()) ? "%" : pattern;
	}

	// Keys

	@Override
	public ResultSet getPrimaryKeys(@Nullable String catalog, @Nullable String schema, @Nullable String table)
			throws SQLException {
		Table found = require(table);
		List<String> columns = primaryKey(found);
		List<@Nullable Object[]> rows = new ArrayList<>();
		for (String column : columns) {
			rows.add(new @Nullable Object[] { null, null, found.name(), column, columns.indexOf(column) + 1,
					TableText.of(found.sql()).primaryKey() });
		}
		rows.sort(Comparator.comparing((row) -> String.valueOf(row[3])));
		return rows(PRIMARY_KEY_COLUMNS, rows);
	}

	/** The columns in the order of the key. */
	private List<String> primaryKey(Table table) throws SQLException {
		List<String> columns = new ArrayList<>();
		query("SELECT name FROM pragma_table_xinfo(?1, ?2) WHERE pk > 0 ORDER BY pk",
				(rows) -> columns.add(rows.getString(1)), table.name(), table.schema());
		return columns;
	}

	@Override
	public ResultSet getImportedKeys(@Nullable String catalog, @Nullable String schema, @Nullable String table)
			throws SQLException {
		return foreignKeys(null, named(table), "PKTABLE_NAME");
	}

	@Override
	public ResultSet getExportedKeys(@Nullable String catalog, @Nullable String schema, @Nullable String table)
			throws SQLException {
		return foreignKeys(require(table).name(), null, "FKTABLE_NAME");
	}

	@Override
	public ResultSet getCrossReference(@Nullable String parentCatalog, @Nullable String parentSchema,
			@Nullable String parentTable, @Nullable String catalog, @Nullable String schema, @Nullable String table)
			throws SQLException {
		return foreignKeys((table != null) ? parentTable : named(parentTable), table, "FKTABLE_NAME");
	}

	private ResultSet foreignKeys(@Nullable String parent, @Nullable String child, String order) throws SQLException {
		List<@Nullable Object[]> found = new ArrayList<>();
		query("""
				SELECT f."table", f."from", f."to", f.seq, f.on_update, f.on_delete, f.id, t.name, t.sql
				FROM %s t CROSS JOIN pragma_foreign_key_list(t.name, t.schema) f
				WHERE (?1 IS NULL OR f."table" = ?1 COLLATE NOCASE) AND (?2 IS NULL OR t.name = ?2 COLLATE NOCASE)
				ORDER BY t.name, f.id DESC, f.seq""".replace("%s", TABLES), (rows) -> found.add(foreignKey(rows)),
				parent, child);
		int table = FOREIGN_KEY_COLUMNS.indexOf(order);
		int sequence = FOREIGN_KEY_COLUMNS.indexOf("KEY_SEQ");
		found.sort(Comparator.<@Nullable Object[], String>comparing((row) -> String.valueOf(row[table]))
			.thenComparing((row) -> String.valueOf(row[sequence]), Comparator.comparingInt(Integer::parseInt)));
		return rows(FOREIGN_KEY_COLUMNS, found);
	}

	private @Nullable Object[] foreignKey(ResultSet rows) throws SQLException {
		Table parent = find(rows.getString(1));
		String column = rows.getString(3);
		int sequence = rows.getInt(4);
		String primaryKey = null;
		if (parent != null) {
			List<String> columns = primaryKey(parent);
			if (column == null && sequence < columns.size()) {
				// REFERENCES without columns means the primary key.
				column = columns.get(sequence);
			}
			primaryKey = columns.contains(column) ? TableText.of(parent.sql()).primaryKey() : null;
		}
		TableText.ForeignKey key = TableText.of(rows.getString(9)).foreignKey(rows.getInt(7));
		return new @Nullable Object[] { null, null, (parent != null) ? parent.name() : rows.getString(1),
				orEmpty(column), null, null, rows.getString(8), rows.getString(2), sequence + 1,
				rule(rows.getString(5)), rule(rows.getString(6)), orEmpty(key.name()), orEmpty(primaryKey),
				key.deferred() ? importedKeyInitiallyDeferred : importedKeyNotDeferrable };
	}

	private static String orEmpty(@Nullable String name) {
		return (name != null) ? name : "";
	}

	private static int rule(String action) {
		return switch (action) {
			case "CASCADE" -> importedKeyCascade;
			case "RESTRICT" -> importedKeyRestrict;
			case "SET NULL" -> importedKeySetNull;
			case "SET DEFAULT" -> importedKeySetDefault;
			default -> importedKeyNoAction;
		};
	}

	@Override
	public ResultSet getIndexInfo(@Nullable String catalog, @Nullable String schema, @Nullable String table,
			boolean unique, boolean approximate) throws SQLException {
		Table found = find(table);
		List<@Nullable Object[]> indexes = new ArrayList<>();
		if (found != null) {
			query("""
					SELECT i.name, i."unique", x.seqno, x.name, x."desc" FROM pragma_index_list(?1, ?2) i
					CROSS JOIN pragma_index_xinfo(i.name, ?2) x WHERE x."key" AND (i."unique" OR NOT ?3)
					ORDER BY i."unique" DESC, i.name, x.seqno""",
					(rows) -> indexes.add(new @Nullable Object[] { null, null, found.name(), 1 - rows.getInt(2), null,
							rows.getString(1), DatabaseMetaData.tableIndexOther, rows.getInt(3) + 1, rows.getString(4),
							rows.getBoolean(5) ? "D" : "A", 0, 0, null }),
					found.name(), found.schema(), unique ? 1 : 0);
		}
		return rows(INDEX_COLUMNS, indexes);
	}

	private static String named(@Nullable String table) throws SQLException {
		if (table == null || table.isBlank()) {
			throw new SqliteUsageException("A table's name is needed");
		}
		return table;
	}

	private Table require(@Nullable String table) throws SQLException {
		Table found = find(named(table));
		if (found == null) {
			throw new SqliteUsageException("There is no table \"%s\"".formatted(table));
		}
		return found;
	}

	private @Nullable Table find(@Nullable String table) throws SQLException {
		List<Table> found = new ArrayList<>(1);
		// A temporary table hides another of its name.
		query("SELECT schema, name, sql FROM " + TABLES + " WHERE name = ?1 COLLATE NOCASE ORDER BY schema DESC",
				(rows) -> found.add(new Table(rows.getString(1), rows.getString(2), rows.getString(3))),
				"sqlite_master".equalsIgnoreCase(table) ? "sqlite_schema" : table);
		return found.isEmpty() ? null : found.get(0);
	}

	private record Table(String schema, String name, @Nullable String sql) {

	}

	// What is supported

	/** The least of all values, so first in ascending order and last in descending. */
	@Override
	public boolean nullsAreSortedLow() {
		return true;
	}

	@Override
	public boolean nullsAreSortedHigh() {
		return false;
	}

	@Override
	public boolean nullsAreSortedAtStart() {
		return false;
	}

	@Override
	public boolean nullsAreSortedAtEnd() {
		return false;
	}

	@Override
	public boolean supportsLikeEscapeClause() {
		return true;
	}

	@Override
	public boolean supportsTableCorrelationNames() {
		return true;
	}

	@Override
	public boolean supportsGroupByUnrelated() {
		return true;
	}

	@Override
	public boolean supportsOrderByUnrelated() {
		return true;
	}

	@Override
	public boolean supportsSubqueriesInComparisons() {
		return true;
	}

	/** Names are found whatever their case. */
	@Override
	public boolean supportsMixedCaseIdentifiers() {
		return false;
	}

	@Override
	public boolean storesMixedCaseQuotedIdentifiers() {
		return true;
	}

	/** Only a CallableStatement could have them. */
	@Override
	public boolean supportsNamedParameters() {
		return false;
	}

	@Override
	public boolean supportsStoredFunctionsUsingCallSyntax() {
		return false;
	}

	@Override
	public boolean autoCommitFailureClosesAllResultSets() {
		return false;
	}

	@Override
	public boolean generatedKeyAlwaysReturned() {
		return false;
	}

	@Override
	public RowIdLifetime getRowIdLifetime() {
		return RowIdLifetime.ROWID_UNSUPPORTED;
	}

	@Override
	public int getResultSetHoldability() {
		return ResultSet.HOLD_CURSORS_OVER_COMMIT;
	}

	@Override
	public boolean supportsResultSetHoldability(int holdability) {
		return holdability == ResultSet.HOLD_CURSORS_OVER_COMMIT || holdability == ResultSet.CLOSE_CURSORS_AT_COMMIT;
	}

	@Override
	public boolean supportsOpenCursorsAcrossCommit() {
		return true;
	}

	@Override
	public boolean supportsOpenStatementsAcrossCommit() {
		return true;
	}

	@Override
	public boolean supportsOpenStatementsAcrossRollback() {
		return true;
	}

	@Override
	public <T> T unwrap(Class<T> type) {
		return Undeclared.unwrap(this, type);
	}

	@Override
	public boolean isWrapperFor(@Nullable Class<?> type) {
		return Undeclared.isWrapperFor(this, type);
	}

	// Answers of the driver's, whose statements would stay open as long as the metadata

	@Override
	public ResultSet getTableTypes() throws SQLException {
		return once(super::getTableTypes);
	}

	@Override
	public ResultSet getTypeInfo() throws SQLException {
		return once(super::getTypeInfo);
	}

	@Override
	public ResultSet getCatalogs() throws SQLException {
		return once(super::getCatalogs);
	}

	@Override
	public ResultSet getSchemas() throws SQLException {
		return once(super::getSchemas);
	}

	@Override
	public ResultSet getSchemas(@Nullable String catalog, @Nullable String schema) throws SQLException {
		return getSchemas();
	}

	@Override
	public ResultSet getUDTs(@Nullable String catalog, @Nullable String schema, @Nullable String type,
			int @Nullable [] types) throws SQLException {
		return once(() -> super.getUDTs(catalog, schema, type, types));
	}

	@Override
	public ResultSet getSuperTypes(@Nullable String catalog, @Nullable String schema, @Nullable String type)
			throws SQLException {
		return once(() -> super.getSuperTypes(catalog, schema, type));
	}

	@Override
	public ResultSet getSuperTables(@Nullable String catalog, @Nullable String schema, @Nullable String table)
			throws SQLException {
		return once(() -> super.getSuperTables(catalog, schema, table));
	}

	@Override
	public ResultSet getTablePrivileges(@Nullable String catalog, @Nullable String schema, @Nullable String table)
			throws SQLException {
		return once(() -> super.getTablePrivileges(catalog, schema, table));
	}

	@Override
	public ResultSet getColumnPrivileges(@Nullable String catalog, @Nullable String schema, @Nullable String table,
			@Nullable String column) throws SQLException {
		return once(() -> super.getColumnPrivileges(catalog, schema, table, column));
	}

	@Override
	public ResultSet getProcedures(@Nullable String catalog, @Nullable String schema, @Nullable String procedure)
			throws SQLException {
		return once(() -> super.getProcedures(catalog, schema, procedure));
	}

	@Override
	public ResultSet getProcedureColumns(@Nullable String catalog, @Nullable String schema, @Nullable String procedure,
			@Nullable String column) throws SQLException {
		return once(() -> super.getProcedureColumns(catalog, schema, procedure, column));
	}

	@Override
	public ResultSet getAttributes(@Nullable String catalog, @Nullable String schema, @Nullable String type,
			@Nullable String attribute) throws SQLException {
		return once(() -> super.getAttributes(catalog, schema, type, attribute));
	}

	@Override
	public ResultSet getBestRowIdentifier(@Nullable String catalog, @Nullable String schema, @Nullable String table,
			int scope, boolean nullable) throws SQLException {
		return once(() -> super.getBestRowIdentifier(catalog, schema, table, scope, nullable));
	}

	@Override
	public ResultSet getVersionColumns(@Nullable String catalog, @Nullable String schema, @Nullable String table)
			throws SQLException {
		return once(() -> super.getVersionColumns(catalog, schema, table));
	}

	/**
	 * Lets go of the statement: it closes with its result, and not from the finalizer's
	 * thread, where the driver closes what it still has.
	 */
	private ResultSet once(Question question) throws SQLException {
		ResultSet rows = question.ask();
		this.getTableTypes = this.getTypeInfo = this.getCatalogs = this.getSchemas = this.getUDTs = null;
		this.getSuperTypes = this.getSuperTables = this.getTablePrivileges = this.getColumnPrivileges = null;
		this.getProcedures = this.getProcedureColumns = this.getAttributes = null;
		this.getBestRowIdentifier = this.getVersionColumns = null;
		rows.getStatement().closeOnCompletion();
		return rows;
	}

	private ResultSet rows(List<String> columns, List<@Nullable Object[]> rows) throws SQLException {
		return MemoryRows.of(this.connection, columns, rows);
	}

	private void query(String sql, Row row, @Nullable Object... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			for (int i = 0; i < parameters.length; i++) {
				statement.setObject(i + 1, parameters[i]);
			}
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					row.read(rows);
				}
			}
		}
	}

	@FunctionalInterface
	private interface Question {

		ResultSet ask() throws SQLException;

	}

	@FunctionalInterface
	private interface Row {

		void read(ResultSet rows) throws SQLException;

	}

}
