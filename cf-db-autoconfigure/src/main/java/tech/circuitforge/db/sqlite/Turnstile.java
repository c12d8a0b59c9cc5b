package tech.circuitforge.db.sqlite;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a bounded number of threads through at a time; the others wait parked.
 * <p>
 * <b>Overtaking.</b> Handing a place to the thread that has waited longest is fair and
 * slow: with short turns, most of the time goes into waking threads up. Letting whoever
 * is running take it is fast, and lets a waiting thread starve. Here a newcomer may
 * overtake those who wait as long as none of them has waited longer than
 * {@value #PATIENCE_MILLIS} ms; from then on places are handed over in order.
 * <p>
 * Safe for use by several threads. A place may be given back by another thread than took
 * it.
 */
public final class Turnstile {

	/**
	 * About a hundred short turns: rare enough to be cheap, short enough not to be
	 * noticed.
	 */
	private static final long PATIENCE_MILLIS = 3;

	private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);

	private final ReentrantLock lock = new ReentrantLock();

	/** Guarded by the lock, the longest waiting first. */
	private final Deque<Waiter> waiters = new ArrayDeque<>();

	/** Guarded by the lock. */
	private int places;

	/**
	 * Creates a turnstile.
	 * @param places how many threads may be through at a time
	 */
	public Turnstile(int places) {
		this.places = places;
	}

	/**
	 * Takes a place if that needs no waiting.
	 * @return whether it was taken
	 */
	public boolean tryEnter() {
		this.lock.lock();
		try {
			return takePlace();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Under the lock. */
	private boolean takePlace() {
		if (this.places == 0) {
			return false;
		}
		Waiter first = this.waiters.peek();
		if (first != null && first.isOverdue()) {
			return false;
		}
		this.places--;
		return true;
	}

	/**
	 * Takes a place, waiting for one if need be.
	 * @param timeout how long to wait at most
	 * @return whether it was taken in time
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public boolean enter(Duration timeout) throws InterruptedException {
		Waiter waiter;
		this.lock.lock();
		try {
			if (takePlace()) {
				return true;
			}
			waiter = new Waiter(Thread.currentThread());
			this.waiters.add(waiter);
		}
		finally {
			this.lock.unlock();
		}
		return await(waiter, System.nanoTime() + timeout.toNanos());
	}

	private boolean await(Waiter waiter, long deadline) throws InterruptedException {
		while (true) {
			long remaining = deadline - System.nanoTime();
			boolean interrupted = false;
			if (remaining > 0) {
				LockSupport.parkNanos(this, remaining);
				interrupted = Thread.interrupted();
			}
			this.lock.lock();
			try {
				waiter.woken = false;
				if (waiter.admitted) {
					if (interrupted) {
						Thread.currentThread().interrupt();
					}
					return true;
				}
				if (this.places > 0 && this.waiters.peek() == waiter) {
					this.places--;
					this.waiters.remove();
					return true;
				}
				if (interrupted || remaining <= 0) {
					this.waiters.remove(waiter);
					wakeFirst();
					if (interrupted) {
						throw new InterruptedException();
					}
					return false;
				}
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/** Gives a place back. */
	public void leave() {
		this.lock.lock();
		try {
			Waiter first = this.waiters.peek();
			if (first != null && first.isOverdue()) {
				this.waiters.remove();
				first.admitted = true;
				LockSupport.unpark(first.thread);
			}
			else {
				this.places++;
				wakeFirst();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Under the lock: lets the longest waiting thread look whether there is a place. */
	private void wakeFirst() {
		Waiter first = this.waiters.peek();
		if (first != null && this.places > 0 && !first.woken) {
			// Once is enough until it has looked.
			first.woken = true;
			LockSupport.unpark(first.thread);
		}
	}

	/** A waiting thread; everything is guarded by the lock. */
	private static final class Waiter {

		private final Thread thread;

		private final long since = System.nanoTime();

		private boolean admitted;

		private boolean woken;

		Waiter(Thread thread) {
			this.thread = thread;
		}

		boolean isOverdue() {
			return System.nanoTime() - this.since > PATIENCE;
		}

	}

}
