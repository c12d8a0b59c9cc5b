package tech.circuitforge.db.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteLimits;
import org.sqlite.core.CoreDatabaseMetaData;
import org.sqlite.core.SafeStmtPtr;
import org.sqlite.jdbc4.JDBC4Connection;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/**
 * A connection whose transactions are what JDBC says.
 * <p>
 * <b>Transactions.</b> The driver's own connection flips its auto-commit flag before it
 * tries BEGIN or COMMIT, and begins the next transaction right after a commit. Here,
 * turning auto-commit off only notes it; the transaction begins with the first statement:
 * IMMEDIATE, so that it cannot fail half-way for want of the write lock, or DEFERRED
 * under {@code query_only} if the connection is read-only. Nothing is held between a
 * commit and the next statement.
 * <p>
 * <b>Writing.</b> A read-write transaction, or a writing statement outside of one, first
 * waits for its turn in the file's {@link WriteQueue}, and has it until it ends.
 * <p>
 * <b>Failures.</b> When COMMIT or ROLLBACK fails, the transaction is rolled back and the
 * connection is {@linkplain #isReusable() not reusable}: whoever pools it closes it. When
 * SQLite rolls back by itself (disk full, I/O error, ON CONFLICT ROLLBACK), the rest of
 * the transaction is refused instead of being committed statement by statement.
 * <p>
 * Not for use by several threads at once.
 */
public final class SqliteConnection extends JDBC4Connection {

	// The database header
	// (https://www.sqlite.org/fileformat2.html#file_format_version_numbers).
	private static final int FILE_FORMAT_WRITE = 18;

	private static final int FILE_FORMAT_READ = 19;

	private static final byte FILE_FORMAT_WAL = 2;

	private static final int ALL_PAGES = -1;

	private static final int BACKUP_RETRY_MILLIS = 10;

	private final String file;

	private final WriteTurn turn;

	private final QueryTimer timer;

	private final SqliteStatistics statistics;

	private final Duration busyTimeout;

	private final StatementCache cache;

	/**
	 * The borrower's statements that are not closed yet; few, and the last one is usually
	 * closed first.
	 */
	private final List<SqliteStatement> statements = new ArrayList<>(4);

	/** What a closed statement points to: the driver answers with an exception then. */
	private final SafeStmtPtr noStatement;

	/** False while the driver's constructor runs, which already executes statements. */
	private final boolean opened;

	private boolean manualCommit;

	private boolean readOnly;

	/** What becomes of open results at commit. */
	private int holdability = ResultSet.HOLD_CURSORS_OVER_COMMIT;

	private boolean queryOnly;

	private boolean broken;

	private boolean sessionChanged;

	/**
	 * Whether the borrower has changed a schema, which may be that of temporary tables.
	 */
	private boolean schemaChanged;

	/** Whether it waits in a pool, where nobody may use it. */
	private boolean pooled;

	/** Whether files may be attached. */
	private final boolean attachAllowed;

	/** Whose last_insert_rowid() it is, if anybody's. */
	private @Nullable Execution lastExecution;

	/** The thread of the borrower's last statement. */
	private @Nullable Thread lastUser;

	private boolean stepping;

	private TransactionState transaction = TransactionState.NONE;

	private int savepoints;

	/** The oldest first. */
	private final List<SqliteSavepoint> openSavepoints = new ArrayList<>(2);

	private boolean damaged;

	private @Nullable StatementOwner owner;

	SqliteConnection(String url, String file, Properties properties, SqliteSettings settings, WriteQueue writers,
			QueryTimer timer, SqliteStatistics statistics) throws SQLException {
		super(url, file, properties);
		this.file = file;
		this.statistics = statistics;
		this.timer = timer;
		this.busyTimeout = settings.busyTimeout();
		this.turn = new WriteTurn(this, writers, this.busyTimeout);
		this.attachAllowed = settings.attachAllowed();
		this.cache = new StatementCache(settings.statementCacheSize());
		try (JDBC4PreparedStatement closed = new JDBC4PreparedStatement(this, "SELECT 1")) {
			this.noStatement = closed.pointer;
		}
		catch (Throwable ex) {
			// A file that is no database: nobody else could close it.
			getDatabase().close();
			throw ex;
		}
		this.opened = true;
		limitAttached(0);
	}

