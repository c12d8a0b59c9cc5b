package tech.circuitforge.db.autoconfigure;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.unit.DataSize;

import tech.circuitforge.db.autoconfigure.PropertyTree.Property;
import tech.circuitforge.db.location.Layout;

/**
 * Refuses values that cannot work, each with its name and where it is set. What a type
 * allows holds for every property of that type, those of later releases included; some
 * have narrower bounds.
 */
final class PropertyRanges {

	/**
	 * A hundred years: as nanoseconds it can be added to a clock. Less than a millisecond
	 * would be rounded to none.
	 */
	private static final Range<Duration> TIME = range(Duration.ofMillis(1), "1ms", Duration.ofDays(36500), "36500d");

	private static final Range<Long> NUMBER = range(0L, "0", 1_000_000L, "1000000");

	private static final Range<DataSize> SIZE = range(DataSize.ofBytes(0), "0", DataSize.ofTerabytes(1024), "1024TB");

	private static final Map<String, Range<?>> NARROWER = Map.of( //
			"cf.db.pool.max-open-databases", range(1L, "1", 1_000_000L, "1000000"), //
			"cf.db.pool.max-connections-per-database", range(1L, "1", 1024L, "1024"), //
			"cf.db.migrations.parallelism", range(1L, "1", 1024L, "1024"), //
			"cf.db.backup.keep", range(1L, "1", 1_000_000L, "1000000"), //
			// SQLite takes an int of milliseconds.
			"cf.db.sqlite.busy-timeout", range(Duration.ofMillis(1), "1ms", Duration.ofDays(24), "24d"), //
			// SQLite takes an int of kilobytes.
			"cf.db.sqlite.cache-size", range(DataSize.ofKilobytes(1), "1KB", DataSize.ofTerabytes(1), "1TB"), //
			// Below its own needs SQLite would only search for memory to give back.
			"cf.db.sqlite.heap-limit", range(DataSize.ofMegabytes(1), "1MB", DataSize.ofTerabytes(1024), "1024TB"));

	private static final Set<String> NEVER_ZERO = Set.of("cf.db.pool.idle-timeout", "cf.db.maintenance.budget");

	/**
	 * Empty as if it was not set, so that a placeholder may be empty: without them the
	 * environment says it.
	 */
	private static final Set<String> MAY_BE_BLANK = Set.of("cf.db.mode", "cf.db.cloud.data-root");

	private PropertyRanges() {
	}

	/**
	 * Looks at every value.
	 * @throws InvalidConfigurationException at the first that cannot work
	 */
	static void check(CfDbProperties properties, Environment environment) {
		for (Property property : PropertyTree.of(properties)) {
			String fault = isBlank(property, environment) ? "must not be empty; leave it out for its default"
					: faultOf(property);
			if (fault != null) {
				throw new InvalidConfigurationException(
						"%s %s.%s".formatted(property.name(), fault,
								PropertyOrigins.describe(environment, property.name())),
						"Correct the property named above.");
			}
		}
		checkSchedule(properties.backup().schedule(), environment);
		// In local mode too: what is wrong should not wait for the day of cloud mode. The
		// application's name may be any there.
		Layout unused = new Layout(properties.cloud().layout(), "app");
	}

	private static @Nullable String faultOf(Property property) {
		Object value = property.value();
		Range<?> narrower = NARROWER.get(property.name());
		if (value instanceof Duration time) {
			boolean mayBeZero = !NEVER_ZERO.contains(property.name());
			if (mayBeZero && time.isNegative()) {
				return "must not be negative";
			}
			return (mayBeZero && time.isZero()) ? null : fault(narrower, TIME, time);
		}
		if (value instanceof DataSize size) {
			return fault(narrower, SIZE, size);
		}
		if (value instanceof Integer || value instanceof Long) {
			return fault(narrower, NUMBER, ((Number) value).longValue());
		}
		return (value instanceof Collection<?> values && values.isEmpty()) ? "must not be empty" : null;
	}

	/** As it is written: bound, most are as if they were not set. */
	private static boolean isBlank(Property property, Environment environment) {
		if (MAY_BE_BLANK.contains(property.name())) {
			return false;
		}
		ConfigurationProperty configured = PropertyOrigins.find(environment, property.name());
		return configured != null && environment.resolvePlaceholders(configured.getValue().toString()).isBlank();
	}

	@SuppressWarnings("unchecked")
	private static <T extends Comparable<T>> @Nullable String fault(@Nullable Range<?> narrower, Range<T> ofType,
			T value) {
		return ((narrower != null) ? (Range<T>) narrower : ofType).fault(value);
	}

	private static void checkSchedule(String schedule, Environment environment) {
		if (schedule.equals("-")) {
			return;
		}
		try {
			CronExpression.parse(schedule);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationException(
					"cf.db.backup.schedule is \"%s\": %s.%s".formatted(schedule, ex.getMessage(),
							PropertyOrigins.describe(environment, "cf.db.backup.schedule")),
					"Write six fields (second, minute, hour, day, month, weekday), for instance 0 0 3 * * *, or - for never.");
		}
	}

	private static <T extends Comparable<T>> Range<T> range(T least, String leastInWords, T most, String mostInWords) {
		return new Range<>(least, leastInWords, most, mostInWords);
	}

	private record Range<T extends Comparable<T>>(T least, String leastInWords, T most, String mostInWords) {

		@Nullable String fault(T value) {
			if (value.compareTo(this.least) < 0) {
				return this.leastInWords.equals("0") ? "must not be negative" : "must be at least " + this.leastInWords;
			}
			return (value.compareTo(this.most) > 0) ? "must be at most " + this.mostInWords : null;
		}

	}

}
