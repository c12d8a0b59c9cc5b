package tech.circuitforge.pantry.web;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.pantry.item.Freshness;
import tech.circuitforge.pantry.item.Item;

/**
 * An item as the page tells of it.
 *
 * @param item the item
 * @param freshness how urgently it wants to be eaten
 * @param when the same in words, or {@code null} if it does not expire
 */
record ShownItem(Item item, Freshness freshness, @Nullable String when) {

	private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);

	static ShownItem of(Item item, LocalDate today) {
		LocalDate last = item.expiresOn();
		Freshness freshness = Freshness.of(last, today);
		return new ShownItem(item, freshness, (last != null) ? words(freshness, last, today) : null);
	}

	private static String words(Freshness freshness, LocalDate last, LocalDate today) {
		long days = ChronoUnit.DAYS.between(today, last);
		return switch (freshness) {
			case EXPIRED -> (days == -1) ? "Expired yesterday" : "Expired on " + DATE.format(last);
			case EXPIRES_SOON -> switch ((int) days) {
				case 0 -> "Use today";
				case 1 -> "Use by tomorrow";
				default -> "Use within " + days + " days";
			};
			case GOOD -> "Good until " + DATE.format(last);
		};
	}

}