	/**
	 * SQLite's own bound behind {@link #checkKind}: what it does not recognize cannot
	 * attach a file either. VACUUM attaches one of its own.
	 */
	private void limitAttached(int most) throws SQLException {
		if (!this.attachAllowed) {
			getDatabase().limit(SQLiteLimits.SQLITE_LIMIT_ATTACHED.getId(), most);
		}
	}

	SafeStmtPtr noStatement() {
		return this.noStatement;
	}

	/**
	 * Says on whose behalf statements are created from now on, until {@link #reset()}.
	 * @param owner who has borrowed this connection
	 */
	public void setOwner(StatementOwner owner) {
		this.owner = owner;
	}

	@Nullable StatementOwner owner() {
		return this.owner;
	}

	/** The connection that a statement shows to its user. */
	Connection handleOf(@Nullable StatementOwner statementOwner) {
		return (statementOwner != null) ? statementOwner.connection() : this;
	}

	/** Lets statements run again after {@link #reset()}, for the next borrower. */
	public void lend() {
		this.pooled = false;
		this.lastUser = null;
	}

	/**
	 * Tells whether the next borrower may have this connection: not after a COMMIT or
	 * ROLLBACK failed, nor after a borrower changed the session (a PRAGMA, a temporary
	 * table, ATTACH) or may still be using it.
	 * @return whether to keep it
	 */
	public boolean isReusable() {
		return !this.broken && !this.sessionChanged && !getDatabase().isClosed();
	}

	/** Keeps the next borrower from having this connection. */
	public void doNotReuse() {
		this.broken = true;
	}

	/**
	 * Tells whether anything may have been written through this connection since it was
	 * opened.
	 * @return whether it has begun to write
	 */
	public boolean hasWritten() {
		return this.turn.wasTaken();
	}

	/**
	 * Tells whether a statement has found the file malformed.
	 * @return whether the database is damaged
	 */
	public boolean hasFoundDamage() {
		return this.damaged;
	}

	// Running statements

	CompiledStatement compile(String sql) throws SQLException {
		CompiledStatement kept = this.cache.take(sql);
		this.statistics.countStatement(kept != null);
		try {
			return (kept != null) ? kept : CompiledStatement.compile(this, sql);
		}
		catch (SQLiteException ex) {
			throw SqliteException.of(ex);
		}
	}

	void giveBack(CompiledStatement statement) throws SQLException {
		this.cache.giveBack(statement);
	}

	/**
	 * Does what has to be done before a statement runs: asks its owner, waits for a turn
	 * to write, begins the transaction if it is due, starts the time limit.
	 * @param outsideOfTransactions whether it reads nothing of the database
	 */
	Execution begin(CompiledStatement statement, @Nullable StatementOwner statementOwner, int timeoutSeconds,
			boolean outsideOfTransactions) throws SQLException {
		checkMayExecute(statementOwner);
		checkKind(statement);
		this.lastUser = Thread.currentThread();
		Duration limit = (timeoutSeconds > 0) ? Duration.ofSeconds(timeoutSeconds) : null;
		boolean turn = false;
		if (this.manualCommit) {
			if (!outsideOfTransactions) {
				beginTransaction(statement.kind(), limit);
			}
		}
		else {
			followReadOnly();
			turn = statement.kind().writes() && !this.readOnly;
			if (turn) {
				this.turn.enter(limit);
			}
		}
		boolean begun = false;
		try {
			if (statement.kind() == SqlKind.VACUUM) {
				limitAttached(1);
			}
			Execution execution = new Execution(this, statement, turn,
					(limit != null) ? this.timer.start(getDatabase(), limit) : null);
			this.lastExecution = execution;
			begun = true;
			return execution;
		}
		finally {
			if (turn && !begun) {
				this.turn.leave();
			}
		}
	}

