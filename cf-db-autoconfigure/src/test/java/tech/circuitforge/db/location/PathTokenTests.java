package tech.circuitforge.db.location;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PathTokenTests {

	@ParameterizedTest
	@ValueSource(
			strings = { "alice", "household_42", "a-b", "a.b", "0", "local", "550e8400-e29b-41d4-a716-446655440000" })
	void plainLowerCaseIdsAreTheirOwnSpelling(String id) {
		assertThat(PathToken.encode(id)).isEqualTo(id);
	}

	@ParameterizedTest
	@CsvSource({ "Alice,%41lice", "..,%2e%2e", ".a,%2ea", "a.,a%2e", "a/b,a%2fb", "ä,%c3%a4", "shared,%73hared",
			"anonymous,%61nonymous", "con,%63on", "con.txt,%63on.txt", "a b,a%20b", "%41,%2541",
			"alice@example.org,alice%40example.org" })
	void everythingElseIsEscaped(String id, String token) {
		assertThat(PathToken.encode(id)).isEqualTo(token);
	}

	@Test
	void tooLongIsSpelledByHash() {
		String token = PathToken.encode("😀".repeat(128));
		assertThat(token).matches("~[0-9a-f]{64}");
		assertThat(PathToken.isHash(token)).isTrue();
		assertThat(PathToken.decode(token)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Alice", "%4Alice", "%41", "%", "%4", "%zz", "%ff", "..", "a/b", "shared", "con", "%61" })
	void whatNoIdIsSpelledAsIsNobodys(String token) {
		// "%41" is the spelling of "A"; the others are not spellings of anything.
		assertThat(PathToken.decode(token)).isEqualTo(token.equals("%41") ? "A" : null);
	}

	@Test
	void everyIdIsOneSafeNameAndNoTwoShareIt() {
		long seed = System.nanoTime();
		Map<String, String> idsByFoldedToken = new HashMap<>();
		Stream.concat(HostileIds.KNOWN.stream(), HostileIds.random(seed, 20_000))
			.forEach((id) -> assertSafeAndUnique(id, idsByFoldedToken, seed));
	}

	private static void assertSafeAndUnique(String id, Map<String, String> idsByFoldedToken, long seed) {
		String token = PathToken.encode(id);
		assertThat(token).as("token of <%s> (seed %d)", id, seed)
			.matches("[a-z0-9._%~-]+")
			.doesNotStartWith(".")
			.doesNotEndWith(".")
			.isNotIn("shared", "anonymous");
		assertThat(token.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(PathToken.MAX_LENGTH);
		assertThat(token.replaceFirst("\\..*", "")).doesNotMatch("con|prn|aux|nul|com\\d|lpt\\d");
		if (!PathToken.isHash(token)) {
			assertThat(PathToken.decode(token)).as("seed %d", seed).isEqualTo(id);
		}
		// As a file system would compare them that folds case and normalizes.
		String folded = Normalizer.normalize(token, Normalizer.Form.NFKC).toUpperCase(Locale.ROOT);
		String other = idsByFoldedToken.putIfAbsent(folded, id);
		assertThat(other == null || other.equals(id)).as("<%s> and <%s> (seed %d)", id, other, seed).isTrue();
	}

	@Test
	void uuidsMapToThemselves() {
		for (int i = 0; i < 1_000; i++) {
			String id = UUID.randomUUID().toString();
			assertThat(PathToken.encode(id)).isEqualTo(id);
			assertThat(PathToken.decode(id)).isEqualTo(id);
		}
	}

}
