package tech.circuitforge.db.pool;

import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Struct;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.UserMismatchException;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.StatementOwner;

/**
 * The connection that an application holds: leases a real one when the first statement is
 * made, for the user of that moment, and belongs to that user until it is closed.
 * <p>
 * A transaction that was begun while a user was known belongs to that user already.
 * Statements of anybody else are refused; committing, rolling back and closing never are.
 */
final class RoutedConnection implements Connection, StatementOwner {

	private final CurrentDatabase currentDatabase;

	private final OpenDatabases databases;

	private boolean autoCommit = true;

	private boolean readOnly;

	private int holdability = ResultSet.HOLD_CURSORS_OVER_COMMIT;

	private final AtomicBoolean closed = new AtomicBoolean();

	private @Nullable DatabaseName owner;

	private volatile @Nullable Lease lease;

	RoutedConnection(CurrentDatabase currentDatabase, OpenDatabases databases) {
		this.currentDatabase = currentDatabase;
		this.databases = databases;
	}

	/** Whose connection this is, if that is settled. */
	@Nullable DatabaseName owner() {
		return this.owner;
	}

	private SqliteConnection leased() throws SQLException {
		checkOpen();
		Lease lease = this.lease;
		if (lease == null) {
			DatabaseName name = this.currentDatabase.require();
			refuseOther(name);
			this.owner = name;
			lease = this.databases.acquire(name);
			SqliteConnection connection = lease.connection();
			try {
				connection.setOwner(this);
				connection.setReadOnly(this.readOnly);
				connection.setHoldability(this.holdability);
				connection.setAutoCommit(this.autoCommit);
			}
			catch (Throwable ex) {
				lease.close();
				throw ex;
			}
			// Only now: another thread that closes this gives the connection back, and
			// then it is the next borrower's.
			this.lease = lease;
			if (this.closed.get()) {
				// By another thread, which may not have seen the lease.
				lease.close();
				checkOpen();
			}
		}
		return lease.connection();
	}

	/**
	 * If another thread has closed this meanwhile, the statement was made on what may be
	 * the next borrower's connection.
	 */
	private <S extends Statement> S mine(S statement) throws SQLException {
		if (this.closed.get()) {
			statement.close();
			checkOpen();
		}
		return statement;
	}

	private void refuseOther(DatabaseName name) {
		if (this.owner != null && !this.owner.equals(name)) {
			throw new UserMismatchException(this.owner.toString(), name.toString());
		}
	}

	private @Nullable SqliteConnection leasedOrNull() throws SQLException {
		checkOpen();
		Lease lease = this.lease;
		return (lease != null) ? lease.connection() : null;
	}

	private void checkOpen() throws SQLException {
		if (this.closed.get()) {
			throw new SQLException("This connection is closed");
		}
	}

	@Override
	public Connection connection() {
		return this;
	}

	@Override
	public void checkMayExecute() {
		refuseOther(this.currentDatabase.require());
	}

	/**
	 * Refuses whatever leads to the database once this is closed, or for another user.
	 */
	void checkMayBeUsed() throws SQLException {
		checkOpen();
		checkMayExecute();
	}

	@Override
	public Statement createStatement() throws SQLException {
		return mine(leased().createStatement());
	}

	@Override
	public Statement createStatement(int type, int concurrency) throws SQLException {
		return mine(leased().createStatement(type, concurrency));
	}

