package tech.circuitforge.db.sqlite;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.sqlite.core.DB;
import org.sqlite.jdbc4.JDBC4Statement;

/**
 * A statement: asks its connection before it runs, borrows a compiled statement for the
 * run, and gives each run a result set of its own.
 */
class SqliteStatement extends JDBC4Statement {

	private final SqliteConnection connection;

	private final @Nullable StatementOwner owner;

	/** The last run, ended or not; read by whoever cancels it from another thread. */
	private volatile @Nullable Execution execution;

	private @Nullable CompiledStatement compiled;

	private @Nullable SqliteResultSet result;

	private @Nullable SqliteResultSet unfetchedResult;

	private long rowsChanged = -1;

	private int queryTimeout;

	private int fetchSize;

	private boolean poolable;

	private int holdability;

	/** The name that the caller wants the keys by, or null if none are wanted. */
	private @Nullable String keyColumn;

	/** Of the last run, or of all entries of the last batch. */
	private List<Long> generatedKeys = List.of();

	private final List<String> commands = new ArrayList<>(0);

	SqliteStatement(SqliteConnection connection) {
		super(connection);
		this.holdability = connection.getHoldability();
		this.connection = connection;
		this.owner = connection.owner();
	}

	final SqliteConnection connection() {
		return this.connection;
	}

	/** Says what becomes of an open result at commit. */
	final void setHoldability(int holdability) {
		this.holdability = holdability;
	}

	/** Makes the next runs keep the key of the row they insert. */
	final void returnGeneratedKeys(String column) {
		this.keyColumn = column;
	}

	final @Nullable CompiledStatement compiled() {
		return this.compiled;
	}

	/** Borrows the compiled form of a statement until {@link #giveBackCompiled()}. */
	final CompiledStatement compile(@Nullable String sql) throws SQLException {
		checkNotClosed();
		if (sql == null) {
			throw new SqliteUsageException("There is no statement: the SQL is null");
		}
		CompiledStatement compiled = this.compiled;
		if (compiled != null && compiled.sql().equals(sql) && !compiled.pointer().isClosed()) {
			return compiled;
		}
		giveBackCompiled();
		compiled = this.connection.compile(sql);
		this.compiled = compiled;
		this.pointer = compiled.pointer();
		this.sql = sql;
		return compiled;
	}

	private void giveBackCompiled() throws SQLException {
		CompiledStatement compiled = this.compiled;
		this.compiled = null;
		if (compiled != null) {
			this.connection.giveBack(compiled);
		}
	}

	final void checkNotClosed() throws SQLException {
		if (isClosed()) {
			throw new SQLException("This statement is closed");
		}
	}

	/**
	 * Runs a statement up to its first row.
	 * @return whether it has a result set, which is then in {@link #unfetchedResult}
	 */
	final boolean run(String sql, @Nullable Object @Nullable [] parameters) throws SQLException {
		closeResult();
		this.rowsChanged = -1;
		this.generatedKeys = List.of();
		CompiledStatement compiled = compile(sql);
		Execution execution = this.connection.begin(compiled, this.owner, this.queryTimeout, outsideOfTransactions());
		this.execution = execution;
		boolean resultOpen = false;
		try (GeneratedKeys keys = (this.keyColumn != null) ? GeneratedKeys.watch(this.connection, compiled) : null) {
			boolean row = this.connection.step(this, parameters);
			int columns = compiled.columnCount();
			if (columns > 0) {
				this.unfetchedResult = new SqliteResultSet(this, execution, columns, row);
				this.result = this.unfetchedResult;
				resultOpen = row;
			}
			else {
				this.rowsChanged = (compiled.kind() == SqlKind.WRITE) ? getDatabase().changes() : 0;
			}
			if (keys != null) {
				this.generatedKeys = keys.keys(getDatabase().changes());
			}
			return columns > 0;
		}
		catch (SQLException ex) {
			if (!compiled.pointer().isClosed()) {
				compiled.pointer().safeRunInt(DB::reset);
			}
			throw execution.failed(ex);
		}
		finally {
			if (!resultOpen) {
				execution.end();
			}
		}
	}

