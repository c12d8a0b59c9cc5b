package tech.circuitforge.db.lifecycle;

import java.time.Duration;

import org.springframework.util.unit.DataSize;

import tech.circuitforge.db.migration.SchemaRule;

/**
 * What a file may be that is to become a user's database.
 *
 * @param maxSize the largest one
 * @param timeout how long all checks of one may take
 * @param schema whether it may have tables and indexes that no script makes
 */
public record RestoreSettings(DataSize maxSize, Duration timeout, SchemaRule schema) {

	/** The longest time that can be told in nanoseconds, and some more. */
	private static final Duration LONGEST = Duration.ofDays(365);

	/**
	 * Creates settings.
	 * @param maxSize more than nothing
	 * @param timeout more than nothing, at most a year
	 * @param schema the rule
	 */
	public RestoreSettings {
		if (maxSize.toBytes() <= 0) {
			throw new IllegalArgumentException("cf.db.restore.max-size (%s) must be more than 0".formatted(maxSize));
		}
		if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(
					"cf.db.restore.timeout (%s) must be more than 0 and at most 365 days".formatted(timeout));
		}
	}

}
