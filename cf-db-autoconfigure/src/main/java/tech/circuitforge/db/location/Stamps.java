package tech.circuitforge.db.location;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The times in names of files, which sort in the order in which they were given also when
 * the clock was ahead once, or is set back: each is later than the newest that there is.
 * Safe for use by several threads.
 */
public final class Stamps {

	private static final Log logger = LogFactory.getLog(Stamps.class);

	/** More than clocks are set by in the ordinary course of things. */
	private static final Duration TOLERANCE = Duration.ofMinutes(1);

	private final InstantSource clock;

	private final AtomicBoolean warned = new AtomicBoolean();

	/**
	 * Creates it.
	 * @param clock tells the time
	 */
	public Stamps(InstantSource clock) {
		this.clock = clock;
	}

	/**
	 * Returns the time for a name.
	 * @param newest the newest in the same place, or {@code null}
	 * @param place the directory, for a warning
	 * @return now, or just after the newest if that is later
	 */
	public Instant next(@Nullable Instant newest, Path place) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		if (newest == null || newest.isBefore(now)) {
			return now;
		}
		if (newest.isAfter(now.plus(TOLERANCE)) && this.warned.compareAndSet(false, true)) {
			logger
				.warn(("The newest in %s is stamped %s, which is ahead of the clock (%s): the clock was wrong when it was "
						+ "made, or is now. What is made from now on is named after it, so that the order is right. Set the "
						+ "clock if it is wrong; nothing else needs to be done. Said once, there may be more.")
					.formatted(place, newest, now));
		}
		return newest.plusMillis(1);
	}

}
