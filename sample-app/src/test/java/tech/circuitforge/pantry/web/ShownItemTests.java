package tech.circuitforge.pantry.web;

import java.time.LocalDate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tech.circuitforge.pantry.item.Freshness;
import tech.circuitforge.pantry.item.Item;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a last day is told.
 */
class ShownItemTests {

	private static final LocalDate TODAY = LocalDate.parse("2026-11-22");

	@ParameterizedTest
	@CsvSource({ "2025-12-31, EXPIRED, Expired on 31 December 2025", "2026-11-21, EXPIRED, Expired yesterday",
			"2026-11-22, EXPIRES_SOON, Use today", "2026-11-23, EXPIRES_SOON, Use by tomorrow",
			"2026-11-29, EXPIRES_SOON, Use within 7 days", "2026-11-30, GOOD, Good until 30 November 2026" })
	void lastDayIsToldInWords(LocalDate expiresOn, Freshness freshness, String words) {
		ShownItem shown = ShownItem.of(new Item(1, "Milk", 1, expiresOn), TODAY);
		assertThat(shown.freshness()).isEqualTo(freshness);
		assertThat(shown.when()).isEqualTo(words);
	}

	@Test
	void whatLastsForEverIsGood() {
		assertThat(ShownItem.of(new Item(1, "Salt", 1, null), TODAY))
			.isEqualTo(new ShownItem(new Item(1, "Salt", 1, null), Freshness.GOOD, null));
	}

}
