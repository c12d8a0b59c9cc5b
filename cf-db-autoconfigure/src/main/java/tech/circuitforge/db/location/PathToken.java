package tech.circuitforge.db.location;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Spells a user id so that it is one safe file name on every file system, and no two ids
 * are spelled alike.
 * <ol>
 * <li>Lower-case ASCII letters, digits, {@code -}, {@code _} and inner dots stand for
 * themselves; a UUID is its own spelling. Everything else, upper-case letters included,
 * becomes {@code %xx} for each byte of its UTF-8 form, so that spellings differ even
 * where a file system folds case or normalizes Unicode.</li>
 * <li>A name that means something else (a Windows device, or a directory of this
 * library's own) has its first character escaped.</li>
 * <li>A spelling longer than {@value #MAX_LENGTH} characters is replaced by {@code ~} and
 * the id's SHA-256 in hex. It cannot be read back, so the id is kept in a file beside the
 * database.</li>
 * </ol>
 * {@code ~} never occurs in the first form, so the two cannot meet.
 */
final class PathToken {

	/**
	 * Leaves room below the usual 255 bytes for what a layout and SQLite add to the name.
	 */
	static final int MAX_LENGTH = 160;

	private static final char HASH_MARK = '~';

	private static final HexFormat HEX = HexFormat.of();

	/** {@code shared} and {@code anonymous} are directories that belong to no user. */
	private static final Set<String> RESERVED = Set.of("shared", "anonymous");

	private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul", "com0", "com1", "com2", "com3",
			"com4", "com5", "com6", "com7", "com8", "com9", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6",
			"lpt7", "lpt8", "lpt9");

	private PathToken() {
	}

	static String encode(String id) {
		if (isPlain(id)) {
			return id;
		}
		StringBuilder token = new StringBuilder(id.length() + 16);
		boolean escapeFirst = isReserved(id);
		byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
		for (int i = 0; i < bytes.length; i++) {
			char c = (char) (bytes[i] & 0xFF);
			boolean edge = (i == 0) || (i == bytes.length - 1);
			if (isPlain(c, edge) && !(i == 0 && escapeFirst)) {
				token.append(c);
			}
			else {
				token.append('%').append(HEX.toHexDigits(bytes[i]));
			}
		}
		return (token.length() <= MAX_LENGTH) ? token.toString() : hash(id);
	}

	/**
	 * Reads a spelling back.
	 * @return the id, or {@code null} if no id is spelled that way, or by a hash
	 */
	static @Nullable String decode(String token) {
		if (isPlain(token)) {
			return token;
		}
		byte[] bytes = new byte[token.length()];
		int length = 0;
		for (int i = 0; i < token.length(); i++) {
			char c = token.charAt(i);
			if (c != '%') {
				bytes[length++] = (byte) c;
			}
			else if (i + 2 < token.length() && HexFormat.isHexDigit(token.charAt(i + 1))
					&& HexFormat.isHexDigit(token.charAt(i + 2))) {
				bytes[length++] = (byte) HexFormat.fromHexDigits(token, i + 1, i + 3);
				i += 2;
			}
			else {
				return null;
			}
		}
		String id = new String(bytes, 0, length, StandardCharsets.UTF_8);
		// Whatever is not exactly what encode() writes (%41 as %4A, raw bytes, broken
		// UTF-8) is nobody's.
		return encode(id).equals(token) ? id : null;
	}

	static boolean isHash(String token) {
		return token.length() == 65 && token.charAt(0) == HASH_MARK;
	}

	/** The spelling by hash. */
	static String hash(String id) {
		return HASH_MARK + HEX.formatHex(sha256(id));
	}

	/** Two hex digits by which a large data root can be spread over directories. */
	static String shard(String token) {
		return HEX.toHexDigits(sha256(token)[0]);
	}

	private static byte[] sha256(String text) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	private static boolean isPlain(String id) {
		int last = id.length() - 1;
		if (last < 0 || last >= MAX_LENGTH) {
			return false;
		}
		for (int i = 0; i <= last; i++) {
			if (!isPlain(id.charAt(i), i == 0 || i == last)) {
				return false;
			}
		}
		return !isReserved(id);
	}

	private static boolean isPlain(char c, boolean edge) {
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || (c == '.' && !edge);
	}

	private static boolean isReserved(String id) {
		if (RESERVED.contains(id)) {
			return true;
		}
		if (id.length() < 3) {
			return false;
		}
		// Windows takes "nul.txt" for the device as well.
		int dot = id.indexOf('.');
		return DEVICES.contains((dot < 0) ? id : id.substring(0, dot));
	}

}