	/** Whether another thread than this one has run the borrower's last statement. */
	boolean isUsedByAnotherThread() {
		Thread last = this.lastUser;
		return last != null && last != Thread.currentThread();
	}

	/** Whether nothing has run on this connection since. */
	boolean isLast(Execution execution) {
		return this.lastExecution == execution;
	}

	private void checkMayExecute(@Nullable StatementOwner statementOwner) throws SQLException {
		checkOpen();
		if (statementOwner != this.owner || this.pooled) {
			throw new SQLException("The connection of this statement has been closed");
		}
		if (statementOwner != null) {
			statementOwner.checkMayExecute();
		}
		if (this.transaction == TransactionState.ROLLED_BACK) {
			throw new SQLException("SQLite has rolled this transaction back after an earlier error, and nothing of it "
					+ "is stored. Roll it back and start again.");
		}
	}

	/**
	 * SQLite sets most PRAGMAs while it compiles them, whether they are run or not
	 * (https://www.sqlite.org/pragma.html).
	 */
	void checkMayCompile(SqlKind kind, String sql) throws SQLException {
		if (kind == SqlKind.PROCESS && this.owner != null) {
			throw new SqliteUsageException(
					"\"%s\" is refused: it would change every database in this process. The limit of SQLite's memory is cf.db.sqlite.heap-limit"
						.formatted(sql));
		}
		if (kind == SqlKind.TRUST && this.owner != null) {
			throw new SqliteUsageException(
					("\"%s\" is refused: a user's file may come from anywhere, so its schema is trusted with SQLite's "
							+ "own harmless functions only")
						.formatted(sql));
		}
		this.sessionChanged |= kind == SqlKind.SESSION && this.owner != null;
	}

	private void checkKind(CompiledStatement statement) throws SQLException {
		checkMayCompile(statement.kind(), statement.sql());
		switch (statement.kind()) {
			case TRANSACTION -> throw new SqliteUsageException(
					("\"%s\" is not for SQL: use @Transactional, a TransactionTemplate, or the connection's setAutoCommit, "
							+ "commit and rollback")
						.formatted(statement.sql()));
			case SAVEPOINT -> {
				if (!this.manualCommit) {
					throw new SqliteUsageException(
							"\"%s\" outside of a transaction would begin one; begin it by @Transactional or "
								.formatted(statement.sql()) + "setAutoCommit(false)");
				}
			}
			case SCHEMA -> this.schemaChanged |= this.owner != null;
			case OTHER_FILE -> {
				if (!this.attachAllowed) {
					throw new SqliteUsageException(
							("\"%s\" is refused: it reaches a file other than the current user's. "
									+ "For rows that users share there is the shared database, for copies UserDatabases.export; "
									+ "if this product has to, set cf.db.sqlite.attach=allow")
								.formatted(statement.sql()));
				}
				this.sessionChanged |= this.owner != null;
			}
			case READ, WRITE, VACUUM, SESSION, PROCESS, TRUST -> {
				// nothing more to note
			}
		}
	}

	/** Lets SQLite run a statement up to its first row; true if there is one. */
	boolean step(SqliteStatement statement, @Nullable Object @Nullable [] parameters) throws SQLException {
		this.stepping = true;
		try {
			return getDatabase().execute(statement, parameters);
		}
		finally {
			this.stepping = false;
		}
	}

	void executionEnded(Execution execution) {
		if (execution.kind() == SqlKind.VACUUM) {
			endVacuum();
		}
		if (execution.isWriting()) {
			this.turn.leave();
		}
	}

