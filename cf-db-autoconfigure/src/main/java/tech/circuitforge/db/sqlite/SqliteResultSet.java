package tech.circuitforge.db.sqlite;

import java.sql.Date;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.Calendar;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.sqlite.core.DB;
import org.sqlite.jdbc4.JDBC4ResultSet;

/**
 * The rows of one run of a statement. The driver uses one such object for all runs of a
 * statement; here each run has its own, so that an old one never shows the rows of a new
 * run.
 */
final class SqliteResultSet extends JDBC4ResultSet {

	private final SqliteStatement statement;

	private final Execution execution;

	private boolean namesRead;

	private @Nullable SqliteResultSetMetaData metaData;

	SqliteResultSet(SqliteStatement statement, Execution execution, int columns, boolean hasRow) {
		super(statement);
		this.statement = statement;
		this.execution = execution;
		this.open = true;
		this.emptyResultSet = !hasRow;
		this.maxRows = statement.maxRows();
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
			boolean row = super.next();
			if (!row) {
				// Nothing more will come: let others write.
				this.statement.resultRead(this);
			}
			return row;
		}
		catch (SQLException ex) {
			throw this.execution.failed(ex);
		}
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
		return super.getRow();
	}

	@Override
	public boolean isBeforeFirst() {
		checkUsable();
		return super.isBeforeFirst();
	}

	@Override
	public boolean isFirst() {
		checkUsable();
		return super.isFirst();
	}

	@Override
	public boolean isAfterLast() {
		checkUsable();
		return super.isAfterLast();
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
		if (rows < 0) {
			throw new SqliteUsageException("A fetch size must not be negative");
		}
		this.limitRows = rows;
	}

	@Override
	public int getFetchSize() {
		checkUsable();
		return this.limitRows;
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

	@Override
	public <T> @Nullable T getObject(String label, Class<T> type) throws SQLException {
		return getObject(findColumn(label), type);
	}

	@Override
	public <T> @Nullable T getObject(int column, Class<T> type) throws SQLException {
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
			case "java.time.Instant" -> instant(value);
			case "java.time.OffsetDateTime" -> OffsetDateTime.ofInstant(instant(value), ZoneOffset.UTC);
			case "java.time.ZonedDateTime" -> ZonedDateTime.ofInstant(instant(value), ZoneOffset.UTC);
			case "java.time.LocalDateTime" -> localDateTime(value);
			case "java.time.LocalDate" -> localDateTime(value).toLocalDate();
			case "java.time.LocalTime" -> localTime(value);
			case "java.time.Duration" -> duration(value);
			case "java.time.Year" -> Year.of(getInt(column));
			case "java.util.UUID" -> uuid(value);
			case "java.util.Date", "java.sql.Timestamp" -> Timestamp.from(instant(value));
			case "java.sql.Date" -> Date.valueOf(localDateTime(value).toLocalDate());
			case "java.sql.Time" -> Time.valueOf(localTime(value));
			case "java.lang.String" -> getString(column);
			case "java.lang.Boolean" -> getBoolean(column);
			case "java.lang.Integer" -> getInt(column);
			case "java.lang.Long" -> getLong(column);
			case "java.lang.Short" -> getShort(column);
			case "java.lang.Byte" -> getByte(column);
			case "java.lang.Double" -> getDouble(column);
			case "java.lang.Float" -> getFloat(column);
			case "java.math.BigDecimal" -> getBigDecimal(column);
			case "java.math.BigInteger" -> getBigDecimal(column).toBigIntegerExact();
			case "[B" -> getBytes(column);
			// Spring's row mappers then take getObject(column) and convert it themselves.
			default -> throw new SQLFeatureNotSupportedException("A column cannot be read as a " + type.getName());
		};
	}

	private static Instant instant(Object value) throws SQLException {
		if (value instanceof Double julianDay) {
			return SqliteTypes.toInstant(julianDay);
		}
		return (value instanceof Number millis) ? SqliteTypes.toInstant(millis.longValue())
				: SqliteTypes.toInstant(value.toString());
	}

	private static LocalDateTime localDateTime(Object value) throws SQLException {
		return (value instanceof Number) ? LocalDateTime.ofInstant(instant(value), ZoneOffset.UTC)
				: SqliteTypes.toLocalDateTime(value.toString());
	}

	private static LocalTime localTime(Object value) throws SQLException {
		return (value instanceof Number) ? localDateTime(value).toLocalTime()
				: SqliteTypes.toLocalTime(value.toString());
	}

	private static Duration duration(Object value) throws SQLException {
		try {
			return Duration.parse(value.toString());
		}
		catch (DateTimeParseException ex) {
			throw SqliteTypes.unreadable(value.toString(), "a duration (PT1H30M)", ex);
		}
	}

	private static UUID uuid(Object value) throws SQLException {
		try {
			return UUID.fromString(value.toString());
		}
		catch (IllegalArgumentException ex) {
			throw SqliteTypes.unreadable(value.toString(), "a UUID", ex);
		}
	}

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
	public @Nullable Timestamp getTimestamp(int column, Calendar calendar) throws SQLException {
		return getTimestamp(column);
	}

	@Override
	public @Nullable Timestamp getTimestamp(String label, Calendar calendar) throws SQLException {
		return getTimestamp(label);
	}

	@Override
	public @Nullable Date getDate(int column) throws SQLException {
		return getObject(column, Date.class);
	}

	@Override
	public @Nullable Date getDate(String label) throws SQLException {
		return getDate(findColumn(label));
	}

	@Override
	public @Nullable Date getDate(int column, Calendar calendar) throws SQLException {
		LocalDate date = getObject(column, LocalDate.class);
		return (date != null) ? new Date(date.atStartOfDay(zone(calendar)).toInstant().toEpochMilli()) : null;
	}

	@Override
	public @Nullable Date getDate(String label, Calendar calendar) throws SQLException {
		return getDate(findColumn(label), calendar);
	}

	@Override
	public @Nullable Time getTime(int column) throws SQLException {
		return getObject(column, Time.class);
	}

	@Override
	public @Nullable Time getTime(String label) throws SQLException {
		return getTime(findColumn(label));
	}

	@Override
	public @Nullable Time getTime(int column, Calendar calendar) throws SQLException {
		LocalTime time = getObject(column, LocalTime.class);
		return (time != null) ? new Time(time.atDate(LocalDate.EPOCH).atZone(zone(calendar)).toInstant().toEpochMilli())
				: null;
	}

	@Override
	public @Nullable Time getTime(String label, Calendar calendar) throws SQLException {
		return getTime(findColumn(label), calendar);
	}

	private static ZoneId zone(Calendar calendar) {
		return calendar.getTimeZone().toZoneId();
	}

}
