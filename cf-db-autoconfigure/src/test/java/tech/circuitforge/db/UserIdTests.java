package tech.circuitforge.db;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class UserIdTests {

	@ParameterizedTest
	@ValueSource(strings = { "a", "alice@example.org", "..", "Ärger", "a/b", " a ", "?journal_mode=off" })
	void acceptsWhateverTextAuthenticationCallsAUser(String id) {
		assertThat(new UserId(id)).hasToString(id);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\t", "\u00A0 \u2003", "\u2028", "a\0b", "a\nb", "\u0085", "\uD83D",
			"\uDE00\uD83D", "x\uDE00" })
	void refusesWhatCannotBeWrittenDown(String id) {
		assertThatExceptionOfType(InvalidUserIdException.class).isThrownBy(() -> new UserId(id))
			.withMessageContaining("Not a user id");
	}

	@Test
	void refusesNull() {
		assertThatExceptionOfType(InvalidUserIdException.class).isThrownBy(() -> new UserId(null));
	}

	@Test
	void countsCharactersNotUnits() {
		assertThat(new UserId("😀".repeat(128)).value()).hasSize(256);
		assertThatExceptionOfType(InvalidUserIdException.class).isThrownBy(() -> new UserId("😀".repeat(129)))
			.withMessageContaining("longer than 128 characters");
		assertThatExceptionOfType(InvalidUserIdException.class).isThrownBy(() -> new UserId("a".repeat(129)));
	}

	@Test
	void messageQuotesTheValueButNeverItsControlCharacters() {
		assertThatExceptionOfType(InvalidUserIdException.class).isThrownBy(() -> new UserId("eve\r\nINFO all is well"))
			.withMessageStartingWith(
					"Not a user id: \"eve??INFO all is well\". It has a control character at index 3.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u2028", "\u2029", "\u202E", "\u200F", "\u2067", "\u061C" })
	void neverDisturbsALineOfTheLog(String control) {
		UserId id = new UserId("eve" + control + "INFO all is well");
		assertThat(id.value()).contains(control);
		assertThat(id.toString()).doesNotContain(control)
			.isEqualTo("eve\\u%04XINFO all is well".formatted((int) control.charAt(0)));
		assertThatExceptionOfType(InvalidUserIdException.class).isThrownBy(() -> new UserId("eve" + control + "\0"))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(control));
	}

}
