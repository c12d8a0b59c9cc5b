package tech.circuitforge.db.sqlite;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Year;
import java.time.ZoneId;
import java.util.Calendar;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.sqlite.core.DB;
import org.sqlite.core.SafeStmtPtr;
import org.sqlite.jdbc4.JDBC4ResultSet;

/**
 * The rows of one run of a statement. The driver uses one such object for all runs of a
 * statement; here each run has its own, so that an old one never shows the rows of a new
 * run.
 * <p>
 * <b>Reading.</b> Each value is read under the driver's lock of the connection, and the
 * position is checked under the same lock: another thread that closes this result makes
 * the reader fail, instead of making it read the NULLs of a statement that has been
 * reset. SQLite is asked for the kind of a value before it is asked for a number, because
 * it would make a number of anything; whether it was NULL is known from then on.
 */
final class SqliteResultSet extends JDBC4ResultSet {

	/** No column has been read since the last call of next(). */
	private static final int NOTHING_READ = 0;

	/**
	 * From here on SQLite's text of floating point, which has 15 digits, lacks some of a
	 * whole number's.
	 */
	private static final double SIXTEEN_DIGITS = 1e15;

	private final SqliteStatement statement;

	private final SafeStmtPtr compiled;

	private final Execution execution;

	private boolean namesRead;

	private boolean onRow;

	/** SQLite's kind of the value that was read last. */
	private int kind = NOTHING_READ;

	private int fetchSize;

	private @Nullable SqliteResultSetMetaData metaData;

	SqliteResultSet(SqliteStatement statement, Execution execution, int columns, boolean hasRow) {
		super(statement);
		this.statement = statement;
		this.compiled = statement.pointer;
		this.execution = execution;
		this.open = true;
		this.emptyResultSet = !hasRow;
		this.maxRows = statement.maxRows();
		this.fetchSize = statement.fetchSize();
		// Names are read when somebody asks for them; until then only their number
		// counts.
		this.colsMeta = new String[columns];
		this.cols = this.colsMeta;
	}

	boolean isUnread() {
		return this.open && !this.emptyResultSet && !this.pastLastRow;
	}

	Execution execution() {
		return this.execution;
	}

	@Override
	public boolean next() throws SQLException {
		checkOpen();
		try {
			this.onRow = this.compiled.safeRunInt(this::advance) != 0;
			this.kind = NOTHING_READ;
			if (!this.onRow) {
				// Nothing more will come: let others write.
				this.statement.resultRead(this);
			}
			return this.onRow;
		}
		catch (SQLException ex) {
			this.onRow = false;
			throw this.execution.failed(ex);
		}
	}

	/** Under the lock: a statement that was reset meanwhile would begin again. */
	private int advance(DB db, long pointer) throws SQLException {
		columns();
		if (super.next()) {
			return 1;
		}
		if (!this.emptyResultSet && !this.pastLastRow) {
			// The driver stops at the most rows that are wanted; SQLite would keep its
			// locks for the rest.
			this.pastLastRow = true;
			db.reset(pointer);
		}
		return 0;
	}

	/** How many columns there are, as long as this is open. */
	private int columns() throws SQLException {
		// What the driver clears first of all when it closes, before it resets.
		String[] columns = this.colsMeta;
		if (columns == null) {
			throw new SQLException("This result set is closed");
		}
		return columns.length;
	}

	/** Called under the lock: the column as SQLite counts, from 0. */
	private int readable(int column) throws SQLException {
		int columns = columns();
		if (column < 1 || column > columns) {
			throw new SqliteUsageException(
					"There is no column %d: the result has %d, counted from 1".formatted(column, columns));
		}
		if (!this.onRow) {
			throw new SqliteUsageException(
					"There is no row to read: call next(), and read only while it has returned true");
		}
		return column - 1;
	}

	@Override
	public void close() throws SQLException {
		if (this.open) {
			super.close();
			this.open = false;
			this.statement.resultClosed(this);
		}
	}