	private void endVacuum() {
		try {
			limitAttached(0);
		}
		catch (SQLException ex) {
			this.broken = true;
		}
	}

	/**
	 * Says what an error means here, after having found out what it did to the
	 * transaction.
	 */
	SQLException explain(SQLException ex, @Nullable Duration exceeded) {
		if (this.transaction == TransactionState.ACTIVE && !isTransactionOpen()) {
			this.transaction = TransactionState.ROLLED_BACK;
		}
		if (!(ex instanceof SQLiteException known)) {
			return ex;
		}
		countBusy(known);
		if (known.getResultCode() == SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT) {
			return SqliteException.of(known, "This transaction began by reading, beside another one of its thread, and "
					+ "the database has changed since: what it read may no longer be true. Run it again.");
		}
		if (exceeded != null && known.getResultCode() == SQLiteErrorCode.SQLITE_INTERRUPT) {
			return SqliteException.of(known, "The statement was stopped at its time limit of " + exceeded);
		}
		this.damaged |= SqliteException.isDamage(known);
		if (this.readOnly && known.getResultCode() == SQLiteErrorCode.SQLITE_READONLY) {
			return SqliteException.of(known, "A read-only transaction cannot write: the statement runs under "
					+ "@Transactional(readOnly = true), or its connection is read-only");
		}
		StorageCondition condition = StorageCondition.of(known, Path.of(this.file));
		return (condition != null) ? SqliteException.of(known, condition) : SqliteException.of(known);
	}

	private void countBusy(SQLiteException ex) {
		if ((ex.getResultCode().code & 0xFF) == SQLiteErrorCode.SQLITE_BUSY.code) {
			this.statistics.countBusy();
		}
	}

	/**
	 * The driver does not expose sqlite3_get_autocommit(); a second BEGIN is an error
	 * exactly inside a transaction.
	 */
	private boolean isTransactionOpen() {
		try {
			control("BEGIN");
		}
		catch (SQLException ex) {
			return true;
		}
		try {
			control("ROLLBACK");
		}
		catch (SQLException ex) {
			this.broken = true;
		}
		return false;
	}

	private void followReadOnly() throws SQLException {
		if (this.queryOnly != this.readOnly) {
			control("PRAGMA query_only = " + (this.readOnly ? "ON" : "OFF"));
			this.queryOnly = this.readOnly;
		}
	}

	private void control(String sql) throws SQLException {
		// False: the driver must not add a commit of its own.
		getDatabase().exec(sql, false);
	}

	/**
	 * Runs statements of our own, not an application's, in one call of SQLite's; rows
	 * they return are dropped.
	 * @param script the statements
	 * @throws SQLException if one fails
	 */
	public void runScript(String script) throws SQLException {
		try {
			// The last borrower may have left it read-only.
			followReadOnly();
			int code = getDatabase()._exec(script);
			if (code != 0) {
				getDatabase().throwex(code);
			}
		}
		catch (SQLiteException ex) {
			throw SqliteException.of(ex);
		}
	}

	/**
	 * Copies a database in memory.
	 * @return what a file with the same content in WAL mode contains
	 * @throws SQLException if there is no memory
	 */
	public byte[] toFileContent() throws SQLException {
		byte[] content = serialize("main");
		content[FILE_FORMAT_WRITE] = FILE_FORMAT_WAL;
		content[FILE_FORMAT_READ] = FILE_FORMAT_WAL;
		return content;
	}

	/**
	 * Tells how large the database is by what it says of itself, its log included.
	 * @return its size in bytes
	 * @throws SQLException if it cannot be read
	 */
	public long size() throws SQLException {
		return number("PRAGMA page_count") * number("PRAGMA page_size");
	}

