package tech.circuitforge.db.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
import org.sqlite.jdbc4.JDBC4Statement;

/**
 * A statement that asks its connection before it runs.
 */
final class SqliteStatement extends JDBC4Statement {

	private final SqliteConnection connection;

	private final @Nullable StatementOwner owner;

	SqliteStatement(SqliteConnection connection) {
		super(connection);
		this.connection = connection;
		this.owner = connection.owner();
	}

	@Override
	public boolean execute(String sql) throws SQLException {
		return guarded(() -> super.execute(sql));
	}

	@Override
	public ResultSet executeQuery(String sql) throws SQLException {
		return guarded(() -> super.executeQuery(sql));
	}

	@Override
	public long executeLargeUpdate(String sql) throws SQLException {
		return guarded(() -> super.executeLargeUpdate(sql));
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
