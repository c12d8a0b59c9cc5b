package tech.circuitforge.db.pool;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import tech.circuitforge.db.DatabaseSuspendedException;
import tech.circuitforge.db.location.DatabaseName;

/**
 * Which databases are closed for statements for a moment, and why.
 * <p>
 * Whoever uses a database first says so and then looks here; whoever closes one first
 * says so here and then looks for users. So one of the two always sees the other.
 * <p>
 * Safe for use by several threads.
 */
final class Gates {

	/** How long most operations take at most. */
	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final ConcurrentMap<DatabaseName, Gate> closed = new ConcurrentHashMap<>();

	/** Lets a statement pass unless the database's gate is closed. */
	void check(DatabaseName name) {
		if (this.closed.isEmpty()) {
			return;
		}
		Gate gate = this.closed.get(name);
		if (gate == null) {
			return;
		}
		if (!gate.temporary) {
			throw new DatabaseSuspendedException(
					"The database of %s is being %s; nothing was executed. Try again in a moment.".formatted(name,
							gate.operation),
					RETRY_AFTER);
		}
		long left = gate.until - System.nanoTime();
		if (left <= 0) {
			this.closed.remove(name, gate);
			return;
		}
		Duration retryAfter = Duration.ofSeconds(Duration.ofNanos(left).toSeconds() + 1);
		throw new DatabaseSuspendedException(
				("The database of %s has just been %s. Nothing makes a new one by itself for "
						+ "another %d s, so that requests which were under way do not bring it back.")
					.formatted(name, gate.operation, retryAfter.toSeconds()),
				retryAfter);
	}

	/** Tells whether an operation has the database for itself. */
	boolean isClosed(DatabaseName name) {
		Gate gate = this.closed.get(name);
		return gate != null && !gate.temporary;
	}

	/**
	 * Closes a gate for an operation.
	 * @throws DatabaseSuspendedException if another operation has closed it
	 */
	void close(DatabaseName name, String operation) {
		Gate mine = new Gate(operation, false, 0);
		Gate now = this.closed.compute(name, (key, old) -> (old == null || old.temporary) ? mine : old);
		if (now != mine) {
			throw new DatabaseSuspendedException(
					"The database of %s is being %s; it was not %s. Try again when that is done.".formatted(name,
							now.operation, operation),
					RETRY_AFTER);
		}
	}

	void open(DatabaseName name) {
		this.closed.remove(name);
	}

	/** Opens a gate that was left closed for a while; not one that an operation holds. */
	void forget(DatabaseName name) {
		this.closed.computeIfPresent(name, (key, gate) -> gate.temporary ? null : gate);
	}

	/** Leaves a gate closed for a while. */
	void closeFor(DatabaseName name, String operation, Duration time) {
		this.closed.put(name, new Gate(operation, true, System.nanoTime() + time.toNanos()));
	}

	/** Compared by identity: two operations of the same kind are not the same. */
	private static final class Gate {

		final String operation;

		final boolean temporary;

		final long until;

		Gate(String operation, boolean temporary, long until) {
			this.operation = operation;
			this.temporary = temporary;
			this.until = until;
		}

	}

}
