package tech.circuitforge.db.sqlite;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.sqlite.core.Codes;
import org.sqlite.core.DB;
import org.sqlite.core.SafeStmtPtr;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/**
 * Describes the columns of a result: by what they were declared as and, while there is a
 * row, by the value that is in it, since any column of SQLite may hold any kind of value.
 */
final class SqliteResultSetMetaData implements ResultSetMetaData {

	/** The text of an expression is the name of its column. */
	private static final Pattern CAST = Pattern.compile("cast\\(.*?\\s+as\\s+(.*?)\\s*\\)", Pattern.CASE_INSENSITIVE);

	/** What a declared type may say of a value of each kind that SQLite has. */
	private static final Set<Integer> OF_INTEGERS = Set.of(Types.BOOLEAN, Types.TINYINT, Types.SMALLINT, Types.BIGINT,
			Types.DATE, Types.TIME, Types.TIMESTAMP);

	private static final Set<Integer> OF_REALS = Set.of(Types.DECIMAL, Types.DOUBLE, Types.NUMERIC, Types.REAL);

	private static final Set<Integer> OF_TEXTS = Set.of(Types.CHAR, Types.CLOB, Types.DATE, Types.TIME,
			Types.TIMESTAMP);

	private static final Set<Integer> OF_BLOBS = Set.of(Types.BINARY, Types.VARBINARY);

	/** Null if there are no rows, but a statement that has not run yet. */
	private final @Nullable SqliteResultSet rows;

	private final SafeStmtPtr pointer;

	private final int count;

	private String @Nullable [] names;

	private Column @Nullable [] columns;

	/** Of rows: the names are read when they are asked for, the rest too. */
	SqliteResultSetMetaData(SqliteResultSet rows, SafeStmtPtr pointer, int count) {
		this.rows = rows;
		this.pointer = pointer;
		this.count = count;
	}

	private SqliteResultSetMetaData(JDBC4PreparedStatement statement, ResultSetMetaData driver) throws SQLException {
		this.rows = null;
		this.pointer = statement.pointer;
		this.count = driver.getColumnCount();
		this.names = this.pointer.safeRun(DB::column_names);
		this.columns = read(driver);
	}

	/**
	 * Of a statement that has not run yet, compiled just now for this purpose; may be
	 * used when that is closed.
	 * @return what describes the columns, or {@code null} if there are none
	 */
	static @Nullable ResultSetMetaData of(JDBC4PreparedStatement statement) throws SQLException {
		ResultSetMetaData driver = statement.getMetaData();
		return (statement.pointer.safeRunInt(DB::column_count) > 0) ? new SqliteResultSetMetaData(statement, driver)
				: null;
	}

	private Column[] read(ResultSetMetaData driver) throws SQLException {
		Column[] read = new Column[this.count];
		for (int i = 0; i < this.count; i++) {
			int index = i;
			String declared = this.pointer.safeRun((db, ptr) -> db.column_decltype(ptr, index));
			if (declared == null) {
				Matcher cast = CAST.matcher(names()[i]);
				declared = cast.find() ? cast.group(1) : null;
			}
			String table = this.pointer.safeRun((db, ptr) -> db.column_table_name(ptr, index));
			read[i] = new Column((declared != null) ? DeclaredType.of(declared) : null, (table != null) ? table : "",
					driver.isNullable(i + 1) == columnNoNulls, driver.isAutoIncrement(i + 1));
		}
		return read;
	}

	private String[] names() throws SQLException {
		String[] known = this.names;
		if (known == null) {
			known = this.pointer.safeRun(DB::column_names);
			this.names = known;
		}
		return known;
	}

	private Column column(int index) throws SQLException {
		check(index);
		Column[] known = this.columns;
		if (known == null) {
			// The driver's result sets describe themselves.
			known = read(Objects.requireNonNull(this.rows));
			this.columns = known;
		}
		return known[index - 1];
	}

	private void check(int index) throws SQLException {
		checkOpen();
		if (index < 1 || index > this.count) {
			throw new SqliteUsageException("There is no column %d; there are %d".formatted(index, this.count));
		}
	}

	/** The compiled statement serves somebody else afterwards. */
	private void checkOpen() throws SQLException {
		if (this.rows != null && this.rows.isClosed()) {
			throw new SQLException("The result set that this metadata describes is closed");
		}
	}

	/** The kind of value in the current row, or SQLITE_NULL without one. */
	private int valueType(int index) throws SQLException {
		return (this.rows != null) ? this.pointer.safeRunInt((db, ptr) -> db.column_type(ptr, index - 1))
				: Codes.SQLITE_NULL;
	}

