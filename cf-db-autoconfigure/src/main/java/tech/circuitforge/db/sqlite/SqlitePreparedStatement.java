package tech.circuitforge.db.sqlite;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/**
 * A statement with parameters. Its compiled form may have served others before and is
 * given back when it is closed; the values are its own.
 */
final class SqlitePreparedStatement extends SqliteStatement implements PreparedStatement {

	private final String text;

	private final @Nullable Object[] parameters;

	private final List<@Nullable Object[]> entries = new ArrayList<>(0);

	private boolean outsideOfTransactions;

	SqlitePreparedStatement(SqliteConnection connection, String sql) throws SQLException {
		super(connection);
		this.text = sql;
		this.parameters = new Object[compile(sql).parameterCount()];
	}

	private void set(int index, @Nullable Object value) throws SQLException {
		this.parameters[indexOf(index)] = value;
	}

	private int indexOf(int index) throws SQLException {
		checkNotClosed();
		if (index < 1 || index > this.parameters.length) {
			throw new SqliteUsageException("There is no parameter %d in \"%s\"; it has %d".formatted(index, this.text,
					this.parameters.length));
		}
		return index - 1;
	}

	@Override
	public boolean execute() throws SQLException {
		return run(this.text, this.parameters);
	}

	@Override
	public ResultSet executeQuery() throws SQLException {
		return runQuery(this.text, this.parameters);
	}

	/** For what is in memory: reads no table, begins no transaction. */
	ResultSet queryOutsideOfTransactions() throws SQLException {
		this.outsideOfTransactions = true;
		return executeQuery();
	}

	@Override
	boolean outsideOfTransactions() {
		return this.outsideOfTransactions;
	}

	@Override
	public int executeUpdate() throws SQLException {
		return (int) executeLargeUpdate();
	}

	@Override
	public long executeLargeUpdate() throws SQLException {
		return runUpdate(this.text, this.parameters);
	}

	@Override
	public void addBatch() throws SQLException {
		checkNotClosed();
		this.entries.add(this.parameters.clone());
	}

	@Override
	public void clearBatch() throws SQLException {
		checkNotClosed();
		this.entries.clear();
	}

	@Override
	public long[] executeLargeBatch() throws SQLException {
		checkNotClosed();
		long[] counts = new long[this.entries.size()];
		try {
			for (int i = 0; i < counts.length; i++) {
				runBatched(counts, i, this.text, this.entries.get(i));
			}
		}
		finally {
			this.entries.clear();
			batchEnded();
		}
		return counts;
	}

	@Override
	public void clearParameters() throws SQLException {
		checkNotClosed();
		Arrays.fill(this.parameters, null);
	}

	@Override
	public void setObject(int index, @Nullable Object value) throws SQLException {
		set(index, SqliteTypes.toColumn(value));
	}

	@Override
	public void setObject(int index, @Nullable Object value, int type) throws SQLException {
		set(index, (value != null) ? TargetType.convert(value, type, null) : null);
	}

	@Override
	public void setObject(int index, @Nullable Object value, int type, int scaleOrLength) throws SQLException {
		if (value instanceof InputStream stream) {
			setBinaryStream(index, stream, scaleOrLength);
		}
		else if (value instanceof Reader reader) {
			setCharacterStream(index, reader, scaleOrLength);
		}
		else {
			set(index, (value != null) ? TargetType.convert(value, type, scaleOrLength) : null);
		}
	}

	@Override
	public void setObject(int index, @Nullable Object value, SQLType type) throws SQLException {
		setObject(index, value, number(type));
	}

	@Override
	public void setObject(int index, @Nullable Object value, SQLType type, int scaleOrLength) throws SQLException {
		setObject(index, value, number(type), scaleOrLength);
	}

	private static int number(@Nullable SQLType type) throws SQLException {
		if (type == null) {
			throw new SqliteUsageException("The type of a parameter must not be null");
		}
		Integer number = type.getVendorTypeNumber();
		if (number == null) {
			throw new SQLFeatureNotSupportedException("SQLite has no type " + type.getName());
		}
		return number;
	}

	@Override
	public void setNull(int index, int type) throws SQLException {
		set(index, null);
	}

