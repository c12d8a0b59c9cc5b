package tech.circuitforge.db.pool;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseAcquireTimeoutException;
import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.Turnstile;
import tech.circuitforge.db.sqlite.WriteQueue;

/**
 * One database that is open, being opened or being closed: its connections, and how many
 * use it.
 * <p>
 * <b>Leasing.</b> {@link #retain()} counts a user in, which works from the moment the
 * object exists until it is chosen for closing; {@link #beginClose()} succeeds only while
 * the count is zero. The two meet in one atomic number, so a database in use is never
 * closed and a closing one is never used.
 * <p>
 * <b>Opening.</b> Whoever creates the object opens it; everybody else who retains it
 * waits in {@link #borrow} until that has succeeded or failed.
 */
final class OpenDatabase {

	private static final Log logger = LogFactory.getLog(OpenDatabase.class);

	/** Far from every number that counting can reach. */
	private static final int CLOSING = Integer.MIN_VALUE;

	private final DatabaseName name;

	private final DatabaseOpener opener;

	private final int maxConnections;

	/** Those who hold a connection and those who wait for one. */
	private final int maxUsers;

	private final OpenDatabases set;

	/**
	 * The number of users, or {@link #CLOSING}. Whoever creates the object is the first
	 * user.
	 */
	private final AtomicInteger users = new AtomicInteger(1);

	private final CountDownLatch ready = new CountDownLatch(1);

	private final CountDownLatch gone = new CountDownLatch(1);

	private volatile @Nullable Throwable failure;

	private volatile long lastUsed;

	/** Which files were opened, once they are. */
	private volatile DatabaseOpener.@Nullable Opened first;

	/** Why it must not be used any more, once that is known. */
	private volatile @Nullable DatabaseQuarantinedException outOfService;

	/** Whether its file is not where it was. */
	private volatile boolean lost;

	/** Whether a connection that is closed already had written. */
	private volatile boolean written;

	private final WriteQueue writers = new WriteQueue();

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * Guarded by the lock. The last one given back is borrowed first: its page cache is
	 * warm.
	 */
	private final Deque<SqliteConnection> idle = new ArrayDeque<>();

	/** Guarded by the lock. */
	private final Set<Lease> borrowed = new HashSet<>();

	/**
	 * As many threads as there may be connections; whoever is through finds an idle one
	 * or opens one.
	 */
	private final Turnstile turnstile;

	OpenDatabase(DatabaseName name, DatabaseOpener opener, PoolSettings settings, OpenDatabases set) {
		this.name = name;
		this.opener = opener;
		this.maxConnections = settings.maxConnections();
		// What belongs to no user is everybody's: there nobody waits because of another
		// user's requests alone.
		this.maxUsers = (name.user() != null) ? settings.maxConnections() + settings.maxWaiting() : Integer.MAX_VALUE;
		this.turnstile = new Turnstile(this.maxConnections);
		this.set = set;
	}

	DatabaseName name() {
		return this.name;
	}

	/**
	 * Counts a user in, unless the database is being closed.
	 * @throws DatabaseAcquireTimeoutException if too many are waiting already
	 */
	boolean retain() {
		return retain(this.maxUsers);
	}

	private boolean retain(int most) {
		int count = this.users.get();
		while (count != CLOSING) {
			if (count >= most) {
				throw new DatabaseAcquireTimeoutException(
						("All %d connections to the database of %s are in use, and as "
								+ "many threads as may (cf.db.pool.max-waiting-per-database) wait for one; nothing was executed. "
								+ "Look for slow statements and long transactions of this user.")
							.formatted(this.maxConnections, this.name));
			}
			if (this.users.compareAndSet(count, count + 1)) {
				return true;
			}
			count = this.users.get();
		}
		return false;
	}

	/** Counts a user out. */
	void release() {
		this.lastUsed = this.set.now();
		leave();
	}

	private void leave() {
		if (this.users.decrementAndGet() == 0) {
			this.set.becameIdle();
			if (this.outOfService != null) {
				this.set.closeUnlessUsed(this);
			}
		}
	}

	boolean isIdle() {
		return this.users.get() == 0;
	}

	long lastUsed() {
		return this.lastUsed;
	}

	/** Opens the database; called once, by the creator. */
	void open() {
		try {
			DatabaseOpener.Opened opened = this.opener.openMigrated(this.name, this.writers);
			this.first = opened;
			this.lock.lock();
			try {
				this.idle.push(opened.connection());
			}
			finally {
				this.lock.unlock();
			}
		}
		catch (Throwable ex) {
			fail(ex);
			throw ex;
		}
		this.ready.countDown();
	}

	/** Tells those who wait for the opening that it failed. */
	void fail(Throwable ex) {
		this.failure = ex;
		this.ready.countDown();
	}

	/** Borrows a connection for a user who has been counted in. */
	Lease borrow(long deadline) throws InterruptedException {
		if (!this.ready.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
			throw new DatabaseAcquireTimeoutException(
					"The database of %s is still being opened by another thread after cf.db.pool.acquire-timeout."
						.formatted(this.name));
		}
		Throwable failed = this.failure;
		if (failed instanceof RuntimeException ex) {
			throw ex;
		}
		if (failed instanceof Error ex) {
			throw ex;
		}
		if (failed != null) {
			// Whoever was to open it was interrupted; it is neither open nor migrated.
			throw new DatabaseAcquireTimeoutException(
					"The thread that was to open the database of %s was interrupted. Try again.".formatted(this.name));
		}
		DatabaseQuarantinedException refused = this.outOfService;
		if (refused != null) {
			throw refused;
		}
		return lease(deadline);
	}