	@Override
	public Statement getStatement() {
		checkUsable();
		return this.statement;
	}

	@Override
	public ResultSetMetaData getMetaData() {
		checkUsable();
		SqliteResultSetMetaData known = this.metaData;
		if (known == null) {
			known = new SqliteResultSetMetaData(this, this.statement.pointer, this.cols.length);
			this.metaData = known;
		}
		return known;
	}

	@Override
	public int getHoldability() throws SQLException {
		checkOpen();
		return this.statement.holdability();
	}

	@Override
	public <T> T unwrap(Class<T> type) {
		return Undeclared.unwrap(this, type);
	}

	@Override
	public boolean isWrapperFor(@Nullable Class<?> type) {
		return Undeclared.isWrapperFor(this, type);
	}

	@Override
	public int getType() {
		checkUsable();
		return TYPE_FORWARD_ONLY;
	}

	@Override
	public int getConcurrency() {
		checkUsable();
		return CONCUR_READ_ONLY;
	}

	@Override
	public int getRow() {
		checkUsable();
		return this.onRow ? this.row : 0;
	}

	@Override
	public boolean isBeforeFirst() {
		checkUsable();
		return super.isBeforeFirst();
	}

	@Override
	public boolean isFirst() {
		checkUsable();
		return this.onRow && this.row == 1;
	}

	@Override
	public boolean isAfterLast() {
		checkUsable();
		return !this.onRow && this.row > 0;
	}

	@Override
	public boolean rowDeleted() {
		checkUsable();
		return false;
	}

	@Override
	public boolean rowInserted() {
		checkUsable();
		return false;
	}

	@Override
	public boolean rowUpdated() {
		checkUsable();
		return false;
	}

	/** A hint; SQLite fetches row by row. */
	@Override
	public void setFetchSize(int rows) throws SQLException {
		checkOpen();
		SqliteStatement.checkFetchSize(rows);
		this.fetchSize = rows;
	}

	@Override
	public int getFetchSize() {
		checkUsable();
		return this.fetchSize;
	}

	@Override
	public @Nullable String getCursorName() {
		checkUsable();
		return null;
	}

	@Override
	public @Nullable SQLWarning getWarnings() {
		checkUsable();
		return null;
	}

	@Override
	public void clearWarnings() {
		checkUsable();
	}

	private void checkUsable() {
		if (!this.open) {
			throw Undeclared.thrown(new SQLException("This result set is closed"));
		}
	}

	@Override
	public int findColumn(@Nullable String label) throws SQLException {
		checkOpen();
		if (label == null) {
			throw new SqliteUsageException("A column's label must not be null");
		}
		if (!this.namesRead) {
			String[] names = this.statement.pointer.safeRun(DB::column_names);
			this.cols = names;
			this.colsMeta = names;
			this.namesRead = true;
		}
		return super.findColumn(label);
	}

	// Values

	@Override
	public boolean wasNull() throws SQLException {
		checkOpen();
		if (this.kind == NOTHING_READ) {
			throw new SqliteUsageException("No column has been read yet: wasNull() tells about the last one read");
		}
		return this.kind == SQLITE_NULL;
	}

	@Override
	public @Nullable String getString(int column) throws SQLException {
		return this.compiled.safeRun((db, pointer) -> {
			String text = db.column_text(pointer, readable(column));
			this.kind = (text != null) ? SQLITE_TEXT : SQLITE_NULL;
			return text;
		});
	}

	@Override
	public byte @Nullable [] getBytes(int column) throws SQLException {
		return this.compiled.safeRun((db, pointer) -> {
			byte[] bytes = db.column_blob(pointer, readable(column));
			this.kind = (bytes != null) ? SQLITE_BLOB : SQLITE_NULL;
			return bytes;
		});
	}

	@Override
	public @Nullable Object getObject(int column) throws SQLException {
		return this.compiled.safeRun((db, pointer) -> {
			Object value = value(db, pointer, readable(column));
			if (value instanceof Long number && number == number.intValue()) {
				return number.intValue();
			}
			return value;
		});
	}