	private boolean isLong(int index) throws SQLException {
		long value = this.pointer.safeRunLong((db, ptr) -> db.column_long(ptr, index - 1));
		return value != (int) value;
	}

	@Override
	public int getColumnCount() throws SQLException {
		checkOpen();
		return this.count;
	}

	@Override
	public String getColumnLabel(int column) throws SQLException {
		return getColumnName(column);
	}

	@Override
	public String getColumnName(int column) throws SQLException {
		check(column);
		return names()[column - 1];
	}

	@Override
	public int getColumnType(int column) throws SQLException {
		DeclaredType type = column(column).type();
		Integer declared = (type != null) ? type.jdbcType() : null;
		return switch (valueType(column)) {
			case Codes.SQLITE_INTEGER -> either(declared, OF_INTEGERS, isLong(column) ? Types.BIGINT : Types.INTEGER);
			case Codes.SQLITE_FLOAT -> either(declared, OF_REALS, Types.FLOAT);
			case Codes.SQLITE_TEXT -> either(declared, OF_TEXTS, Types.VARCHAR);
			case Codes.SQLITE_BLOB -> either(declared, OF_BLOBS, Types.BLOB);
			default -> (declared != null) ? declared : Types.NUMERIC;
		};
	}

	private static int either(@Nullable Integer declared, Set<Integer> possible, int otherwise) {
		return (declared != null && possible.contains(declared)) ? declared : otherwise;
	}

	@Override
	public String getColumnTypeName(int column) throws SQLException {
		DeclaredType type = column(column).type();
		if (type != null) {
			return type.name();
		}
		return switch (valueType(column)) {
			case Codes.SQLITE_INTEGER -> "INTEGER";
			case Codes.SQLITE_FLOAT -> "FLOAT";
			case Codes.SQLITE_TEXT -> "TEXT";
			case Codes.SQLITE_BLOB -> "BLOB";
			default -> "NUMERIC";
		};
	}

	@Override
	public String getColumnClassName(int column) throws SQLException {
		check(column);
		Class<?> type = switch (valueType(column)) {
			case Codes.SQLITE_INTEGER -> isLong(column) ? Long.class : Integer.class;
			case Codes.SQLITE_FLOAT -> Double.class;
			case Codes.SQLITE_TEXT -> String.class;
			case Codes.SQLITE_BLOB -> byte[].class;
			default -> Object.class;
		};
		return type.getName();
	}

	@Override
	public int getPrecision(int column) throws SQLException {
		DeclaredType type = column(column).type();
		return (type != null && type.size() != null) ? type.size() : 0;
	}

	@Override
	public int getScale(int column) throws SQLException {
		DeclaredType type = column(column).type();
		return (type != null && type.digits() != null) ? type.digits() : 0;
	}

	@Override
	public int getColumnDisplaySize(int column) throws SQLException {
		check(column);
		return Integer.MAX_VALUE;
	}

	@Override
	public String getTableName(int column) throws SQLException {
		return column(column).table();
	}

	@Override
	public String getSchemaName(int column) throws SQLException {
		check(column);
		return "";
	}

	@Override
	public String getCatalogName(int column) throws SQLException {
		check(column);
		return "";
	}

	@Override
	public int isNullable(int column) throws SQLException {
		Column described = column(column);
		if (described.table().isEmpty()) {
			return columnNullableUnknown;
		}
		return described.notNull() ? columnNoNulls : columnNullable;
	}

	@Override
	public boolean isAutoIncrement(int column) throws SQLException {
		return column(column).autoIncrement();
	}

	@Override
	public boolean isSigned(int column) throws SQLException {
		return DeclaredType.isNumber(getColumnType(column));
	}

	@Override
	public boolean isCaseSensitive(int column) throws SQLException {
		check(column);
		return true;
	}

	@Override
	public boolean isSearchable(int column) throws SQLException {
		check(column);
		return true;
	}

	@Override
	public boolean isCurrency(int column) throws SQLException {
		check(column);
		return false;
	}

	/** An expression cannot be written to. */
	@Override
	public boolean isReadOnly(int column) throws SQLException {
		return column(column).table().isEmpty();
	}

	@Override
	public boolean isWritable(int column) throws SQLException {
		return !isReadOnly(column);
	}

	/** Constraints, triggers and views decide. */
	@Override
	public boolean isDefinitelyWritable(int column) throws SQLException {
		check(column);
		return false;
	}

	@Override
	public <T> T unwrap(Class<T> type) {
		return Undeclared.unwrap(this, type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) {
		return Undeclared.isWrapperFor(this, type);
	}

	private record Column(@Nullable DeclaredType type, String table, boolean notNull, boolean autoIncrement) {

	}

}
