package tech.circuitforge.db.pool;

import java.sql.SQLException;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import tech.circuitforge.db.location.DatabaseName;

/**
 * Tells in whose database the current thread has a Spring transaction open.
 */
public final class TransactionOwner implements WorkOwner {

	private final Supplier<@Nullable DataSource> dataSource;

	/**
	 * Creates a supplier.
	 * @param dataSource the DataSource to which Spring binds transactions
	 */
	public TransactionOwner(Supplier<@Nullable DataSource> dataSource) {
		this.dataSource = dataSource;
	}

	@Override
	public @Nullable DatabaseName get() {
		if (!TransactionSynchronizationManager.isActualTransactionActive()) {
			return null;
		}
		DataSource dataSource = this.dataSource.get();
		if (dataSource == null
				|| !(TransactionSynchronizationManager.getResource(dataSource) instanceof ConnectionHolder holder)
				|| holder.getConnectionHandle() == null) {
			return null;
		}
		try {
			return holder.getConnection().unwrap(RoutedConnection.class).owner();
		}
		catch (SQLException ex) {
			return null;
		}
	}

}
