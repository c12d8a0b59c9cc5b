package tech.circuitforge.db.security;

import java.math.BigInteger;
import java.net.URL;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What of a token's claims can be an id: text, and whole numbers that are exact. Anything
 * else has a spelling that another value shares.
 */
final class ClaimText {

	/** As {@link Double#toString} writes them. */
	private static final Pattern FLOATING_POINT = Pattern.compile("-?\\d+\\.\\d+(E-?\\d+)?");

	private ClaimText() {
	}

	/** The text of a claim, or {@code null} if it is neither text nor a whole number. */
	static @Nullable String of(String claim, Object value) {
		if (value instanceof String text) {
			// Spring Security and Nimbus make text of the subject, whatever it was.
			return (claim.equals("sub") && isFloatingPoint(text)) ? null : text;
		}
		if (value instanceof URL url) {
			// What Spring Security makes of the issuer's text.
			return url.toExternalForm();
		}
		return (value instanceof Integer || value instanceof Long || value instanceof BigInteger) ? value.toString()
				: null;
	}

	/**
	 * Tells whether a text is what becomes of a number that is not whole or too big: two
	 * subjects beyond 2^63 share one such spelling.
	 */
	static boolean isFloatingPoint(String text) {
		return text.indexOf('.') > 0 && FLOATING_POINT.matcher(text).matches();
	}

	/** Names the type of a claim's value, never the value. */
	static String typeOf(Object value) {
		if (value instanceof Collection) {
			return "an array";
		}
		if (value instanceof Map) {
			return "an object";
		}
		if (value instanceof Boolean) {
			return "true or false";
		}
		if (value instanceof Number || value instanceof String) {
			return "a number that is not whole, or beyond 64 bits (" + value.getClass().getSimpleName() + ")";
		}
		return "of the type " + value.getClass().getName();
	}

}
