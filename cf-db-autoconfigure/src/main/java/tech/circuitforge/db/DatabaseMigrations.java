package tech.circuitforge.db;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Which migrations a database has and which it still lacks.
 *
 * @param applied what it has, in the order in which it was applied
 * @param pending names of what it lacks, in the order in which it will be applied
 */
public record DatabaseMigrations(List<Applied> applied, List<String> pending) {

	/** Creates a copy. */
	public DatabaseMigrations {
		applied = List.copyOf(applied);
		pending = List.copyOf(pending);
	}

	/**
	 * A migration that a database has.
	 *
	 * @param name the script's file name
	 * @param appliedAt when, as text in UTC, such as {@code 2026-01-31 23:59:59}
	 * @param checksum of the script, or {@code null} if another runner has applied it
	 * @param duration how long it took, or {@code null} if another runner has applied it
	 */
	public record Applied(String name, @Nullable String appliedAt, @Nullable String checksum,
			@Nullable Duration duration) {

	}

}