	/**
	 * Asks for a number.
	 * @param pragma a statement of our own, such as {@code PRAGMA page_count}
	 * @return the first value of its first row, 0 if there is none
	 * @throws SQLException if it cannot be read
	 */
	public long number(String pragma) throws SQLException {
		try (Statement statement = createStatement(); ResultSet row = statement.executeQuery(pragma)) {
			return row.next() ? row.getLong(1) : 0;
		}
	}

	/**
	 * Copies the database page by page, as it is at one moment, while others may go on
	 * writing.
	 * @param target an empty file
	 * @throws SQLException if that fails; the target is then of no use
	 */
	public void copyTo(Path target) throws SQLException {
		// All pages in one step: in several, each commit of another process would start
		// it over.
		int tries = (int) (this.busyTimeout.toMillis() / BACKUP_RETRY_MILLIS);
		int code = getDatabase().backup("main", target.toString(), null, BACKUP_RETRY_MILLIS, tries, ALL_PAGES);
		if (code != 0) {
			getDatabase().throwex(code);
		}
	}

	// Transactions

	private void beginTransaction(SqlKind kind, @Nullable Duration limit) throws SQLException {
		if (this.transaction == TransactionState.NONE) {
			followReadOnly();
			if (this.readOnly || !this.turn.enterTransaction(kind == SqlKind.READ, limit)) {
				control("BEGIN");
			}
			else {
				beginImmediate();
			}
			this.transaction = TransactionState.ACTIVE;
		}
		if (kind != SqlKind.READ && !this.readOnly) {
			this.turn.change(kind.writes(), limit);
		}
	}

	private void beginImmediate() throws SQLException {
		boolean begun = false;
		try {
			control("BEGIN IMMEDIATE");
			begun = true;
		}
		catch (SQLiteException ex) {
			countBusy(ex);
			throw SqliteException.of(ex);
		}
		finally {
			if (!begun) {
				this.turn.leaveTransaction();
			}
		}
	}

	/**
	 * Ends a transaction that has changed nothing and begins the next in its place, with
	 * the same savepoints. If that fails there still is one, of some kind.
	 */
	void restartTransaction(String begin) throws SQLException {
		try {
			control("COMMIT");
			control(begin);
		}
		catch (SQLException ex) {
			if (!isTransactionOpen()) {
				control("BEGIN");
			}
			throw ex;
		}
		finally {
			for (SqliteSavepoint savepoint : this.openSavepoints) {
				control("SAVEPOINT " + quote(savepoint.nameInSql()));
			}
		}
	}

	/** Whether a result is open that shows the database as it was. */
	boolean isReading() {
		return findUnread((execution) -> true) != null;
	}

	private @Nullable Execution findUnread(Predicate<Execution> condition) {
		for (SqliteStatement statement : this.statements) {
			SqliteResultSet result = statement.openResult();
			if (result != null && result.isUnread() && condition.test(result.execution())) {
				return result.execution();
			}
		}
		return null;
	}

	/** The PRAGMA of that name, outside of transactions. */
	long dataVersion() throws SQLException {
		CompiledStatement pragma = compile("PRAGMA data_version");
		try {
			return pragma.number();
		}
		finally {
			giveBack(pragma);
		}
	}

	/**
	 * True for the driver's own questions too, except while a statement runs: it would
	 * then begin and commit once more.
	 */
	@Override
	public boolean getAutoCommit() throws SQLException {
		checkOpen();
		return !this.manualCommit && !this.stepping;
	}

	@Override
	public void setAutoCommit(boolean autoCommit) throws SQLException {
		checkOpen();
		if (autoCommit == this.manualCommit) {
			if (autoCommit) {
				// JDBC: changing the mode commits what is open.
				commit();
			}
			this.manualCommit = !autoCommit;
		}
	}

