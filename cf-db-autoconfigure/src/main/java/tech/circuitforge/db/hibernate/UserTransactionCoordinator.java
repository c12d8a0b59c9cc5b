package tech.circuitforge.db.hibernate;

import java.lang.StackWalker.StackFrame;
import java.util.Set;

import org.hibernate.HibernateException;
import org.hibernate.resource.transaction.spi.IsolationDelegate;
import org.hibernate.jpa.spi.JpaCompliance;
import org.hibernate.resource.transaction.spi.SynchronizationRegistry;
import org.hibernate.resource.transaction.spi.TransactionCoordinator;
import org.hibernate.resource.transaction.spi.TransactionCoordinatorBuilder;
import org.hibernate.resource.transaction.spi.TransactionObserver;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.UserMismatchException;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.pool.CurrentDatabase;

/**
 * Lets a session be used by its own user only: whoever is the current user when it is
 * opened, or else when it is first used.
 * <p>
 * A session answers from its cache where no statement runs, and may send what it has
 * cached over another connection than it came from; so asking at each statement is not
 * enough. Hibernate pulses the coordinator with each use of the session, before it looks
 * into the cache, for the coordinator to join the thread's transaction; the user is as
 * much the thread's.
 */
final class UserTransactionCoordinator implements TransactionCoordinator {

	/** What pulses too, and must work for everybody: it ends a session's work. */
	private static final Set<String> ENDING = Set.of("accessTransaction", "clear", "isOpen");

	private static final Set<String> PULSING = Set.of("pulse", "pulseTransactionCoordinator",
			"checkTransactionSynchStatus");

	private final TransactionCoordinator delegate;

	private final TransactionCoordinatorBuilder builder;

	private final CurrentDatabase currentDatabase;

	private @Nullable DatabaseName owner;

	UserTransactionCoordinator(TransactionCoordinator delegate, TransactionCoordinatorBuilder builder,
			CurrentDatabase currentDatabase) {
		this.delegate = delegate;
		this.builder = builder;
		this.currentDatabase = currentDatabase;
	}

	/** Whose session this is, if that is settled. */
	@Nullable DatabaseName owner() {
		return this.owner;
	}

	@Override
	public void pulse() {
		this.delegate.pulse();
		DatabaseName asking;
		try {
			asking = asking();
		}
		catch (RuntimeException ex) {
			// Nobody can tell who asks. Rolling back and closing must work all the same:
			// the connection would never come back.
			if (isEnding()) {
				return;
			}
			throw ex;
		}
		if (this.owner == null) {
			this.owner = asking;
		}
		else if (asking != null && !asking.equals(this.owner) && !isEnding()) {
			UserMismatchException mismatch = new UserMismatchException(this.owner.toString(), asking.toString());
			// Hibernate would hide any other exception behind a message of its own.
			throw new HibernateException(mismatch.getMessage(), mismatch);
		}
	}

	/**
	 * Nobody may ask too: their statements are refused, and what is theirs to end ends.
	 */
	private @Nullable DatabaseName asking() {
		try {
			return this.currentDatabase.find();
		}
		catch (NoCurrentUserException ex) {
			return null;
		}
	}

	private static boolean isEnding() {
		return StackWalker.getInstance()
			.walk((frames) -> frames.map(StackFrame::getMethodName)
				.dropWhile((method) -> method.equals("isEnding") || PULSING.contains(method))
				.findFirst()
				.filter(ENDING::contains)
				.isPresent());
	}

	@Override
	public TransactionCoordinatorBuilder getTransactionCoordinatorBuilder() {
		return this.builder;
	}

	@Override
	public TransactionDriver getTransactionDriverControl() {
		return this.delegate.getTransactionDriverControl();
	}

	@Override
	public SynchronizationRegistry getLocalSynchronizations() {
		return this.delegate.getLocalSynchronizations();
	}

	@Override
	public JpaCompliance getJpaCompliance() {
		return this.delegate.getJpaCompliance();
	}

	@Override
	public void explicitJoin() {
		this.delegate.explicitJoin();
	}

	@Override
	public boolean isJoined() {
		return this.delegate.isJoined();
	}

	@Override
	public boolean isActive() {
		return this.delegate.isActive();
	}

	@Override
	public IsolationDelegate createIsolationDelegate() {
		return this.delegate.createIsolationDelegate();
	}

	@Override
	public void addObserver(TransactionObserver observer) {
		this.delegate.addObserver(observer);
	}

	@Override
	public void removeObserver(TransactionObserver observer) {
		this.delegate.removeObserver(observer);
	}

	@Override
	public void setTimeOut(int seconds) {
		this.delegate.setTimeOut(seconds);
	}

	@Override
	public int getTimeOut() {
		return this.delegate.getTimeOut();
	}

	@Override
	public boolean isTransactionActive() {
		return this.delegate.isTransactionActive();
	}

	@Override
	public void invalidate() {
		this.delegate.invalidate();
	}

}
