package tech.circuitforge.db.hibernate;

import java.util.Map;

import org.hibernate.boot.registry.StandardServiceInitiator;
import org.hibernate.boot.registry.selector.spi.StrategySelector;
import org.hibernate.cfg.TransactionSettings;
import org.hibernate.resource.jdbc.spi.PhysicalConnectionHandlingMode;
import org.hibernate.resource.transaction.backend.jdbc.internal.JdbcResourceLocalTransactionCoordinatorBuilderImpl;
import org.hibernate.resource.transaction.spi.TransactionCoordinator;
import org.hibernate.resource.transaction.spi.TransactionCoordinatorBuilder;
import org.hibernate.resource.transaction.spi.TransactionCoordinatorOwner;
import org.hibernate.service.spi.ServiceRegistryImplementor;

import tech.circuitforge.db.pool.CurrentDatabase;

/**
 * Gives each session a {@link UserTransactionCoordinator} around the one that it would
 * have had.
 */
final class UserTransactionCoordinatorInitiator implements StandardServiceInitiator<TransactionCoordinatorBuilder> {

	private final CurrentDatabase currentDatabase;

	UserTransactionCoordinatorInitiator(CurrentDatabase currentDatabase) {
		this.currentDatabase = currentDatabase;
	}

	@Override
	public TransactionCoordinatorBuilder initiateService(Map<String, Object> settings,
			ServiceRegistryImplementor registry) {
		TransactionCoordinatorBuilder builder = registry.requireService(StrategySelector.class)
			.resolveDefaultableStrategy(TransactionCoordinatorBuilder.class,
					settings.get(TransactionSettings.TRANSACTION_COORDINATOR_STRATEGY),
					JdbcResourceLocalTransactionCoordinatorBuilderImpl.INSTANCE);
		if (builder.isJta()) {
			throw new UnsafePersistenceException(
					"The persistence unit on users' databases takes part in JTA transactions, which SQLite does not know.",
					"Use resource-local transactions for it (JpaTransactionManager).");
		}
		return new Builder(builder, this.currentDatabase);
	}

	@Override
	public Class<TransactionCoordinatorBuilder> getServiceInitiated() {
		return TransactionCoordinatorBuilder.class;
	}

	private record Builder(TransactionCoordinatorBuilder delegate,
			CurrentDatabase currentDatabase) implements TransactionCoordinatorBuilder {

		@Override
		public TransactionCoordinator buildTransactionCoordinator(TransactionCoordinatorOwner owner, Options options) {
			return new UserTransactionCoordinator(this.delegate.buildTransactionCoordinator(owner, options), this,
					this.currentDatabase);
		}

		@Override
		public boolean isJta() {
			return this.delegate.isJta();
		}

		@Override
		public PhysicalConnectionHandlingMode getDefaultConnectionHandlingMode() {
			return this.delegate.getDefaultConnectionHandlingMode();
		}

	}

}
