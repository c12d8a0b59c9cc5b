package tech.circuitforge.db;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What became of all databases in one migration of them all.
 *
 * @param upToDate how many had every migration already
 * @param migrated how many have every migration now
 * @param failed how many could not be opened or migrated
 * @param failures the failed ones, at most the first {@value #MAX_FAILURES}
 * @param duration how long it took
 */
public record MigrationReport(long upToDate, long migrated, long failed, List<Failure> failures, Duration duration) {

	/** How many failures a report tells in full. */
	public static final int MAX_FAILURES = 1_000;

	/** Creates a copy. */
	public MigrationReport {
		failures = List.copyOf(failures);
	}

	/**
	 * A database that could not be opened or migrated.
	 *
	 * @param user whose it is, or {@code null} for one that belongs to no user
	 * @param reason what went wrong
	 */
	public record Failure(@Nullable UserId user, String reason) {

	}

}