	/** The value as SQLite has it: null, a Long, a Double, a String or a byte array. */
	private @Nullable Object value(DB db, long pointer, int index) throws SQLException {
		this.kind = db.column_type(pointer, index);
		return switch (this.kind) {
			case SQLITE_INTEGER -> db.column_long(pointer, index);
			case SQLITE_FLOAT -> db.column_double(pointer, index);
			case SQLITE_TEXT -> db.column_text(pointer, index);
			case SQLITE_BLOB -> db.column_blob(pointer, index);
			default -> null;
		};
	}

	@Override
	public long getLong(int column) throws SQLException {
		return whole(column, Long.MIN_VALUE, Long.MAX_VALUE, "Long");
	}

	@Override
	public int getInt(int column) throws SQLException {
		return (int) whole(column, Integer.MIN_VALUE, Integer.MAX_VALUE, "Integer");
	}

	@Override
	public short getShort(int column) throws SQLException {
		return (short) whole(column, Short.MIN_VALUE, Short.MAX_VALUE, "Short");
	}

	@Override
	public byte getByte(int column) throws SQLException {
		return (byte) whole(column, Byte.MIN_VALUE, Byte.MAX_VALUE, "Byte");
	}

	private long whole(int column, long least, long most, String wanted) throws SQLException {
		return this.compiled.safeRunLong((db, pointer) -> {
			int index = readable(column);
			this.kind = db.column_type(pointer, index);
			if (this.kind == SQLITE_INTEGER) {
				long number = db.column_long(pointer, index);
				if (number >= least && number <= most) {
					return number;
				}
			}
			Long number = converted(column, wanted, (value) -> Numbers.withoutFraction(value, least, most));
			return (number != null) ? number : 0;
		});
	}

	@Override
	public double getDouble(int column) throws SQLException {
		return this.compiled.safeRunDouble((db, pointer) -> {
			int index = readable(column);
			this.kind = db.column_type(pointer, index);
			if (this.kind == SQLITE_FLOAT || this.kind == SQLITE_INTEGER) {
				return db.column_double(pointer, index);
			}
			Double number = converted(column, "Double", Numbers::floating);
			return (number != null) ? number : 0;
		});
	}

	@Override
	public float getFloat(int column) throws SQLException {
		Float number = converted(column, "Float", Numbers::single);
		return (number != null) ? number : 0;
	}

	@Override
	public boolean getBoolean(int column) throws SQLException {
		return Boolean.TRUE.equals(converted(column, "Boolean", Numbers::truth));
	}

	@Override
	public @Nullable BigDecimal getBigDecimal(int column) throws SQLException {
		return this.compiled.safeRun((db, pointer) -> {
			int index = readable(column);
			return converted(column, "BigDecimal", (value) -> {
				if (value instanceof Long number) {
					return BigDecimal.valueOf(number);
				}
				if (value instanceof Double number) {
					return (Math.abs(number) >= SIXTEEN_DIGITS && Numbers.isWholeLong(number))
							? BigDecimal.valueOf(number.longValue()) : Numbers.decimal(db.column_text(pointer, index));
				}
				return Numbers.decimal(value);
			});
		});
	}

	/** Converts a value that is not NULL, and says which and what could not be. */
	private <T> @Nullable T converted(int column, String wanted, Conversion<T> conversion) throws SQLException {
		return this.compiled.safeRun((db, pointer) -> {
			Object value = value(db, pointer, readable(column));
			try {
				return (value != null) ? conversion.convert(value) : null;
			}
			catch (ArithmeticException | IllegalArgumentException ex) {
				throw unreadable(column, value, wanted, ex);
			}
		});
	}

	private SQLException unreadable(int column, @Nullable Object value, String wanted, Exception cause)
			throws SQLException {
		String shown = (value instanceof byte[] bytes) ? "a blob of %d bytes".formatted(bytes.length)
				: (value instanceof String text) ? '"' + SqliteTypes.shortened(text) + '"' : String.valueOf(value);
		// JDBC's states for numbers out of range, and for anything else that does not
		// fit.
		return new SQLException("Bad value for type %s: %s holds %s".formatted(wanted, name(column), shown),
				(value instanceof Number) ? "22003" : "22018", cause);
	}

