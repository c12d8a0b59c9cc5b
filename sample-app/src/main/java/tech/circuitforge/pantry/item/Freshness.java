package tech.circuitforge.pantry.item;

import java.time.LocalDate;

import org.jspecify.annotations.Nullable;

/**
 * How urgently something wants to be eaten.
 */
public enum Freshness {

	/** Its last day is over. */
	EXPIRED,

	/** Its last day is within a week. */
	EXPIRES_SOON,

	/** It is good for more than a week, or for ever. */
	GOOD;

	private static final int SOON_DAYS = 7;

	/**
	 * Judges a last day.
	 * @param expiresOn the last day it is good, if it has one
	 * @param today the day it is judged
	 * @return how urgent it is
	 */
	public static Freshness of(@Nullable LocalDate expiresOn, LocalDate today) {
		if (expiresOn == null || expiresOn.isAfter(today.plusDays(SOON_DAYS))) {
			return GOOD;
		}
		return expiresOn.isBefore(today) ? EXPIRED : EXPIRES_SOON;
	}

}
