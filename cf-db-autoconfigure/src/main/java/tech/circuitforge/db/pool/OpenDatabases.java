package tech.circuitforge.db.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseAcquireTimeoutException;
import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.sqlite.SqliteConnection;

/**
 * The bounded set of open databases.
 * <p>
 * <b>Leasing.</b> A database that is open is leased without any lock of the set. One that
 * is not is put into the set first and opened afterwards, by the thread that put it
 * there, with no lock held: others who want the same database wait for it, others who
 * want another one do not.
 * <p>
 * <b>Eviction.</b> When the set is full, whoever needs room closes the database that has
 * been idle longest. When none is idle it waits until one becomes idle or is closed, up
 * to the acquire timeout. A database in use is never chosen.
 * <p>
 * <b>Idle databases</b> are closed by one timer thread for the whole set; there is no
 * other thread.
 * <p>
 * Safe for use by several threads.
 */
public final class OpenDatabases implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(OpenDatabases.class);

	/**
	 * How long {@link #close()} gives cancelled statements to fail and their leases to be
	 * given back.
	 */
	private static final Duration AFTER_CANCEL = Duration.ofSeconds(2);

	/**
	 * How often to look whether the open files are still where they were: what is written
	 * to a file that was deleted or replaced would be lost.
	 */
	private static final Duration FILE_CHECK = Duration.ofSeconds(1);

	/** Closing is not signalled. */
	private static final long LONGEST_WAIT_NANOS = Duration.ofMillis(20).toNanos();

	private final DatabaseOpener opener;

	private final PoolSettings settings;

	private final Gates gates = new Gates();

	private final ConcurrentMap<DatabaseName, OpenDatabase> databases = new ConcurrentHashMap<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition roomChanged = this.lock.newCondition();

	/** For those who wait for one database, so that they take no one's place. */
	private final Condition useChanged = this.lock.newCondition();

	/** Guarded by the lock: databases in the set that hold, or have reserved, a place. */
	private int places;

	/** Changed under the lock; read without it by those who make room. */
	private final AtomicInteger waiting = new AtomicInteger();

	private final AtomicBoolean closed = new AtomicBoolean();

	private final ScheduledExecutorService timer;

	private final List<Future<?>> checks = new ArrayList<>();

	private final boolean tracingLeases;

	private final LongAdder hits = new LongAdder();

	private final LongAdder opened = new LongAdder();

	private final LongAdder failed = new LongAdder();

	private final LongAdder evicted = new LongAdder();

	private final LongAdder expired = new LongAdder();

	private final LongAdder waits = new LongAdder();

	private final LongAdder openingNanos = new LongAdder();

	private final LongAccumulator slowestOpeningNanos = new LongAccumulator(Math::max, 0);

	/**
	 * Creates an empty set.
	 * @param opener opens databases
	 * @param settings the bounds
	 */
	public OpenDatabases(DatabaseOpener opener, PoolSettings settings) {
		this.opener = opener;
		this.settings = settings;
		this.timer = Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread thread = new Thread(task, "cf-db-idle");
			thread.setDaemon(true);
			return thread;
		});
		every(settings.idleTimeout().dividedBy(4), this::closeIdle);
		every(FILE_CHECK, this::checkFiles);
		this.tracingLeases = !settings.leakDetectionThreshold().isZero();
		if (this.tracingLeases) {
			every(settings.leakDetectionThreshold().dividedBy(2), this::reportLeaks);
		}
	}

	private void every(Duration period, Runnable check) {
		long millis = Math.max(period.toMillis(), 10);
		this.checks.add(this.timer.scheduleWithFixedDelay(() -> {
			try {
				check.run();
			}
			catch (Throwable ex) {
				// The timer would not call it again, not even after an OutOfMemoryError.
				logger.warn("A check of the open databases failed", ex);
			}
		}, millis, millis, TimeUnit.MILLISECONDS));
	}

	/**
	 * Borrows a connection to a database, opening it first if it is not open.
	 * @param name the database
	 * @return a lease, to be closed by the caller
	 * @throws DatabaseAcquireTimeoutException if there was no room or no free connection
	 * in time
	 */
	public Lease acquire(DatabaseName name) {
		long deadline = System.nanoTime() + this.settings.acquireTimeout().toNanos();
		try {
			while (true) {
				OpenDatabase database = this.databases.get(name);
				if (database == null) {
					database = openOrFind(name, deadline);
				}
				else if (!database.retain()) {
					database.awaitClosed(deadline);
					continue;
				}
				else {
					this.hits.increment();
				}
				if (database != null) {
					return borrow(database, deadline);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DatabaseAcquireTimeoutException(
					"The thread was interrupted while it waited for the database of %s.".formatted(name));
		}
	}

	private Lease borrow(OpenDatabase database, long deadline) throws InterruptedException {
		try {
			this.gates.check(database.name());
			return database.borrow(deadline);
		}
		catch (Throwable ex) {
			database.release();
			throw ex;
		}
	}

	/**
	 * Opens the database, or returns {@code null} if another thread has just begun to.
	 */
	private @Nullable OpenDatabase openOrFind(DatabaseName name, long deadline) throws InterruptedException {
		if (this.closed.get()) {
			throw new IllegalStateException("The application is shutting down: no database is opened any more");
		}
		OpenDatabase database = new OpenDatabase(name, this.opener, this.settings, this);
		if (this.databases.putIfAbsent(name, database) != null) {
			return null;
		}
		boolean placed = false;
		try {
			this.gates.check(name);
			takePlace(deadline);
			placed = true;
			long start = now();
			database.open();
			opened(now() - start);
			return database;
		}
		catch (Throwable ex) {
			// Out of the set first, so that nobody new meets the failure; those who wait
			// for it do.
			this.failed.increment();
			this.databases.remove(name, database);
			database.fail(ex);
			if (placed) {
				givePlace();
			}
			throw ex;
		}
	}

	private void opened(long nanos) {
		this.opened.increment();
		this.openingNanos.add(nanos);
		this.slowestOpeningNanos.accumulate(nanos);
	}

	private void takePlace(long deadline) throws InterruptedException {
		OpenDatabase evicted = null;
		this.lock.lockInterruptibly();
		try {
			this.waiting.incrementAndGet();
			while (this.places >= this.settings.maxOpenDatabases()) {
				evicted = chooseIdle(Long.MAX_VALUE);
				if (evicted != null) {
					// Its place becomes ours.
					this.places--;
					break;
				}
				long remaining = deadline - System.nanoTime();
				if (remaining <= 0) {
					throw new DatabaseAcquireTimeoutException(("All %d databases that may be open at once are in use "
							+ "(cf.db.pool.max-open-databases), and none became free within cf.db.pool.acquire-timeout "
							+ "(%s). Raise the bound, or look for requests that hold a connection for long.")
						.formatted(this.settings.maxOpenDatabases(), this.settings.acquireTimeout()));
				}
				this.waits.increment();
				this.roomChanged.awaitNanos(remaining);
			}
			this.places++;
		}
		finally {
			this.waiting.decrementAndGet();
			this.lock.unlock();
		}
		if (evicted != null) {
			this.evicted.increment();
			close(evicted);
		}
	}

	private void givePlace() {
		this.lock.lock();
		try {
			this.places--;
			this.roomChanged.signal();
			this.useChanged.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Called by a database when its last user leaves. */
	void becameIdle() {
		// Whoever waits has raised the number before it looked for an idle database:
		// either it saw this one, or this
		// sees the number.
		if (this.waiting.get() > 0) {
			this.lock.lock();
			try {
				this.roomChanged.signal();
				this.useChanged.signalAll();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	long now() {
		return System.nanoTime();
	}

	/**
	 * Takes the database that has been idle longest, and at least since the given time,
	 * out of use.
	 */
	private @Nullable OpenDatabase chooseIdle(long idleSince) {
		while (true) {
			long now = now();
			OpenDatabase oldest = null;
			for (OpenDatabase database : this.databases.values()) {
				if (database.isIdle() && (idleSince == Long.MAX_VALUE || database.lastUsed() - idleSince <= 0)
						&& (oldest == null || now - database.lastUsed() > now - oldest.lastUsed())) {
					oldest = database;
				}
			}
			if (oldest == null || oldest.beginClose()) {
				return oldest;
			}
			// Somebody was faster: it is in use again. Look once more.
		}
	}

	private void close(OpenDatabase database) {
		try {
			database.close();
		}
		finally {
			this.databases.remove(database.name(), database);
		}
	}

	/** Closes a database that is not in use; false if it is. */
	boolean closeUnlessUsed(OpenDatabase database) {
		boolean unused = database.beginClose();
		if (unused) {
			closeAndGivePlace(database);
		}
		return unused;
	}

	private void closeAndGivePlace(OpenDatabase database) {
		try {
			close(database);
		}
		finally {
			givePlace();
		}
	}

	private void checkFiles() {
		for (OpenDatabase database : this.databases.values()) {
			database.checkFile();
		}
	}

	/**
	 * Refuses new statements for a database, waits until those under way have ended, and
	 * closes it.
	 * @param name the database
	 * @param operation what is to be done to it, as in "is being restored"
	 * @return to be closed to let statements pass again
	 * @throws tech.circuitforge.db.DatabaseSuspendedException if another operation has it
	 * for itself
	 * @throws DatabaseAcquireTimeoutException if statements or transactions do not end
	 * within the acquire timeout; statements pass again then
	 */
	public Closed closeFor(DatabaseName name, String operation) {
		this.gates.close(name, operation);
		try {
			drain(name, operation);
			return new Closed(this.gates, name);
		}
		catch (Throwable ex) {
			this.gates.open(name);
			throw ex;
		}
	}

	private void drain(DatabaseName name, String operation) {
		long deadline = System.nanoTime() + this.settings.acquireTimeout().toNanos();
		OpenDatabase database;
		while ((database = this.databases.get(name)) != null && !closeUnlessUsed(database)) {
			if (System.nanoTime() - deadline > 0) {
				throw new DatabaseAcquireTimeoutException(
						("The database of %s was not %s and nothing was changed: it is still in use after "
								+ "cf.db.pool.acquire-timeout (%s). Look for long transactions of this user.")
							.formatted(name, operation, this.settings.acquireTimeout()));
			}
			awaitChange(name);
		}
	}

	// The caller loops.
	@SuppressWarnings("WaitNotInLoop")
	private void awaitChange(DatabaseName name) {
		this.lock.lock();
		try {
			this.waiting.incrementAndGet();
			this.useChanged.awaitNanos(LONGEST_WAIT_NANOS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DatabaseAcquireTimeoutException(
					"The thread was interrupted while it waited for the users of the database of %s.".formatted(name));
		}
		finally {
			this.waiting.decrementAndGet();
			this.lock.unlock();
		}
	}

	/**
	 * Tells whether an operation has a database for itself now.
	 * @param name the database
	 * @return whether it is closed for statements
	 */
	public boolean isClosedForOperation(DatabaseName name) {
		return this.gates.isClosed(name);
	}

	/**
	 * Stops new statements on a database that was found damaged while it may be open.
	 * @param name the database
	 * @param refusal what statements are told
	 */
	public void takeOutOfService(DatabaseName name, DatabaseQuarantinedException refusal) {
		OpenDatabase database = this.databases.get(name);
		if (database != null) {
			database.takeOutOfService(refusal);
			closeUnlessUsed(database);
		}
	}

	/**
	 * Lets a deleted database be made again at once.
	 * @param name the database
	 */
	public void forgetDeleted(DatabaseName name) {
		this.gates.forget(name);
	}

	/**
	 * Tells since when a database has not been used.
	 * @param name the database
	 * @return how long ago it was used last, or {@code null} if it is not open
	 */
	public @Nullable Duration sinceLastUse(DatabaseName name) {
		OpenDatabase database = this.databases.get(name);
		if (database == null) {
			return null;
		}
		return database.isIdle() ? Duration.ofNanos(Math.max(0, now() - database.lastUsed())) : Duration.ZERO;
	}

	/**
	 * Lists the databases that are open.
	 * @return their names at this moment
	 */
	public List<DatabaseName> names() {
		return List.copyOf(this.databases.keySet());
	}

	/**
	 * Borrows a connection to a database that is open and has a free one.
	 * @param name the database
	 * @return a lease, or {@code null}
	 */
	public @Nullable Lease acquireIfOpen(DatabaseName name) {
		OpenDatabase database = this.databases.get(name);
		if (database == null || !database.isIdle() || !database.retain()) {
			return null;
		}
		try {
			return borrow(database, now()).unnoticed();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
	}

	private void closeIdle() {
		long idleSince = now() - this.settings.idleTimeout().toNanos();
		OpenDatabase idle;
		while ((idle = chooseIdle(idleSince)) != null) {
			this.expired.increment();
			closeAndGivePlace(idle);
		}
	}

	private void reportLeaks() {
		long before = now() - this.settings.leakDetectionThreshold().toNanos();
		this.databases.values().forEach((database) -> database.reportLeaks(before));
	}

	Lease newLease(OpenDatabase database, SqliteConnection connection) {
		return this.tracingLeases ? new Lease(database, connection, now(), new Throwable("Borrowed here"))
				: new Lease(database, connection, 0, null);
	}

	/**
	 * Returns the bounds.
	 * @return as given to the constructor
	 */
	public PoolSettings settings() {
		return this.settings;
	}

	/**
	 * Counts what has happened so far.
	 * @return the figures of this moment, each by itself
	 */
	public PoolStatistics statistics() {
		int leased = 0;
		int active = 0;
		int idle = 0;
		for (OpenDatabase database : this.databases.values()) {
			leased += database.isIdle() ? 0 : 1;
			active += database.activeConnections();
			idle += database.idleConnections();
		}
		return new PoolStatistics(this.databases.size(), leased, active, idle, this.hits.sum(), this.opened.sum(),
				this.failed.sum(), this.evicted.sum(), this.expired.sum(), this.waits.sum(),
				Duration.ofNanos(this.openingNanos.sum()), Duration.ofNanos(this.slowestOpeningNanos.get()));
	}

	/**
	 * A database that is closed for statements.
	 */
	public static final class Closed implements AutoCloseable {

		private final Gates gates;

		private final DatabaseName name;

		private boolean staysClosed;

		private Closed(Gates gates, DatabaseName name) {
			this.gates = gates;
			this.name = name;
		}

		/**
		 * Leaves it closed for a while when the operation ends.
		 * @param operation what was done to it, as in "has been deleted"
		 * @param time how long
		 */
		public void stayClosed(String operation, Duration time) {
			this.gates.closeFor(this.name, operation, time);
			this.staysClosed = true;
		}

		/** Lets statements pass again. */
		@Override
		public void close() {
			if (!this.staysClosed) {
				this.gates.open(this.name);
			}
		}

	}

	/**
	 * Closes every database as soon as it is not in use. Waits for that up to the
	 * shutdown timeout, then cancels the statements that still run. Nothing can be opened
	 * any more.
	 */
	@Override
	public void close() {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		this.checks.forEach((check) -> check.cancel(false));
		this.timer.shutdown();
		try {
			if (!closeUnused(this.settings.shutdownTimeout())) {
				logger.warn("%d databases are still in use after %s: their statements are cancelled"
					.formatted(this.databases.size(), this.settings.shutdownTimeout()));
				this.databases.values().forEach(OpenDatabase::cancel);
				if (!closeUnused(AFTER_CANCEL)) {
					logger.warn("%d databases stay open until the process ends".formatted(this.databases.size()));
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Closes databases as they become idle; false if some are in use when the time is
	 * over.
	 */
	private boolean closeUnused(Duration timeout) throws InterruptedException {
		long deadline = System.nanoTime() + timeout.toNanos();
		this.lock.lockInterruptibly();
		try {
			this.waiting.incrementAndGet();
			while (!this.databases.isEmpty()) {
				OpenDatabase idle = chooseIdle(Long.MAX_VALUE);
				if (idle != null) {
					close(idle);
					this.places--;
					continue;
				}
				long remaining = deadline - System.nanoTime();
				if (remaining <= 0) {
					return false;
				}
				this.roomChanged.awaitNanos(remaining);
			}
			return true;
		}
		finally {
			this.waiting.decrementAndGet();
			this.lock.unlock();
		}
	}

}