	@Override
	public void setNull(int index, int type, String name) throws SQLException {
		set(index, null);
	}

	@Override
	public void setBoolean(int index, boolean value) throws SQLException {
		set(index, value ? 1 : 0);
	}

	@Override
	public void setByte(int index, byte value) throws SQLException {
		set(index, (int) value);
	}

	@Override
	public void setShort(int index, short value) throws SQLException {
		set(index, (int) value);
	}

	@Override
	public void setInt(int index, int value) throws SQLException {
		set(index, value);
	}

	@Override
	public void setLong(int index, long value) throws SQLException {
		set(index, value);
	}

	@Override
	public void setFloat(int index, float value) throws SQLException {
		set(index, (double) value);
	}

	@Override
	public void setDouble(int index, double value) throws SQLException {
		set(index, value);
	}

	@Override
	public void setBigDecimal(int index, @Nullable BigDecimal value) throws SQLException {
		setObject(index, value);
	}

	@Override
	public void setString(int index, @Nullable String value) throws SQLException {
		set(index, value);
	}

	@Override
	public void setNString(int index, @Nullable String value) throws SQLException {
		set(index, value);
	}

	@Override
	public void setBytes(int index, byte @Nullable [] value) throws SQLException {
		set(index, value);
	}

	@Override
	public void setURL(int index, @Nullable URL value) throws SQLException {
		setObject(index, value);
	}

	@Override
	public void setDate(int index, @Nullable Date value) throws SQLException {
		setObject(index, value);
	}

	@Override
	public void setDate(int index, @Nullable Date value, @Nullable Calendar calendar) throws SQLException {
		setObject(index, (value != null) ? at(value.getTime(), calendar).toLocalDate() : null);
	}

	@Override
	public void setTime(int index, @Nullable Time value) throws SQLException {
		setObject(index, value);
	}

	@Override
	public void setTime(int index, @Nullable Time value, @Nullable Calendar calendar) throws SQLException {
		setObject(index, (value != null) ? at(value.getTime(), calendar).toLocalTime() : null);
	}

	// java.sql.Date and Time refuse toInstant().
	private static ZonedDateTime at(long millis, @Nullable Calendar calendar) {
		return Instant.ofEpochMilli(millis).atZone(TimeValues.zone(calendar));
	}

	@Override
	public void setTimestamp(int index, @Nullable Timestamp value) throws SQLException {
		setObject(index, value);
	}

	/** The calendar is not needed: a point in time is stored in UTC. */
	@Override
	public void setTimestamp(int index, @Nullable Timestamp value, @Nullable Calendar calendar) throws SQLException {
		setObject(index, value);
	}

	@Override
	public void setBlob(int index, @Nullable Blob value) throws SQLException {
		setObject(index, value);
	}

	@Override
	public void setBlob(int index, @Nullable InputStream value) throws SQLException {
		setObject(index, value);
	}

	@Override
	public void setBlob(int index, @Nullable InputStream value, long length) throws SQLException {
		setBinaryStream(index, value, length);
	}

	@Override
	public void setBinaryStream(int index, @Nullable InputStream value) throws SQLException {
		setObject(index, value);
	}

	@Override
	public void setBinaryStream(int index, @Nullable InputStream value, int length) throws SQLException {
		setBinaryStream(index, value, (long) length);
	}

	@Override
	public void setBinaryStream(int index, @Nullable InputStream value, long length) throws SQLException {
		set(index, (value != null) ? bytes(value, length) : null);
	}

	private static byte[] bytes(InputStream value, long length) throws SQLException {
		byte[] bytes = SqliteTypes.read(value);
		int kept = kept(bytes.length, length);
		return (kept < bytes.length) ? Arrays.copyOf(bytes, kept) : bytes;
	}

	private static int kept(int present, long length) throws SQLException {
		if (length < 0) {
			throw new SqliteUsageException("A length must not be negative");
		}
		return (int) Math.min(present, length);
	}

	/** ASCII, or UTF-8, whose beginning ASCII is. */
	@Override
	public void setAsciiStream(int index, @Nullable InputStream value) throws SQLException {
		setAsciiStream(index, value, Long.MAX_VALUE);
	}

