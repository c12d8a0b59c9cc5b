package tech.circuitforge.db.sqlite;

import java.time.Duration;

import org.springframework.util.unit.DataSize;

/**
 * How every connection is set up.
 *
 * @param busyTimeout how long SQLite waits for another connection's lock
 * @param synchronous how often SQLite waits for the disk
 * @param cacheSize the most memory one connection's page cache may take
 * @param statementCacheSize how many compiled statements a connection keeps; 0 keeps none
 * @param maxValueSize the largest text, blob or row
 * @param attachAllowed whether statements may reach other files, by ATTACH or VACUUM INTO
 */
public record SqliteSettings(Duration busyTimeout, Synchronous synchronous, DataSize cacheSize, int statementCacheSize,
		DataSize maxValueSize, boolean attachAllowed) {

	/** SQLite's own, SQLITE_MAX_LENGTH. */
	private static final long LARGEST_VALUE = 1_000_000_000;

	private static final DataSize SMALLEST_VALUE = DataSize.ofKilobytes(64);

	/**
	 * Creates settings.
	 * @param busyTimeout not negative, at most {@link Integer#MAX_VALUE} milliseconds
	 * @param synchronous the mode
	 * @param cacheSize at least one kilobyte
	 * @param statementCacheSize not negative
	 * @param maxValueSize at least 64 kilobytes, at most a thousand million bytes
	 * @param attachAllowed whether statements may reach other files
	 */
	public SqliteSettings {
		if (busyTimeout.isNegative() || busyTimeout.toMillis() > Integer.MAX_VALUE) {
			throw new IllegalArgumentException(
					"cf.db.sqlite.busy-timeout (%s) must be between zero and 24 days".formatted(busyTimeout));
		}
		if (cacheSize.toKilobytes() < 1) {
			throw new IllegalArgumentException(
					"cf.db.sqlite.cache-size (%s) must be at least 1KB".formatted(cacheSize));
		}
		if (statementCacheSize < 0) {
			throw new IllegalArgumentException("cf.db.pool.statement-cache-size must not be negative");
		}
		if (maxValueSize.compareTo(SMALLEST_VALUE) < 0 || maxValueSize.toBytes() > LARGEST_VALUE) {
			throw new IllegalArgumentException(
					"cf.db.sqlite.max-value-size (%s) must be between 64KB and 953MB".formatted(maxValueSize));
		}
	}

	/**
	 * SQLite's {@code PRAGMA synchronous} levels.
	 */
	public enum Synchronous {

		/** Never waits: a power failure can damage the file. */
		OFF,

		/**
		 * Waits at checkpoints: a power failure can undo the last transactions, the file
		 * stays whole.
		 */
		NORMAL,

		/** Waits at each commit. */
		FULL,

		/** Waits at each commit and for directory entries. */
		EXTRA

	}

}
