package tech.circuitforge.db;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of all databases in an operation on them all.
 *
 * @param succeeded with how many it was done
 * @param unchanged how many did not need it
 * @param failed with how many it failed
 * @param failures the failed ones, at most the first {@value #MAX_FAILURES}
 * @param duration how long it took
 */
public record OperationReport(long succeeded, long unchanged, long failed, List<Failure> failures, Duration duration) {

	/** How many failures a report tells in full. */
	public static final int MAX_FAILURES = 1_000;

	/** Creates a copy. */
	public OperationReport {
		failures = List.copyOf(failures);
	}

	/**
	 * A database with which it failed.
	 *
	 * @param user whose it is, or {@code null} for one that belongs to no user
	 * @param reason what went wrong
	 */
	public record Failure(@Nullable UserId user, String reason) {

	}

}
