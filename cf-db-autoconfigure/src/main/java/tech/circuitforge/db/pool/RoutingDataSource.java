package tech.circuitforge.db.pool;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * The application's DataSource: each connection finds out with its first statement whose
 * database it is for.
 * <p>
 * Getting, configuring and closing a connection touches no file, so that frameworks may
 * do so without a user: at start, in a transaction without statements, in a test that
 * begins its transaction before it names the user.
 */
public final class RoutingDataSource implements DataSource {

	private final CurrentDatabase currentDatabase;

	private final OpenDatabases databases;

	/**
	 * Creates a DataSource.
	 * @param currentDatabase says which database a statement is for
	 * @param databases opens it
	 */
	public RoutingDataSource(CurrentDatabase currentDatabase, OpenDatabases databases) {
		this.currentDatabase = currentDatabase;
		this.databases = databases;
	}

	/**
	 * Finds one behind another DataSource, which may be a proxy.
	 * @param dataSource a DataSource
	 * @return the one that connections come from, or {@code null} if it is none of these
	 */
	public static @Nullable RoutingDataSource behind(DataSource dataSource) {
		try {
			return dataSource.isWrapperFor(RoutingDataSource.class) ? dataSource.unwrap(RoutingDataSource.class) : null;
		}
		catch (SQLException ex) {
			return null;
		}
	}

	/**
	 * Says whose database a statement would be for, where that depends on the user.
	 * @return what says it, or {@code null} if all users have the same
	 */
	public @Nullable CurrentDatabase ofUsers() {
		return (this.currentDatabase instanceof CurrentUserDatabase) ? this.currentDatabase : null;
	}

	/**
	 * Tells whose databases these are.
	 * @param set a set of open databases
	 * @return whether connections come from it
	 */
	public boolean isFor(OpenDatabases set) {
		return this.databases == set;
	}

	@Override
	public Connection getConnection() {
		return new RoutedConnection(this.currentDatabase, this.databases);
	}

	/** SQLite has no users; the arguments are ignored. */
	@Override
	public Connection getConnection(@Nullable String username, @Nullable String password) {
		return getConnection();
	}

	@Override
	public @Nullable PrintWriter getLogWriter() {
		return null;
	}

	@Override
	public void setLogWriter(PrintWriter out) {
	}

	@Override
	public void setLoginTimeout(int seconds) throws SQLException {
		throw new SQLFeatureNotSupportedException("Set cf.db.pool.acquire-timeout instead");
	}

	@Override
	public int getLoginTimeout() {
		return 0;
	}

	@Override
	public Logger getParentLogger() throws SQLFeatureNotSupportedException {
		throw new SQLFeatureNotSupportedException();
	}

	@Override
	public <T> T unwrap(@Nullable Class<T> type) throws SQLException {
		if (type != null && isWrapperFor(type)) {
			return type.cast(this);
		}
		throw new SQLException("This DataSource does not wrap a " + ((type != null) ? type.getName() : "null"));
	}

	@Override
	public boolean isWrapperFor(@Nullable Class<?> type) {
		return type != null && type.isInstance(this);
	}

}