	@Override
	public void commit() throws SQLException {
		checkManualCommit("commit");
		if (this.transaction == TransactionState.ROLLED_BACK) {
			ended();
			throw new SQLException(
					"Nothing was committed: SQLite had rolled this transaction back after an earlier error.");
		}
		// SQLite cannot commit while a statement that changes rows has more of them to
		// return.
		Execution unread = (this.transaction == TransactionState.ACTIVE) ? findUnread(Execution::isOfWritingStatement)
				: null;
		if (unread != null) {
			rollback();
			throw new SqliteUsageException(
					("Nothing was committed: the result of \"%s\" was not read to its end. Fetch "
							+ "all its rows, or close it, before the commit.")
						.formatted(unread.sql()));
		}
		end("COMMIT");
		// From the last: a statement may close with its result.
		for (int i = this.statements.size() - 1; i >= 0; i--) {
			this.statements.get(i).committed();
		}
	}

	@Override
	public void rollback() throws SQLException {
		checkManualCommit("roll back");
		if (this.transaction == TransactionState.ROLLED_BACK) {
			ended();
			return;
		}
		end("ROLLBACK");
	}

	private void checkManualCommit(String what) throws SQLException {
		checkOpen();
		if (!this.manualCommit) {
			throw new SQLException("Nothing to " + what + ": the connection is in auto-commit mode");
		}
	}

	private void end(String command) throws SQLException {
		if (this.transaction == TransactionState.NONE) {
			return;
		}
		try {
			control(command);
		}
		catch (SQLException ex) {
			this.broken = true;
			rollBackAfter(ex);
			throw (ex instanceof SQLiteException known) ? SqliteException.of(known) : ex;
		}
		finally {
			ended();
		}
	}

	private void rollBackAfter(SQLException failure) {
		try {
			control("ROLLBACK");
		}
		catch (SQLException ex) {
			failure.addSuppressed(ex);
		}
	}

	private void ended() {
		this.transaction = TransactionState.NONE;
		this.openSavepoints.clear();
		this.turn.leaveTransaction();
	}

	@Override
	public Savepoint setSavepoint() throws SQLException {
		return mark(new SqliteSavepoint(++this.savepoints, null));
	}

	@Override
	public Savepoint setSavepoint(@Nullable String name) throws SQLException {
		if (name == null) {
			throw new SqliteUsageException("A savepoint's name must not be null; there is setSavepoint() without one");
		}
		return mark(new SqliteSavepoint(++this.savepoints, name));
	}

	private Savepoint mark(SqliteSavepoint savepoint) throws SQLException {
		checkManualCommit("mark with a savepoint");
		checkMayExecute(this.owner);
		beginTransaction(SqlKind.READ, null);
		controlSavepoint("SAVEPOINT ", savepoint);
		this.openSavepoints.add(savepoint);
		return savepoint;
	}

	@Override
	public void releaseSavepoint(@Nullable Savepoint savepoint) throws SQLException {
		checkManualCommit("release");
		controlSavepoint("RELEASE ", savepoint);
		forgetSavepoints(savepoint);
		this.openSavepoints.remove(savepoint);
	}

	@Override
	public void rollback(@Nullable Savepoint savepoint) throws SQLException {
		checkManualCommit("roll back");
		controlSavepoint("ROLLBACK TO ", savepoint);
		forgetSavepoints(savepoint);
	}

	/** Those that came after it end with it. */
	private void forgetSavepoints(@Nullable Savepoint savepoint) {
		int last = this.openSavepoints.size() - 1;
		while (last >= 0 && this.openSavepoints.get(last) != savepoint) {
			this.openSavepoints.remove(last--);
		}
	}

	private void controlSavepoint(String command, @Nullable Savepoint savepoint) throws SQLException {
		if (!(savepoint instanceof SqliteSavepoint own)) {
			throw new SqliteUsageException("%s is no savepoint of this connection".formatted(savepoint));
		}
		try {
			control(command + quote(own.nameInSql()));
		}
		catch (SQLiteException ex) {
			throw explain(ex, null);
		}
	}