	@Override
	public void setAsciiStream(int index, @Nullable InputStream value, int length) throws SQLException {
		setAsciiStream(index, value, (long) length);
	}

	@Override
	public void setAsciiStream(int index, @Nullable InputStream value, long length) throws SQLException {
		set(index, (value != null) ? new String(bytes(value, length), StandardCharsets.UTF_8) : null);
	}

	@Override
	@Deprecated
	@SuppressWarnings("InlineMeSuggester") // JDBC's own method
	public void setUnicodeStream(int index, @Nullable InputStream value, int length) throws SQLException {
		setAsciiStream(index, value, (long) length);
	}

	@Override
	public void setClob(int index, @Nullable Clob value) throws SQLException {
		setObject(index, value);
	}

	@Override
	public void setClob(int index, @Nullable Reader value) throws SQLException {
		setObject(index, value);
	}

	@Override
	public void setClob(int index, @Nullable Reader value, long length) throws SQLException {
		setCharacterStream(index, value, length);
	}

	@Override
	public void setNClob(int index, @Nullable NClob value) throws SQLException {
		setObject(index, value);
	}

	@Override
	public void setNClob(int index, @Nullable Reader value) throws SQLException {
		setObject(index, value);
	}

	@Override
	public void setNClob(int index, @Nullable Reader value, long length) throws SQLException {
		setCharacterStream(index, value, length);
	}

	@Override
	public void setCharacterStream(int index, @Nullable Reader value) throws SQLException {
		setObject(index, value);
	}

	@Override
	public void setCharacterStream(int index, @Nullable Reader value, int length) throws SQLException {
		setCharacterStream(index, value, (long) length);
	}

	@Override
	public void setCharacterStream(int index, @Nullable Reader value, long length) throws SQLException {
		String text = (value != null) ? SqliteTypes.read(value) : null;
		set(index, (text != null) ? text.substring(0, kept(text.length(), length)) : null);
	}

	@Override
	public void setNCharacterStream(int index, @Nullable Reader value) throws SQLException {
		setObject(index, value);
	}

	@Override
	public void setNCharacterStream(int index, @Nullable Reader value, long length) throws SQLException {
		setCharacterStream(index, value, length);
	}

	@Override
	public void setRef(int index, Ref value) throws SQLException {
		throw new SQLFeatureNotSupportedException("SQLite has no references");
	}

	@Override
	public void setArray(int index, Array value) throws SQLException {
		throw new SQLFeatureNotSupportedException("SQLite has no arrays; use JSON text and json_each()");
	}

	@Override
	public void setRowId(int index, RowId value) throws SQLException {
		throw new SQLFeatureNotSupportedException("A rowid of SQLite is a number: use setLong");
	}

	@Override
	public void setSQLXML(int index, SQLXML value) throws SQLException {
		throw new SQLFeatureNotSupportedException("SQLite has no XML: use setString");
	}

	/** Of what would come if it ran now: others may have changed the schema since. */
	@Override
	public @Nullable ResultSetMetaData getMetaData() throws SQLException {
		checkNotClosed();
		connection().noticeSchemaChanges();
		try (JDBC4PreparedStatement now = new JDBC4PreparedStatement(connection(), this.text)) {
			return SqliteResultSetMetaData.of(now);
		}
		catch (SQLiteException ex) {
			throw SqliteException.of(ex);
		}
	}

	@Override
	public ParameterMetaData getParameterMetaData() throws SQLException {
		checkNotClosed();
		return new SqliteParameterMetaData(this, this.parameters);
	}

	@Override
	public boolean execute(String sql) throws SQLException {
		throw preparedAlready();
	}

	@Override
	public ResultSet executeQuery(String sql) throws SQLException {
		throw preparedAlready();
	}

	@Override
	public long executeLargeUpdate(String sql) throws SQLException {
		throw preparedAlready();
	}

	@Override
	public void addBatch(String sql) throws SQLException {
		throw preparedAlready();
	}

	private static SQLException preparedAlready() {
		return new SqliteUsageException("A prepared statement has its SQL already");
	}

	@Override
	public String toString() {
		// Without values: they are a user's data, and this ends up in logs.
		return this.text;
	}

}
