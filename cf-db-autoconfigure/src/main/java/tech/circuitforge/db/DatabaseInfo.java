package tech.circuitforge.db;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user's database at one moment.
 *
 * @param user whose it is
 * @param state whether it is in service
 * @param size bytes on the disk, the log included, kept copies and backups not
 * @param lastUsed when it was last used, or written if it is not open now
 * @param migrations what it has and lacks, or {@code null} if that cannot be read
 * @param problem why it is not in service or cannot be read, or {@code null}
 * @param keptCopies names of the files kept beside it by {@link UserDatabases#restore}
 * and {@link UserDatabases#setAside}, oldest first
 */
public record DatabaseInfo(UserId user, State state, long size, Instant lastUsed,
		@Nullable DatabaseMigrations migrations, @Nullable String problem, List<String> keptCopies) {

	/** Creates a copy. */
	public DatabaseInfo {
		keptCopies = List.copyOf(keptCopies);
	}

	/** Whether a database is in service. */
	public enum State {

		/** In service and open. */
		OPEN,

		/** In service; opened when it is next used. */
		CLOSED,

		/** Kept for an operation that needs it for itself, for a moment. */
		IN_OPERATION,

		/** Out of service until {@link UserDatabases#resume}. */
		SUSPENDED,

		/** Out of service because it is damaged or could not be brought up to date. */
		QUARANTINED

	}

}