	private static String quote(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	@Override
	public void setReadOnly(boolean readOnly) throws SQLException {
		checkOpen();
		if (readOnly != this.readOnly && this.transaction != TransactionState.NONE) {
			throw new SQLException("Read-only cannot be changed inside a transaction");
		}
		this.readOnly = readOnly;
	}

	@Override
	public boolean isReadOnly() {
		return this.readOnly;
	}

	/** SQLite's transactions are serializable; every weaker level is thereby kept too. */
	@Override
	public int getTransactionIsolation() {
		return TRANSACTION_SERIALIZABLE;
	}

	@Override
	public void setTransactionIsolation(int level) throws SQLException {
		checkOpen();
		checkIsolation(level);
	}

	/**
	 * Refuses what is no isolation level, {@code TRANSACTION_NONE} included.
	 * @param level for {@link Connection#setTransactionIsolation(int)}
	 * @throws SQLException if it is none
	 */
	public static void checkIsolation(int level) throws SQLException {
		if (level != TRANSACTION_READ_UNCOMMITTED && level != TRANSACTION_READ_COMMITTED
				&& level != TRANSACTION_REPEATABLE_READ && level != TRANSACTION_SERIALIZABLE) {
			throw new SqliteUsageException("%d is no isolation level that a connection can have".formatted(level));
		}
	}

	// Statements

	/**
	 * New each time: the driver's keeps statements, which would be the first borrower's.
	 */
	@Override
	public CoreDatabaseMetaData getSQLiteDatabaseMetaData() throws SQLException {
		checkOpen();
		return new SqliteDatabaseMetaData(this);
	}

	@Override
	public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
		if (!this.opened) {
			return super.createStatement(type, concurrency, holdability);
		}
		checkOpen();
		checkCursor(type, concurrency, holdability);
		SqliteStatement statement = new SqliteStatement(this);
		statement.setHoldability(holdability);
		return track(statement);
	}

	@Override
	public Statement createStatement() throws SQLException {
		return createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
	}