	private String name(int column) throws SQLException {
		return "column %d (%s)".formatted(column,
				this.compiled.safeRun((db, pointer) -> db.column_name(pointer, column - 1)));
	}

	// Classes

	@Override
	public <T> @Nullable T getObject(String label, Class<T> type) throws SQLException {
		return getObject(findColumn(label), type);
	}

	@Override
	public <T> @Nullable T getObject(int column, @Nullable Class<T> type) throws SQLException {
		if (type == null) {
			throw new SqliteUsageException("The class to read a column as must not be null");
		}
		Object value = getObject(column);
		if (value == null) {
			return null;
		}
		if (type.isInstance(value)) {
			return type.cast(value);
		}
		return type.cast(convert(column, value, type));
	}

	private @Nullable Object convert(int column, Object value, Class<?> type) throws SQLException {
		return switch (type.getName()) {
			case "java.lang.String" -> getString(column);
			case "java.lang.Boolean" -> getBoolean(column);
			case "java.lang.Integer" -> getInt(column);
			case "java.lang.Long" -> getLong(column);
			case "java.lang.Short" -> getShort(column);
			case "java.lang.Byte" -> getByte(column);
			case "java.lang.Double" -> getDouble(column);
			case "java.lang.Float" -> getFloat(column);
			case "java.math.BigDecimal" -> getBigDecimal(column);
			case "java.math.BigInteger" -> converted(column, "BigInteger", Numbers::integer);
			case "[B" -> getBytes(column);
			case "java.sql.Blob" -> getBlob(column);
			case "java.sql.Clob", "java.sql.NClob" -> getNClob(column);
			case "java.net.URL" -> getURL(column);
			case "java.time.Year" -> Year.of(getInt(column));
			case "java.util.UUID" -> converted(column, "UUID", (text) -> UUID.fromString(text.toString()));
			// What it does not know either is refused: Spring's row mappers then take
			// getObject(column) and convert it themselves.
			default -> time(column, value, type, ZoneId.systemDefault());
		};
	}

	private @Nullable Object time(int column, Object value, Class<?> type, ZoneId zone) throws SQLException {
		try {
			return TimeValues.convert(value, type, zone);
		}
		catch (SQLFeatureNotSupportedException ex) {
			throw ex;
		}
		catch (SQLException ex) {
			throw new SQLException("%s: %s".formatted(name(column), ex.getMessage()), ex.getSQLState(), ex);
		}
	}

	/** As without a map: SQLite has no types of its own that one could map. */
	@Override
	@SuppressWarnings("rawtypes") // as the driver declares it
	public @Nullable Object getObject(int column, @Nullable Map map) throws SQLException {
		if (map != null && !map.isEmpty()) {
			throw new SQLFeatureNotSupportedException("SQLite has no user-defined types to map");
		}
		return getObject(column);
	}

	@Override
	@SuppressWarnings("rawtypes") // as the driver declares it
	public @Nullable Object getObject(String label, @Nullable Map map) throws SQLException {
		return getObject(findColumn(label), map);
	}

	@Override
	public @Nullable Blob getBlob(int column) throws SQLException {
		byte[] bytes = getBytes(column);
		return (bytes != null) ? new SqliteBlob(bytes) : null;
	}

	@Override
	public @Nullable Blob getBlob(String label) throws SQLException {
		return getBlob(findColumn(label));
	}

	@Override
	public @Nullable Clob getClob(int column) throws SQLException {
		return getNClob(column);
	}

	@Override
	public @Nullable Clob getClob(String label) throws SQLException {
		return getNClob(findColumn(label));
	}

	@Override
	public @Nullable NClob getNClob(int column) throws SQLException {
		String text = getString(column);
		return (text != null) ? new SqliteClob(text) : null;
	}