	@Override
	public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
		return mine(leased().createStatement(type, concurrency, holdability));
	}

	@Override
	public PreparedStatement prepareStatement(String sql) throws SQLException {
		return mine(leased().prepareStatement(sql));
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int type, int concurrency) throws SQLException {
		return mine(leased().prepareStatement(sql, type, concurrency));
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
			throws SQLException {
		return mine(leased().prepareStatement(sql, type, concurrency, holdability));
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int autoGeneratedKeys) throws SQLException {
		return mine(leased().prepareStatement(sql, autoGeneratedKeys));
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int[] columnIndexes) throws SQLException {
		return mine(leased().prepareStatement(sql, columnIndexes));
	}

	@Override
	public PreparedStatement prepareStatement(String sql, String[] columnNames) throws SQLException {
		return mine(leased().prepareStatement(sql, columnNames));
	}

	@Override
	public CallableStatement prepareCall(String sql) throws SQLException {
		throw noProcedures();
	}

	@Override
	public CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
		throw noProcedures();
	}

	@Override
	public CallableStatement prepareCall(String sql, int type, int concurrency, int holdability) throws SQLException {
		throw noProcedures();
	}

	private static SQLException noProcedures() {
		return new SQLFeatureNotSupportedException("SQLite has no stored procedures");
	}

	@Override
	public String nativeSQL(String sql) throws SQLException {
		checkOpen();
		return sql;
	}

	@Override
	public void setAutoCommit(boolean autoCommit) throws SQLException {
		SqliteConnection connection = leasedOrNull();
		if (connection != null) {
			connection.setAutoCommit(autoCommit);
		}
		else {
			// A transaction belongs to whoever begins it, if that is known.
			this.owner = autoCommit ? null : this.currentDatabase.find();
		}
		this.autoCommit = autoCommit;
	}

	@Override
	public boolean getAutoCommit() throws SQLException {
		checkOpen();
		return this.autoCommit;
	}

	@Override
	public void commit() throws SQLException {
		SqliteConnection connection = leasedOrNull();
		if (connection != null) {
			connection.commit();
		}
		else {
			checkManualCommit();
		}
	}

	@Override
	public void rollback() throws SQLException {
		SqliteConnection connection = leasedOrNull();
		if (connection != null) {
			connection.rollback();
		}
		else {
			checkManualCommit();
		}
	}

	private void checkManualCommit() throws SQLException {
		if (this.autoCommit) {
			throw new SQLException("There is no transaction: the connection is in auto-commit mode");
		}
	}

	@Override
	public Savepoint setSavepoint() throws SQLException {
		return leased().setSavepoint();
	}

	@Override
	public Savepoint setSavepoint(String name) throws SQLException {
		return leased().setSavepoint(name);
	}

	@Override
	public void rollback(Savepoint savepoint) throws SQLException {
		leased().rollback(savepoint);
	}

	@Override
	public void releaseSavepoint(Savepoint savepoint) throws SQLException {
		leased().releaseSavepoint(savepoint);
	}

	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			Lease lease = this.lease;
			if (lease != null) {
				lease.close();
			}
		}
	}

	@Override
	public boolean isClosed() {
		return this.closed.get();
	}

	/** For another thread than the one that uses this connection: stops its statement. */
	@Override
	public void abort(Executor executor) {
		// Closed first, so that nobody else gives the connection back meanwhile and stops
		// the next borrower's statement by this.
		if (this.closed.compareAndSet(false, true)) {
			Lease lease = this.lease;
			if (lease != null) {
				SqliteConnection connection = lease.connection();
				connection.doNotReuse();
				connection.cancel();
				lease.close();
			}
		}
	}

	@Override
	public boolean isValid(int timeout) {
		return !this.closed.get();
	}

	@Override
	public DatabaseMetaData getMetaData() throws SQLException {
		return RoutedMetaData.of(leased().getMetaData(), this);
	}

	@Override
	public void setReadOnly(boolean readOnly) throws SQLException {
		SqliteConnection connection = leasedOrNull();
		if (connection != null) {
			connection.setReadOnly(readOnly);
		}
		this.readOnly = readOnly;
	}

	@Override
	public boolean isReadOnly() throws SQLException {
		checkOpen();
		return this.readOnly;
	}

	/** SQLite's transactions are serializable; every weaker level is thereby kept too. */
	@Override
	public int getTransactionIsolation() throws SQLException {
		checkOpen();
		return TRANSACTION_SERIALIZABLE;
	}

	@Override
	public void setTransactionIsolation(int level) throws SQLException {
		checkOpen();
		SqliteConnection.checkIsolation(level);
	}

	@Override
	public int getHoldability() throws SQLException {
		checkOpen();
		return this.holdability;
	}

	@Override
	public void setHoldability(int holdability) throws SQLException {
		SqliteConnection connection = leasedOrNull();
		if (connection != null) {
			connection.setHoldability(holdability);
		}
		else {
			SqliteConnection.checkHoldability(holdability);
		}
		this.holdability = holdability;
	}

	@Override
	public @Nullable SQLWarning getWarnings() throws SQLException {
		checkOpen();
		return null;
	}

	@Override
	public void clearWarnings() throws SQLException {
		checkOpen();
	}

	@Override
	public @Nullable String getCatalog() throws SQLException {
		checkOpen();
		return null;
	}

	/** SQLite has no catalogs; JDBC says to ignore this then. */
	@Override
	public void setCatalog(@Nullable String catalog) throws SQLException {
		checkOpen();
	}

	@Override
	public @Nullable String getSchema() throws SQLException {
		checkOpen();
		return null;
	}

	/**
	 * The schema of a connection is always {@code main}; JDBC says to ignore this then.
	 */
	@Override
	public void setSchema(@Nullable String schema) throws SQLException {
		checkOpen();
	}

	@Override
	public Map<String, Class<?>> getTypeMap() throws SQLException {
		checkOpen();
		return Map.of();
	}

	@Override
	public void setTypeMap(@Nullable Map<String, Class<?>> map) throws SQLException {
		checkOpen();
		if (map != null && map.isEmpty()) {
			return;
		}
		throw new SQLFeatureNotSupportedException("SQLite has no user-defined types");
	}

	@Override
	public Clob createClob() throws SQLException {
		return leased().createClob();
	}

	@Override
	public Blob createBlob() throws SQLException {
		return leased().createBlob();
	}

	@Override
	public NClob createNClob() throws SQLException {
		return leased().createNClob();
	}

	@Override
	public SQLXML createSQLXML() throws SQLException {
		return leased().createSQLXML();
	}

	@Override
	public Array createArrayOf(String type, Object[] elements) throws SQLException {
		throw new SQLFeatureNotSupportedException("SQLite has no arrays");
	}

	@Override
	public Struct createStruct(String type, Object[] attributes) throws SQLException {
		throw new SQLFeatureNotSupportedException("SQLite has no structured types");
	}

	@Override
	public void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
	}

	@Override
	public void setClientInfo(Properties properties) throws SQLClientInfoException {
	}

	@Override
	public @Nullable String getClientInfo(String name) throws SQLException {
		checkOpen();
		return null;
	}

	@Override
	public Properties getClientInfo() throws SQLException {
		checkOpen();
		return new Properties();
	}

	@Override
	public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
		throw new SQLFeatureNotSupportedException("There is no network");
	}

	@Override
	public int getNetworkTimeout() throws SQLException {
		checkOpen();
		return 0;
	}

	/**
	 * Gives access to the driver's own connection too, for instance to register a
	 * function. What is done to it cannot be seen from here, so nobody else has it after
	 * this borrower.
	 */
	@Override
	public <T> T unwrap(@Nullable Class<T> type) throws SQLException {
		if (type == null || !isWrapperFor(type)) {
			throw new SQLException("This connection does not wrap a " + ((type != null) ? type.getName() : "null"));
		}
		if (type.isInstance(this)) {
			return type.cast(this);
		}
		SqliteConnection connection = leased();
		checkMayExecute();
		connection.doNotReuse();
		return type.cast(connection);
	}

	@Override
	public boolean isWrapperFor(@Nullable Class<?> type) {
		return type != null && (type.isInstance(this) || type.isAssignableFrom(SqliteConnection.class));
	}

	@Override
	public String toString() {
		return "Connection[" + ((this.owner != null) ? this.owner : "not used yet") + "]";
	}

}
