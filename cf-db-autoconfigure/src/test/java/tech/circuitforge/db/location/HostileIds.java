package tech.circuitforge.db.location;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Ids that somebody might choose to reach another's file: the known tricks, and any
 * number of random mixtures of them.
 */
final class HostileIds {

	static final List<String> KNOWN = List.of("..", ".", "../bob", "..\\bob", "/etc/passwd", "a/b", "a\\b", "C:", "a:b",
			"~", "~root", "%2e%2e", "%", "%41", "%4a", "%4A", "bob?journal_mode=off", "?mode=memory", "file:bob",
			"bob#x", "shared", "Shared", "anonymous", "local", "con", "CON", "con.txt", "nul", "aux.db", "com1", "lpt9",
			"com¹", "prn", "alice", "Alice", "ALICE", "älice", "a\u0308lice", "İ", "ı", "ß", "ẞ", "ﬁ", "fi", " alice",
			"alice ", "alice.", ".alice", "alice.db", "alice.db-wal", "-rf", "*", "a b", "\u202Ealice", "😀",
			"😀".repeat(128), "x".repeat(128), "X".repeat(128), "ÿ".repeat(128), "alice@example.org", "a'b", "a\"b",
			"a`b", "{user}", "{app}", "$HOME", "~" + "0".repeat(64));

	private static final String[] PARTS = { ".", "..", "/", "\\", "%", "%2e", "?", "#", ":", "~", " ", "a", "A", "b",
			"ä", "a\u0308", "Ä", "😀", "con", "nul", "shared", "0", "_", "-", ".db", "-wal", "\u200B", "ﬀ", "K", "K" };

	private HostileIds() {
	}

	static Stream<String> random(long seed, int count) {
		Random random = new Random(seed);
		return Stream.generate(() -> {
			StringBuilder id = new StringBuilder();
			int parts = 1 + random.nextInt(random.nextInt(10) == 0 ? 60 : 6);
			for (int i = 0; i < parts; i++) {
				id.append(PARTS[random.nextInt(PARTS.length)]);
			}
			return id.toString();
		}).filter((id) -> !id.isBlank() && id.codePointCount(0, id.length()) <= 128).limit(count);
	}

}
