package tech.circuitforge.db;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a text cannot be a {@link UserId}.
 */
public class InvalidUserIdException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private static final int SHOWN = 40;

	InvalidUserIdException(@Nullable String value, String problem) {
		super("Not a user id: %s. %s. Use 1 to %d characters without control characters.".formatted(shown(value),
				Character.toUpperCase(problem.charAt(0)) + problem.substring(1), UserId.MAX_LENGTH));
	}

	/**
	 * Quotes the value so that it can stand in a log line: short, and without anything
	 * that could forge one.
	 */
	private static String shown(@Nullable String value) {
		if (value == null) {
			return "null";
		}
		StringBuilder quoted = new StringBuilder("\"");
		value.codePoints()
			.limit(SHOWN)
			.forEach((c) -> quoted
				.appendCodePoint(Character.isISOControl(c) || UserId.disturbsLines(c) || !Character.isDefined(c)
						|| (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) ? '?' : c));
		return quoted.append((value.length() > SHOWN) ? "…\"" : "\"").toString();
	}

}
