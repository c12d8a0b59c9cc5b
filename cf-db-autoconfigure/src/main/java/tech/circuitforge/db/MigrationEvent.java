package tech.circuitforge.db;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Something that happened while databases were migrated. Each is published as a Spring
 * application event, so that {@code @EventListener} methods may take one of the records
 * below, or all of them by this type.
 * <p>
 * Events come from the thread that migrates, several at a time if several do, and before
 * the database is served: a listener must be quick and must not use that database.
 */
public sealed interface MigrationEvent {

	/**
	 * An existing database was brought up to date.
	 *
	 * @param user whose it is, or {@code null} for one that belongs to no user
	 * @param migrations names of what was applied, in order
	 * @param duration how long that took
	 */
	record Migrated(@Nullable UserId user, List<String> migrations, Duration duration) implements MigrationEvent {

		/** Creates a copy. */
		public Migrated {
			migrations = List.copyOf(migrations);
		}

	}

	/**
	 * A database could not be brought up to date. Its user's requests fail until it can.
	 *
	 * @param user whose it is, or {@code null} for one that belongs to no user
	 * @param reason what went wrong
	 */
	record Failed(@Nullable UserId user, RuntimeException reason) implements MigrationEvent {

	}

	/**
	 * How far the migration of all databases has come; every few seconds.
	 *
	 * @param done how many were looked at, failed ones included
	 * @param total how many there are
	 * @param failed how many failed
	 * @param perSecond how many were looked at each second
	 * @param remaining how long the rest will take at that rate
	 */
	record Progress(long done, long total, long failed, double perSecond,
			Duration remaining) implements MigrationEvent {

	}

	/**
	 * The migration of all databases has ended.
	 *
	 * @param report what became of them
	 */
	record Finished(MigrationReport report) implements MigrationEvent {

	}

}
