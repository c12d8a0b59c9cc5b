package tech.circuitforge.db.sqlite;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
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

	/** The name that the caller wants the keys by, or null if none are wanted. */
	private @Nullable String keyColumn;

	/** Of the last run, or of all entries of the last batch. */
	private List<Long> generatedKeys = List.of();

	private final List<String> commands = new ArrayList<>(0);

	SqliteStatement(SqliteConnection connection) {
		super(connection);
		this.connection = connection;
		this.owner = connection.owner();
	}

	final SqliteConnection connection() {
		return this.connection;
	}

	/** Makes the next runs keep the key of the row they insert. */
	final void returnGeneratedKeys(String column) {
		this.keyColumn = column;
	}

	final @Nullable CompiledStatement compiled() {
		return this.compiled;
	}

	/** Borrows the compiled form of a statement until {@link #giveBackCompiled()}. */
	final CompiledStatement compile(String sql) throws SQLException {
		checkNotClosed();
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

	private void checkNotClosed() throws SQLException {
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
		List<SqlScript.Statement> statements = SqlScript.split(sql);
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
		this.commands.clear();
	}

	@Override
	public int[] executeBatch() throws SQLException {
		return Arrays.stream(executeLargeBatch()).mapToInt((count) -> (int) count).toArray();
	}

	@Override
	public long[] executeLargeBatch() throws SQLException {
		long[] counts = new long[this.commands.size()];
		try {
			for (int i = 0; i < counts.length; i++) {
				runBatched(counts, i, this.commands.get(i), null);
			}
		}
		finally {
			clearBatch();
		}
		return counts;
	}

	@Override
	public @Nullable ResultSet getResultSet() throws SQLException {
		checkNotClosed();
		SqliteResultSet rows = this.unfetchedResult;
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
		if (current != KEEP_CURRENT_RESULT) {
			closeResult();
		}
		this.rowsChanged = -1;
		return false;
	}

	@Override
	public ResultSet getGeneratedKeys() throws SQLException {
		checkNotClosed();
		return GeneratedKeys.asResultSet(this.connection, this.keyColumn, this.generatedKeys);
	}

	/** Not the driver's: that would set busy_timeout, and let the query run on. */
	@Override
	public void setQueryTimeout(int seconds) throws SQLException {
		if (seconds < 0) {
			throw new SQLException("A query timeout must not be negative");
		}
		this.queryTimeout = seconds;
	}

	@Override
	public int getQueryTimeout() {
		return this.queryTimeout;
	}

	/**
	 * Stops this statement if it is running. Not the driver's: that would stop whatever
	 * runs on the connection, which may be somebody else's by now.
	 */
	@Override
	public void cancel() {
		Execution running = this.execution;
		if (running != null) {
			running.cancel();
		}
	}

	@Override
	public long getLargeMaxRows() {
		return this.rs.maxRows;
	}

	@Override
	public Connection getConnection() {
		return this.connection.handleOf(this.owner);
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