	@Override
	public Statement createStatement(int type, int concurrency) throws SQLException {
		return createStatement(type, concurrency, this.opened ? this.holdability : ResultSet.CLOSE_CURSORS_AT_COMMIT);
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int type, int concurrency) throws SQLException {
		return prepareStatement(sql, type, concurrency, this.holdability);
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
			throws SQLException {
		checkOpen();
		checkCursor(type, concurrency, holdability);
		SqlitePreparedStatement statement = prepare(sql);
		statement.setHoldability(holdability);
		return statement;
	}

	@Override
	protected void checkCursor(int type, int concurrency, int holdability) throws SQLException {
		checkHoldability(holdability);
		if (type != ResultSet.TYPE_FORWARD_ONLY) {
			throw new SQLFeatureNotSupportedException("SQLite reads forward only (TYPE_FORWARD_ONLY)");
		}
		if (concurrency != ResultSet.CONCUR_READ_ONLY) {
			throw new SQLFeatureNotSupportedException("Rows are changed by statements only (CONCUR_READ_ONLY)");
		}
	}

	/**
	 * Refuses what is no holdability.
	 * @param holdability for {@link Connection#setHoldability(int)}
	 * @throws SQLException if it is none
	 */
	public static void checkHoldability(int holdability) throws SQLException {
		if (holdability != ResultSet.HOLD_CURSORS_OVER_COMMIT && holdability != ResultSet.CLOSE_CURSORS_AT_COMMIT) {
			throw new SqliteUsageException("%d is no holdability".formatted(holdability));
		}
	}

	@Override
	public int getHoldability() {
		return this.holdability;
	}

	@Override
	public void setHoldability(int holdability) throws SQLException {
		checkOpen();
		checkHoldability(holdability);
		this.holdability = holdability;
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int autoGeneratedKeys) throws SQLException {
		return prepare(sql, GeneratedKeys.requested(autoGeneratedKeys));
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int[] columns) throws SQLException {
		return prepareStatement(sql, Statement.RETURN_GENERATED_KEYS);
	}

	@Override
	public PreparedStatement prepareStatement(String sql, String[] columns) throws SQLException {
		return prepare(sql, GeneratedKeys.requested(columns));
	}

	private SqlitePreparedStatement prepare(String sql, @Nullable String keyColumn) throws SQLException {
		SqlitePreparedStatement statement = prepare(sql);
		if (keyColumn != null) {
			statement.returnGeneratedKeys(keyColumn);
		}
		return statement;
	}

	private SqlitePreparedStatement prepare(String sql) throws SQLException {
		checkOpen();
		return track(new SqlitePreparedStatement(this, sql));
	}

	/** SQLite sees what others did to the schema only when a statement runs. */
	void noticeSchemaChanges() throws SQLException {
		try (SqlitePreparedStatement look = prepare("SELECT 1 FROM main.sqlite_schema LIMIT 1")) {
			look.queryOutsideOfTransactions();
		}
	}

	<S extends SqliteStatement> S track(S statement) {
		this.statements.add(statement);
		return statement;
	}

	/** How many of the borrower's statements are not closed. */
	int openStatements() {
		return this.statements.size();
	}

	void statementClosed(SqliteStatement statement) {
		for (int i = this.statements.size() - 1; i >= 0; i--) {
			if (this.statements.get(i) == statement) {
				this.statements.remove(i);
				return;
			}
		}
	}

	/**
	 * Closes the borrower's statements, rolls back what is open and puts back what a
	 * borrower may have changed.
	 * @throws SQLException if that fails; the connection must then be closed
	 */
	public void reset() throws SQLException {
		this.owner = null;
		this.lastExecution = null;
		if (this.lastUser != null && this.lastUser != Thread.currentThread()) {
			// That thread may be about to run a statement at this very moment.
			this.broken = true;
		}
		while (!this.statements.isEmpty()) {
			this.statements.get(this.statements.size() - 1).close();
		}
		if (this.manualCommit) {
			rollback();
			this.manualCommit = false;
		}
		this.readOnly = false;
		this.holdability = ResultSet.HOLD_CURSORS_OVER_COMMIT;
		if (this.schemaChanged) {
			this.schemaChanged = false;
			this.sessionChanged |= hasTemporarySchema();
		}
		this.pooled = true;
	}

	/** Asked, not told from words: there are many ways to write {@code temp.}. */
	private boolean hasTemporarySchema() throws SQLException {
		try (Statement statement = createStatement();
				ResultSet rows = statement.executeQuery("SELECT 1 FROM temp.sqlite_schema LIMIT 1")) {
			return rows.next();
		}
	}

	/** Stops whatever statement is running, from another thread. */
	public void cancel() {
		try {
			getDatabase().interrupt();
		}
		catch (SQLException ex) {
			// Closed already, which is as good.
		}
	}

	@Override
	public void close() throws SQLException {
		try {
			super.close();
		}
		finally {
			// After it: whoever lent the turn takes SQLite's lock at once.
			this.turn.abandon();
		}
	}

	private enum TransactionState {

		/** No transaction, here or in SQLite. */
		NONE,

		/** A transaction, here and in SQLite. */
		ACTIVE,

		/** A transaction here that SQLite has ended. */
		ROLLED_BACK

	}

	private record SqliteSavepoint(int id, @Nullable String name) implements Savepoint {

		String nameInSql() {
			return (this.name != null) ? this.name : "cf_db_" + this.id;
		}

		@Override
		public int getSavepointId() throws SQLException {
			if (this.name != null) {
				throw new SqliteUsageException("This savepoint has a name");
			}
			return this.id;
		}

		@Override
		public String getSavepointName() throws SQLException {
			if (this.name == null) {
				throw new SqliteUsageException("This savepoint has no name");
			}
			return this.name;
		}

	}

}
