package tech.circuitforge.db.pool;

import java.time.Duration;

/**
 * The bounds of a set of open databases.
 *
 * @param maxOpenDatabases the most databases open at once, at least 1
 * @param maxConnections the most connections to one database, at least 1
 * @param maxWaiting the most threads that wait for a connection to one user's database,
 * not negative; more are refused at once
 * @param idleTimeout after how long without use a database is closed
 * @param acquireTimeout how long a statement waits for a connection
 * @param shutdownTimeout how long closing the set waits for leases to be given back,
 * before it cancels statements
 * @param leakDetectionThreshold after how long a connection that is not given back is
 * reported; zero for never
 */
public record PoolSettings(int maxOpenDatabases, int maxConnections, int maxWaiting, Duration idleTimeout,
		Duration acquireTimeout, Duration shutdownTimeout, Duration leakDetectionThreshold) {

	/** Creates settings. */
	public PoolSettings {
		if (maxOpenDatabases < 1) {
			throw new IllegalArgumentException("cf.db.pool.max-open-databases must be at least 1");
		}
		if (maxConnections < 1) {
			throw new IllegalArgumentException("cf.db.pool.max-connections-per-database must be at least 1");
		}
		if (maxWaiting < 0) {
			throw new IllegalArgumentException("cf.db.pool.max-waiting-per-database must not be negative");
		}
		if (idleTimeout.isNegative() || idleTimeout.isZero()) {
			throw new IllegalArgumentException("cf.db.pool.idle-timeout must be positive");
		}
		if (acquireTimeout.isNegative()) {
			throw new IllegalArgumentException("cf.db.pool.acquire-timeout must not be negative");
		}
	}

}