	final ResultSet runQuery(String sql, @Nullable Object @Nullable [] parameters) throws SQLException {
		closeResult();
		// Asked before it runs: what returns no rows may change some.
		if (compile(sql).columnCount() == 0) {
			throw new SqliteUsageException("\"%s\" returns no rows; use an update method".formatted(sql));
		}
		run(sql, parameters);
		SqliteResultSet rows = this.unfetchedResult;
		this.unfetchedResult = null;
		if (rows == null) {
			throw new SqliteUsageException("\"%s\" returns no rows any more: the schema has changed".formatted(sql));
		}
		return rows;
	}

	final long runUpdate(String sql, @Nullable Object @Nullable [] parameters) throws SQLException {
		closeResult();
		if (compile(sql).columnCount() > 0) {
			throw new SqliteUsageException(
					("\"%s\" returns rows, which an update method would drop; use a query method "
							+ "(JdbcClient: .query(...), JdbcTemplate: queryForObject and the like)")
						.formatted(sql));
		}
		run(sql, parameters);
		return this.rowsChanged;
	}

	/** Whether a run reads nothing of the database, so that no transaction is due. */
	boolean outsideOfTransactions() {
		return false;
	}

	/** Runs one entry of a batch and tells which it was if it fails. */
	final void runBatched(long[] counts, int index, String sql, @Nullable Object @Nullable [] parameters)
			throws BatchUpdateException {
		List<Long> keysBefore = (index > 0) ? this.generatedKeys : List.of();
		try {
			counts[index] = runUpdate(sql, parameters);
			this.generatedKeys = joined(keysBefore, this.generatedKeys);
		}
		catch (SQLException ex) {
			int[] done = Arrays.stream(counts, 0, index).mapToInt((count) -> (int) count).toArray();
			BatchUpdateException failed = new BatchUpdateException(
					"Batch entry %d: %s".formatted(index, ex.getMessage()), ex.getSQLState(), ex.getErrorCode(), done,
					ex);
			failed.setNextException(ex);
			throw failed;
		}
	}

	/** What is known of the last entry is not true of the batch. */
	final void batchEnded() {
		this.rowsChanged = -1;
	}

	/** Appends to the list of a batch instead of copying it for each entry. */
	private static List<Long> joined(List<Long> keys, List<Long> more) {
		if (more.isEmpty()) {
			return keys;
		}
		List<Long> all = (keys instanceof ArrayList<Long>) ? keys : new ArrayList<>(keys);
		all.addAll(more);
		return all;
	}

	/** The rows of the last run that nobody has fetched yet, or is still reading. */
	final @Nullable SqliteResultSet openResult() {
		return this.result;
	}

	final void resultRead(SqliteResultSet read) {
		read.execution().end();
	}

	final void resultClosed(SqliteResultSet closed) {
		closed.execution().end();
		if (this.result == closed) {
			this.result = null;
		}
	}

	/** Closes the rows that are not to be held over a commit. */
	final void committed() throws SQLException {
		SqliteResultSet open = this.result;
		if (open != null && this.holdability == ResultSet.CLOSE_CURSORS_AT_COMMIT) {
			this.unfetchedResult = null;
			open.close();
		}
	}

	private void closeResult() throws SQLException {
		this.unfetchedResult = null;
		SqliteResultSet open = this.result;
		if (open != null) {
			this.result = null;
			boolean completing = isCloseOnCompletion();
			open.close();
			if (completing && isClosed()) {
				throw new SQLException("This statement closed with its result (closeOnCompletion)");
			}
		}
	}

	@Override
	public boolean execute(String sql) throws SQLException {
		return run(sql, null);
	}

	@Override
	public boolean execute(String sql, int autoGeneratedKeys) throws SQLException {
		this.keyColumn = GeneratedKeys.requested(autoGeneratedKeys);
		return execute(sql);
	}

	@Override
	public boolean execute(String sql, int[] columns) throws SQLException {
		return execute(sql, RETURN_GENERATED_KEYS);
	}

	@Override
	public boolean execute(String sql, String[] columns) throws SQLException {
		this.keyColumn = GeneratedKeys.requested(columns);
		return execute(sql);
	}

	@Override
	public ResultSet executeQuery(String sql) throws SQLException {
		return runQuery(sql, null);
	}