	private Lease lease(long deadline) throws InterruptedException {
		if (!this.turnstile.tryEnter()
				&& !this.turnstile.enter(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
			throw new DatabaseAcquireTimeoutException(("All %d connections to the database of %s are in use "
					+ "(cf.db.pool.max-connections-per-database), and none was given back within "
					+ "cf.db.pool.acquire-timeout. Look for long transactions, and for code that needs a second "
					+ "connection while it holds one.")
				.formatted(this.maxConnections, this.name));
		}
		this.lock.lock();
		try {
			SqliteConnection connection = this.idle.poll();
			if (connection != null) {
				return borrowed(connection);
			}
		}
		finally {
			this.lock.unlock();
		}
		return openAnother();
	}

	private Lease openAnother() {
		SqliteConnection connection;
		try {
			DatabaseOpener.Opened opened = this.opener.open(this.name, this.writers, this.first);
			// The log may be another one: it goes with the last connection.
			this.first = opened;
			connection = opened.connection();
		}
		catch (Throwable ex) {
			this.turnstile.leave();
			throw ex;
		}
		this.lock.lock();
		try {
			return borrowed(connection);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Under the lock. */
	private Lease borrowed(SqliteConnection connection) {
		connection.lend();
		Lease lease = this.set.newLease(this, connection);
		this.borrowed.add(lease);
		return lease;
	}

	/** Takes a connection back from a user, and counts the user out. */
	void giveBack(Lease lease) {
		SqliteConnection connection = lease.connection();
		try {
			boolean reusable = isReusable(connection);
			if (connection.hasFoundDamage()) {
				this.outOfService = this.opener.damaged(this.name);
			}
			this.written |= !reusable && connection.hasWritten();
			this.lock.lock();
			try {
				// Before it is closed: what is in here may be cancelled from another
				// thread.
				this.borrowed.remove(lease);
				if (reusable) {
					this.idle.push(connection);
				}
			}
			finally {
				this.lock.unlock();
			}
			if (!reusable) {
				closeQuietly(connection);
			}
		}
		finally {
			this.turnstile.leave();
			if (lease.isUnnoticed()) {
				leave();
			}
			else {
				release();
			}
		}
	}

	private boolean isReusable(SqliteConnection connection) {
		try {
			connection.reset();
			return connection.isReusable();
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("A connection to the database of %s is closed, not reused".formatted(this.name), ex);
			return false;
		}
	}

	/**
	 * Reports connections that were borrowed before the given time and not given back.
	 */
	void reportLeaks(long before) {
		this.lock.lock();
		try {
			for (Lease lease : this.borrowed) {
				Throwable origin = lease.leakedBefore(before);
				if (origin != null) {
					logger
						.warn("A connection to the database of %s was borrowed here and not given back for longer than "
							.formatted(this.name) + "cf.db.pool.leak-detection-threshold", origin);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Stops the statements that run on borrowed connections. */
	void cancel() {
		this.lock.lock();
		try {
			this.borrowed.forEach((lease) -> lease.connection().cancel());
		}
		finally {
			this.lock.unlock();
		}
	}

	int activeConnections() {
		this.lock.lock();
		try {
			return this.borrowed.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	int idleConnections() {
		this.lock.lock();
		try {
			return this.idle.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Looks whether the file is still where it was. If not, nobody may write to it any
	 * more: that would be lost.
	 */
	void checkFile() {
		// Somebody who counts as a user keeps it from being closed meanwhile.
		DatabaseOpener.Opened opened = this.first;
		if (opened != null && !this.lost && retain(Integer.MAX_VALUE)) {
			try {
				if (!this.opener.isInPlace(this.name, opened.fileKey())) {
					this.lost = true;
					this.outOfService = this.opener.lost(this.name);
				}
			}
			finally {
				leave();
			}
		}
	}

	void takeOutOfService(DatabaseQuarantinedException refusal) {
		this.outOfService = refusal;
	}

	/** Chooses the database for closing if nobody uses it. */
	boolean beginClose() {
		return this.users.compareAndSet(0, CLOSING);
	}

	/**
	 * Closes the connections; only after {@link #beginClose()}, which leaves this thread
	 * the only user.
	 */
	void close() {
		try {
			// Without writes the statistics are as good as they were, and reading must
			// not change a file.
			boolean written = this.written || this.idle.stream().anyMatch(SqliteConnection::hasWritten);
			SqliteConnection connection;
			while ((connection = this.idle.poll()) != null) {
				if (this.lost && this.idle.isEmpty()) {
					// It still sees all that was committed.
					this.opener.rescue(this.name, Objects.requireNonNull(this.first), connection);
				}
				else if (written && this.idle.isEmpty()) {
					optimize(connection);
				}
				// The last one to close writes the log back into the file and removes it.
				closeQuietly(connection);
			}
		}
		finally {
			this.gone.countDown();
		}
	}

	/** Waits until a database that is being closed is closed. */
	void awaitClosed(long deadline) throws InterruptedException {
		if (!this.gone.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
			throw new DatabaseAcquireTimeoutException(
					"The database of %s is still being closed after cf.db.pool.acquire-timeout.".formatted(this.name));
		}
	}

	private void optimize(SqliteConnection connection) {
		try {
			connection.runScript("PRAGMA optimize");
		}
		catch (SQLException ex) {
			logger.debug("PRAGMA optimize failed for the database of %s".formatted(this.name), ex);
		}
	}

	private void closeQuietly(SqliteConnection connection) {
		try {
			connection.close();
		}
		catch (SQLException ex) {
			logger.warn("A connection to the database of %s could not be closed".formatted(this.name), ex);
		}
	}

}
