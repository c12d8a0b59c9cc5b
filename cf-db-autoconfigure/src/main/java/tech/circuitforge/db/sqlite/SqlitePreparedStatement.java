package tech.circuitforge.db.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/**
 * A prepared statement that asks its connection before it runs.
 */
final class SqlitePreparedStatement extends JDBC4PreparedStatement {

	private final SqliteConnection connection;

	private final @Nullable StatementOwner owner;

	SqlitePreparedStatement(SqliteConnection connection, String sql) throws SQLException {
		super(connection, sql);
		this.connection = connection;
		this.owner = connection.owner();
	}

	@Override
	public boolean execute() throws SQLException {
		return guarded(super::execute);
	}

	@Override
	public ResultSet executeQuery() throws SQLException {
		return guarded(super::executeQuery);
	}

	@Override
	public long executeLargeUpdate() throws SQLException {
		return guarded(super::executeLargeUpdate);
	}

	@Override
	public long[] executeLargeBatch() throws SQLException {
		return guarded(super::executeLargeBatch);
	}

	private <T> T guarded(SQLCallable<T> execution) throws SQLException {
		this.connection.beforeExecution(this.owner);
		try {
			return execution.call();
		}
		catch (SQLException ex) {
			this.connection.afterFailure();
			throw ex;
		}
	}

	@Override
	public void close() throws SQLException {
		this.connection.statementClosed(this);
		super.close();
	}

	@Override
	public Connection getConnection() {
		return this.connection.handleOf(this.owner);
	}

}