	@Override
	public long executeLargeUpdate(String sql) throws SQLException {
		List<SqlScript.Statement> statements = (sql != null) ? SqlScript.split(sql) : List.of();
		if (statements.size() <= 1) {
			return runUpdate(sql, null);
		}
		// The driver's one method that takes a whole script; each statement is asked
		// about like any other.
		long changed = 0;
		for (SqlScript.Statement statement : statements) {
			run(statement.text(), null);
			changed += Math.max(0, this.rowsChanged);
			closeResult();
		}
		return changed;
	}

	@Override
	public long executeLargeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
		this.keyColumn = GeneratedKeys.requested(autoGeneratedKeys);
		return executeLargeUpdate(sql);
	}

	@Override
	public long executeLargeUpdate(String sql, int[] columns) throws SQLException {
		return executeLargeUpdate(sql, RETURN_GENERATED_KEYS);
	}

	@Override
	public long executeLargeUpdate(String sql, String[] columns) throws SQLException {
		this.keyColumn = GeneratedKeys.requested(columns);
		return executeLargeUpdate(sql);
	}

	@Override
	public int executeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
		this.keyColumn = GeneratedKeys.requested(autoGeneratedKeys);
		return executeUpdate(sql);
	}

	@Override
	public int executeUpdate(String sql, int[] columns) throws SQLException {
		return executeUpdate(sql, RETURN_GENERATED_KEYS);
	}

	@Override
	public int executeUpdate(String sql, String[] columns) throws SQLException {
		this.keyColumn = GeneratedKeys.requested(columns);
		return executeUpdate(sql);
	}

	@Override
	public void addBatch(String sql) throws SQLException {
		checkNotClosed();
		this.commands.add(sql);
	}

	@Override
	public void clearBatch() throws SQLException {
		checkNotClosed();
		this.commands.clear();
	}

	@Override
	public int[] executeBatch() throws SQLException {
		return Arrays.stream(executeLargeBatch()).mapToInt((count) -> (int) count).toArray();
	}

	@Override
	public long[] executeLargeBatch() throws SQLException {
		checkNotClosed();
		long[] counts = new long[this.commands.size()];
		try {
			for (int i = 0; i < counts.length; i++) {
				runBatched(counts, i, this.commands.get(i), null);
			}
		}
		finally {
			this.commands.clear();
			batchEnded();
		}
		return counts;
	}

	@Override
	public @Nullable ResultSet getResultSet() throws SQLException {
		checkNotClosed();
		SqliteResultSet rows = this.unfetchedResult;
		if (rows == null && this.result != null) {
			throw new SqliteUsageException("The result set of \"%s\" has been handed out already".formatted(this.sql));
		}
		this.unfetchedResult = null;
		return rows;
	}

	@Override
	public int getUpdateCount() throws SQLException {
		return (int) getLargeUpdateCount();
	}

	@Override
	public long getLargeUpdateCount() throws SQLException {
		checkNotClosed();
		return this.rowsChanged;
	}

	/** A statement has one result. */
	@Override
	public boolean getMoreResults() throws SQLException {
		return getMoreResults(CLOSE_CURRENT_RESULT);
	}

	@Override
	public boolean getMoreResults(int current) throws SQLException {
		checkNotClosed();
		if (current == KEEP_CURRENT_RESULT || current == CLOSE_ALL_RESULTS) {
			throw new SQLFeatureNotSupportedException("A statement has one result; use CLOSE_CURRENT_RESULT");
		}
		if (current != CLOSE_CURRENT_RESULT) {
			throw new SqliteUsageException("%d says nothing about the current result".formatted(current));
		}
		closeResult();
		this.rowsChanged = -1;
		return false;
	}

	@Override
	public ResultSet getGeneratedKeys() throws SQLException {
		checkNotClosed();
		Execution last = this.execution;
		CompiledStatement compiled = this.compiled;
		if (this.keyColumn == null && this.rowsChanged == 1 && compiled != null && last != null
				&& this.connection.isLast(last)) {
			this.generatedKeys = GeneratedKeys.ofOneRow(this.connection, compiled);
		}
		return GeneratedKeys.asResultSet(this.connection, this.keyColumn, this.generatedKeys);
	}

	/** Not the driver's: that would set busy_timeout, and let the query run on. */
	@Override
	public void setQueryTimeout(int seconds) throws SQLException {
		checkNotClosed();
		if (seconds < 0) {
			throw new SqliteUsageException("A query timeout must not be negative");
		}
		this.queryTimeout = seconds;
	}

	@Override
	public int getQueryTimeout() throws SQLException {
		checkNotClosed();
		return this.queryTimeout;
	}

	/**
	 * Stops this statement if it is running. Not the driver's: that would stop whatever
	 * runs on the connection, which may be somebody else's by now. Closed is as good as
	 * stopped for whoever does this from another thread.
	 */
	@Override
	public void cancel() {
		Execution running = this.execution;
		if (running != null) {
			running.cancel();
		}
	}

	final long maxRows() {
		return this.rs.maxRows;
	}

	final int fetchSize() {
		return this.fetchSize;
	}

	@Override
	public int getMaxRows() throws SQLException {
		return (int) getLargeMaxRows();
	}

	@Override
	public long getLargeMaxRows() throws SQLException {
		checkNotClosed();
		return maxRows();
	}

	@Override
	public void setLargeMaxRows(long max) throws SQLException {
		checkNotClosed();
		super.setLargeMaxRows(max);
	}

	/** A hint; SQLite fetches row by row. */
	@Override
	public void setFetchSize(int rows) throws SQLException {
		checkNotClosed();
		checkFetchSize(rows);
		this.fetchSize = rows;
	}

	static void checkFetchSize(int rows) throws SQLException {
		if (rows < 0) {
			throw new SqliteUsageException("A fetch size must not be negative");
		}
	}

	@Override
	public int getFetchSize() throws SQLException {
		checkNotClosed();
		return this.fetchSize;
	}

	@Override
	public void setFetchDirection(int direction) throws SQLException {
		checkNotClosed();
		super.setFetchDirection(direction);
	}

	@Override
	public int getFetchDirection() throws SQLException {
		checkNotClosed();
		return ResultSet.FETCH_FORWARD;
	}

	@Override
	public void setMaxFieldSize(int max) throws SQLException {
		checkNotClosed();
		super.setMaxFieldSize(max);
	}

	@Override
	public int getMaxFieldSize() throws SQLException {
		checkNotClosed();
		return 0;
	}

	@Override
	public void setPoolable(boolean poolable) throws SQLException {
		checkNotClosed();
		this.poolable = poolable;
	}

	@Override
	public boolean isPoolable() throws SQLException {
		checkNotClosed();
		return this.poolable;
	}

	@Override
	public int getResultSetHoldability() throws SQLException {
		checkNotClosed();
		return holdability();
	}

	final int holdability() {
		return this.holdability;
	}

	@Override
	public int getResultSetType() throws SQLException {
		checkNotClosed();
		return ResultSet.TYPE_FORWARD_ONLY;
	}

	@Override
	public int getResultSetConcurrency() throws SQLException {
		checkNotClosed();
		return ResultSet.CONCUR_READ_ONLY;
	}

	@Override
	public @Nullable SQLWarning getWarnings() throws SQLException {
		checkNotClosed();
		return null;
	}

	@Override
	public void clearWarnings() throws SQLException {
		checkNotClosed();
	}

	@Override
	public Connection getConnection() throws SQLException {
		checkNotClosed();
		return this.connection.handleOf(this.owner);
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
	public void setEscapeProcessing(boolean enable) {
		checkUsable();
	}

	/** There are no positioned updates that could name a cursor. */
	@Override
	public void setCursorName(String name) {
		checkUsable();
	}

	private void checkUsable() {
		try {
			checkNotClosed();
		}
		catch (SQLException ex) {
			throw Undeclared.thrown(ex);
		}
	}

	@Override
	public void close() throws SQLException {
		if (!isClosed()) {
			SqliteResultSet open = this.result;
			this.result = null;
			if (open != null) {
				open.close();
			}
			giveBackCompiled();
			// The driver would finalize the compiled statement, which is in the cache
			// now.
			this.pointer = this.connection.noStatement();
			super.close();
			this.connection.statementClosed(this);
		}
	}

}