	@Override
	public @Nullable NClob getNClob(String label) throws SQLException {
		return getNClob(findColumn(label));
	}

	@Override
	public @Nullable String getNString(int column) throws SQLException {
		return getString(column);
	}

	@Override
	public @Nullable String getNString(String label) throws SQLException {
		return getString(findColumn(label));
	}

	/** UTF-8; the driver's has a question mark for every letter that is not ASCII. */
	@Override
	@Deprecated
	public @Nullable InputStream getUnicodeStream(int column) throws SQLException {
		String text = getString(column);
		return (text != null) ? new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) : null;
	}

	@Override
	@Deprecated
	public @Nullable InputStream getUnicodeStream(String label) throws SQLException {
		return getUnicodeStream(findColumn(label));
	}

	@Override
	public @Nullable URL getURL(int column) throws SQLException {
		String text = getString(column);
		try {
			return (text != null) ? URI.create(text).toURL() : null;
		}
		catch (MalformedURLException | IllegalArgumentException ex) {
			throw unreadable(column, text, "URL", ex);
		}
	}

	@Override
	public @Nullable URL getURL(String label) throws SQLException {
		return getURL(findColumn(label));
	}

	@Override
	public RowId getRowId(int column) throws SQLException {
		throw new SQLFeatureNotSupportedException("A rowid of SQLite is a number: use getLong");
	}

	@Override
	public RowId getRowId(String label) throws SQLException {
		return getRowId(findColumn(label));
	}

	@Override
	public SQLXML getSQLXML(int column) throws SQLException {
		throw new SQLFeatureNotSupportedException("SQLite has no XML: use getString");
	}

	@Override
	public SQLXML getSQLXML(String label) throws SQLException {
		return getSQLXML(findColumn(label));
	}

	// Times

	@Override
	public @Nullable Timestamp getTimestamp(int column) throws SQLException {
		return getObject(column, Timestamp.class);
	}

	@Override
	public @Nullable Timestamp getTimestamp(String label) throws SQLException {
		return getTimestamp(findColumn(label));
	}

	/** The calendar is not needed: a point in time is stored in UTC. */
	@Override
	public @Nullable Timestamp getTimestamp(int column, @Nullable Calendar calendar) throws SQLException {
		return getTimestamp(column);
	}

	@Override
	public @Nullable Timestamp getTimestamp(String label, @Nullable Calendar calendar) throws SQLException {
		return getTimestamp(label);
	}

	@Override
	public @Nullable Date getDate(int column) throws SQLException {
		return getDate(column, null);
	}

	@Override
	public @Nullable Date getDate(String label) throws SQLException {
		return getDate(findColumn(label));
	}

	@Override
	public @Nullable Date getDate(int column, @Nullable Calendar calendar) throws SQLException {
		return inZone(column, Date.class, calendar);
	}

	@Override
	public @Nullable Date getDate(String label, @Nullable Calendar calendar) throws SQLException {
		return getDate(findColumn(label), calendar);
	}

	@Override
	public @Nullable Time getTime(int column) throws SQLException {
		return getTime(column, null);
	}

	@Override
	public @Nullable Time getTime(String label) throws SQLException {
		return getTime(findColumn(label));
	}

	@Override
	public @Nullable Time getTime(int column, @Nullable Calendar calendar) throws SQLException {
		return inZone(column, Time.class, calendar);
	}

	@Override
	public @Nullable Time getTime(String label, @Nullable Calendar calendar) throws SQLException {
		return getTime(findColumn(label), calendar);
	}

	private <T> @Nullable T inZone(int column, Class<T> type, @Nullable Calendar calendar) throws SQLException {
		Object value = getObject(column);
		return (value != null) ? type.cast(time(column, value, type, TimeValues.zone(calendar))) : null;
	}

	/** From a value that is not null. */
	@FunctionalInterface
	private interface Conversion<T> {

		@Nullable T convert(Object value) throws SQLException;

	}

}
