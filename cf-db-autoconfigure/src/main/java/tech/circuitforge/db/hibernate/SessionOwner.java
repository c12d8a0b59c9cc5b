package tech.circuitforge.db.hibernate;

import jakarta.persistence.EntityManager;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.pool.WorkOwner;

/**
 * Tells whose Hibernate session is bound to the current thread: by a transaction, or for
 * the whole of a request (open-in-view).
 */
public final class SessionOwner implements WorkOwner {

	@Override
	public @Nullable DatabaseName get() {
		for (Object resource : TransactionSynchronizationManager.getResourceMap().values()) {
			DatabaseName owner = (resource instanceof EntityManagerHolder holder) ? owner(holder) : null;
			if (owner != null) {
				return owner;
			}
		}
		return null;
	}

	private static @Nullable DatabaseName owner(EntityManagerHolder holder) {
		EntityManager entities;
		try {
			entities = holder.getEntityManager();
		}
		catch (IllegalStateException ex) {
			// A stateless session: it has no cache, and asks with each statement.
			return null;
		}
		// Another provider's entity managers are no sessions, and have no cache of ours.
		return (entities.isOpen() && entities.getDelegate() instanceof SharedSessionContractImplementor session
				&& session.getTransactionCoordinator() instanceof UserTransactionCoordinator coordinator)
						? coordinator.owner() : null;
	}

}
