package tech.circuitforge.db.pool;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.sqlite.FileDescriptors;

/**
 * Whether the process may have as many file descriptors as a set of open databases can
 * need.
 */
public final class DescriptorBudget {

	/**
	 * The file, its log and the log's index, which is shared by all connections of a
	 * process.
	 */
	private static final int FIRST_CONNECTION = 3;

	/** The file and its log. */
	private static final int FURTHER_CONNECTION = 2;

	private DescriptorBudget() {
	}

	/**
	 * Compares the most that can be needed with what the operating system allows.
	 * @param settings the bounds of the set
	 * @return a warning with the arithmetic, or {@code null} if it fits or the limit is
	 * not known
	 */
	public static @Nullable String check(PoolSettings settings) {
		FileDescriptors now = FileDescriptors.now();
		return check(settings, now.used(), now.limit());
	}

	/**
	 * Tells how many descriptors one more database takes.
	 * @param settings the bounds of the set
	 * @return the number with all its connections
	 */
	public static int each(PoolSettings settings) {
		return FIRST_CONNECTION + FURTHER_CONNECTION * (settings.maxConnections() - 1);
	}

	static @Nullable String check(PoolSettings settings, long used, long limit) {
		int each = each(settings);
		long needed = (long) settings.maxOpenDatabases() * each;
		if (used + needed <= limit) {
			return null;
		}
		return ("cf.db.pool.max-open-databases=%d does not fit this process: %d databases x %d descriptors (%d for the first "
				+ "connection, %d for each of %d further ones) + %d in use already = %d, and the limit is %d. Raise the limit "
				+ "(ulimit -n, LimitNOFILE) or lower the bound to %d.")
			.formatted(settings.maxOpenDatabases(), settings.maxOpenDatabases(), each, FIRST_CONNECTION,
					FURTHER_CONNECTION, settings.maxConnections() - 1, used, used + needed, limit,
					Math.max(1, (limit - used) / each));
	}

}
