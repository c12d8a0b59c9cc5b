package tech.circuitforge.db.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import org.jspecify.annotations.Nullable;
import org.sqlite.jdbc4.JDBC4Connection;

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
 * <b>Failures.</b> When COMMIT or ROLLBACK fails, the transaction is rolled back and the
 * connection is {@linkplain #isBroken() broken}: whoever pools it closes it. When SQLite
 * rolls back by itself (disk full, I/O error, ON CONFLICT ROLLBACK), the rest of the
 * transaction is refused instead of being committed statement by statement.
 * <p>
 * Not for use by several threads at once.
 */
public final class SqliteConnection extends JDBC4Connection {

	/** False while the driver's constructor runs, which already executes statements. */
	private final boolean opened;

	private boolean manualCommit;

	private boolean readOnly;

	private boolean queryOnly;

	private boolean broken;

	private TransactionState transaction = TransactionState.NONE;

	private int savepoints;

	/**
	 * The borrower's statements that are not closed yet; few, and the last one is usually
	 * closed first.
	 */
	private final List<Statement> statements = new ArrayList<>(4);

	private @Nullable StatementOwner owner;

	SqliteConnection(String url, String file, Properties properties) throws SQLException {
		super(url, file, properties);
		this.opened = true;
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

	/**
	 * Tells whether a COMMIT or ROLLBACK failed, so that this connection must not be used
	 * any more.
	 * @return whether to close it
	 */
	public boolean isBroken() {
		return this.broken;
	}

	/**
	 * Does what has to be done before a statement runs: checks who asks and begins the
	 * transaction if it is due.
	 */
	void beforeExecution(@Nullable StatementOwner statementOwner) throws SQLException {
		if (!this.opened) {
			return;
		}
		if (statementOwner != this.owner) {
			throw new SQLException("The connection of this statement has been closed");
		}
		if (statementOwner != null) {
			statementOwner.checkMayExecute();
		}
		if (this.transaction == TransactionState.ROLLED_BACK) {
			throw new SQLException("SQLite has rolled this transaction back after an earlier error, and nothing of it "
					+ "is stored. Roll it back and start again.");
		}
		if (this.queryOnly != this.readOnly) {
			run("PRAGMA query_only = " + (this.readOnly ? "ON" : "OFF"));
			this.queryOnly = this.readOnly;
		}
		if (this.manualCommit && this.transaction == TransactionState.NONE) {
			run(this.readOnly ? "BEGIN" : "BEGIN IMMEDIATE");
			this.transaction = TransactionState.ACTIVE;
		}
	}

	/** Finds out, after a statement failed, whether SQLite has ended the transaction. */
	void afterFailure() {
		if (this.opened && this.transaction == TransactionState.ACTIVE && !isTransactionOpen()) {
			this.transaction = TransactionState.ROLLED_BACK;
		}
	}

	/**
	 * The driver does not expose sqlite3_get_autocommit(); a second BEGIN is an error
	 * exactly inside a transaction.
	 */
	private boolean isTransactionOpen() {
		try {
			run("BEGIN");
		}
		catch (SQLException ex) {
			return true;
		}
		try {
			run("ROLLBACK");
		}
		catch (SQLException ex) {
			this.broken = true;
		}
		return false;
	}

	@Override
	public boolean getAutoCommit() throws SQLException {
		checkOpen();
		return !this.manualCommit;
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
			this.transaction = TransactionState.NONE;
			throw new SQLException(
					"Nothing was committed: SQLite had rolled this transaction back after an earlier " + "error.");
		}
		end("COMMIT");
	}

	@Override
	public void rollback() throws SQLException {
		checkManualCommit("roll back");
		if (this.transaction == TransactionState.ROLLED_BACK) {
			this.transaction = TransactionState.NONE;
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
		this.transaction = TransactionState.NONE;
		try {
			run(command);
		}
		catch (SQLException ex) {
			this.broken = true;
			try {
				run("ROLLBACK");
			}
			catch (SQLException rollback) {
				ex.addSuppressed(rollback);
			}
			throw ex;
		}
	}

	@Override
	public Savepoint setSavepoint() throws SQLException {
		return setSavepoint("cf_db_" + ++this.savepoints);
	}

	@Override
	public Savepoint setSavepoint(String name) throws SQLException {
		checkManualCommit("mark with a savepoint");
		beforeExecution(this.owner);
		run("SAVEPOINT " + quote(name));
		return new SqliteSavepoint(name);
	}

	@Override
	public void releaseSavepoint(Savepoint savepoint) throws SQLException {
		checkManualCommit("release");
		run("RELEASE " + quote(savepoint.getSavepointName()));
	}

	@Override
	public void rollback(Savepoint savepoint) throws SQLException {
		checkManualCommit("roll back");
		run("ROLLBACK TO " + quote(savepoint.getSavepointName()));
	}

	private static String quote(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	private void run(String sql) throws SQLException {
		// False: the driver must not add a commit of its own.
		getDatabase().exec(sql, false);
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
	}

	@Override
	public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
		checkOpen();
		checkCursor(type, concurrency, holdability);
		return track(new SqliteStatement(this));
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
			throws SQLException {
		checkOpen();
		checkCursor(type, concurrency, holdability);
		return track(new SqlitePreparedStatement(this, sql));
	}

	private <S extends Statement> S track(S statement) {
		if (this.opened) {
			this.statements.add(statement);
		}
		return statement;
	}

	void statementClosed(Statement statement) {
		if (this.opened) {
			for (int i = this.statements.size() - 1; i >= 0; i--) {
				if (this.statements.get(i) == statement) {
					this.statements.remove(i);
					return;
				}
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
		for (Statement statement : List.copyOf(this.statements)) {
			statement.close();
		}
		if (this.manualCommit) {
			rollback();
			this.manualCommit = false;
		}
		this.readOnly = false;
	}

	/** The connection that a statement shows to its user. */
	Connection handleOf(@Nullable StatementOwner statementOwner) {
		return (statementOwner != null) ? statementOwner.connection() : this;
	}

	private enum TransactionState {

		/** No transaction, here or in SQLite. */
		NONE,

		/** A transaction, here and in SQLite. */
		ACTIVE,

		/** A transaction here that SQLite has ended. */
		ROLLED_BACK

	}

	private record SqliteSavepoint(String name) implements Savepoint {

		@Override
		public int getSavepointId() throws SQLException {
			throw new SQLException("This savepoint has a name");
		}

		@Override
		public String getSavepointName() {
			return this.name;
		}

	}

}
