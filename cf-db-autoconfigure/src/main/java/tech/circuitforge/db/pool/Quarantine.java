package tech.circuitforge.db.pool;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseDamagedException;
import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.location.DatabaseName;

/**
 * Databases that are damaged or could not be brought up to date. Each is left alone for a
 * while, twice as long after each failure: neither it nor its scripts are likely to have
 * changed. The list lives in memory, so a new deployment tries all of them.
 * <p>
 * Safe for use by several threads.
 */
public final class Quarantine {

	private static final Duration FIRST_DELAY = Duration.ofSeconds(5);

	private static final Duration LONGEST_DELAY = Duration.ofHours(1);

	/** Only tells people the time: a clock may be wrong, and be set right. */
	private final InstantSource clock;

	private final LongSupplier nanoTime;

	private final ConcurrentMap<DatabaseName, Entry> entries = new ConcurrentHashMap<>();

	/**
	 * Creates an empty list.
	 * @param clock tells the time, for messages
	 */
	public Quarantine(InstantSource clock) {
		this(clock, System::nanoTime);
	}

	Quarantine(InstantSource clock, LongSupplier nanoTime) {
		this.clock = clock;
		this.nanoTime = nanoTime;
	}

	/**
	 * Lets a database pass unless it is to be left alone now.
	 * @param name the database
	 * @throws DatabaseQuarantinedException if it is to be left alone
	 */
	void check(DatabaseName name) {
		Entry entry = this.entries.get(name);
		if (entry != null && left(entry) > 0) {
			throw refusal(name, entry);
		}
	}

	/** Puts a database on the list; returns what to tell its user. */
	DatabaseQuarantinedException add(DatabaseName name, RuntimeException reason) {
		Entry first = new Entry(this.clock.instant(), reason, 1, this.nanoTime.getAsLong() + FIRST_DELAY.toNanos());
		return refusal(name,
				this.entries.merge(name, first, (old, added) -> old.again(this.nanoTime.getAsLong(), reason)));
	}

	/**
	 * The same, but one that is to be left alone now anyway is tried when it would have
	 * been: whoever has only looked at it has not tried it.
	 */
	DatabaseQuarantinedException addWhenSeen(DatabaseName name, RuntimeException reason) {
		Entry entry = this.entries.get(name);
		if (entry == null || left(entry) <= 0) {
			return add(name, reason);
		}
		Entry seen = new Entry(entry.since(), reason, entry.failures(), entry.retryAt());
		this.entries.replace(name, entry, seen);
		return refusal(name, seen);
	}

	/** Whether a database is on the list for its file, not for a script. */
	boolean isDamaged(DatabaseName name) {
		Entry entry = this.entries.get(name);
		return entry != null && entry.reason() instanceof DatabaseDamagedException;
	}

	/**
	 * Looks up one database.
	 * @param name the database
	 * @return its entry, or {@code null} if it is not on the list
	 */
	public @Nullable Quarantined find(DatabaseName name) {
		Entry entry = this.entries.get(name);
		return (entry == null) ? null : describe(name, entry);
	}

	/** Takes a database off the list. */
	void release(DatabaseName name) {
		if (!this.entries.isEmpty()) {
			this.entries.remove(name);
		}
	}

	/**
	 * Returns how many databases are on the list.
	 * @return the number
	 */
	public int size() {
		return this.entries.size();
	}

	/**
	 * Looks at the list.
	 * @return what is on it now, in no particular order
	 */
	public List<Quarantined> list() {
		return this.entries.entrySet().stream().map((entry) -> describe(entry.getKey(), entry.getValue())).toList();
	}

	private long left(Entry entry) {
		return entry.retryAt() - this.nanoTime.getAsLong();
	}

	private Quarantined describe(DatabaseName name, Entry entry) {
		return new Quarantined(name, entry.since(), entry.failures(), this.clock.instant().plusNanos(left(entry)),
				String.valueOf(entry.reason().getMessage()));
	}

	private DatabaseQuarantinedException refusal(DatabaseName name, Entry entry) {
		Duration left = Duration.ofNanos(left(entry));
		Duration retryAfter = Duration.ofSeconds(Math.max(1, left.plusMillis(999).toSeconds()));
		return new DatabaseQuarantinedException(
				"The database of %s is out of service since %s; it is tried again in %d s%s. %s".formatted(name,
						entry.since().truncatedTo(ChronoUnit.SECONDS), retryAfter.toSeconds(),
						(name.user() != null) ? ", and nobody else is affected" : "", entry.reason().getMessage()),
				entry.reason(), retryAfter);
	}

	/**
	 * A database on the list.
	 *
	 * @param name the database
	 * @param since when it failed first
	 * @param failures how often it failed
	 * @param retryAt when it may be tried again
	 * @param reason why it failed last
	 */
	public record Quarantined(DatabaseName name, Instant since, int failures, Instant retryAt, String reason) {

	}

	/**
	 * One database.
	 *
	 * @param since when it failed first
	 * @param reason why it failed last
	 * @param failures how often it failed
	 * @param retryAt when it may be tried again, in nanoseconds
	 */
	private record Entry(Instant since, RuntimeException reason, int failures, long retryAt) {

		Entry again(long now, RuntimeException newReason) {
			// Past twenty doublings the longest delay is long reached.
			Duration doubled = FIRST_DELAY.multipliedBy(1L << Math.min(this.failures, 20));
			Duration delay = (doubled.compareTo(LONGEST_DELAY) < 0) ? doubled : LONGEST_DELAY;
			return new Entry(this.since, newReason, this.failures + 1, now + delay.toNanos());
		}

	}

}
