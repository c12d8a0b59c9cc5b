package tech.circuitforge.db;

/**
 * The identity of a user, as the product's authentication knows it: a UUID, an e-mail
 * address, a subject claim.
 * <p>
 * Two ids are the same user only when they are the same text: neither case nor Unicode
 * form is folded, so {@code Alice} and {@code alice} are two users with a file each.
 *
 * @param value 1 to {@value #MAX_LENGTH} characters (Unicode code points), not all of
 * them blanks, without control characters and without unpaired surrogates
 */
public record UserId(String value) {

	/** The most characters (Unicode code points) an id may have. */
	public static final int MAX_LENGTH = 128;

	/**
	 * Creates a user id.
	 * @param value the text of the id
	 * @throws InvalidUserIdException if the text is not acceptable as an id
	 */
	public UserId {
		String problem = problemWith(value);
		if (problem != null) {
			throw new InvalidUserIdException(value, problem);
		}
	}

	@SuppressWarnings("ConstantValue") // callers without null checking exist
	private static @org.jspecify.annotations.Nullable String problemWith(String value) {
		if (value == null || value.isEmpty()) {
			return "it is empty";
		}
		// The cheap bound first: a hostile id can be megabytes long.
		if (value.length() > 2 * MAX_LENGTH || value.codePointCount(0, value.length()) > MAX_LENGTH) {
			return "it is longer than " + MAX_LENGTH + " characters";
		}
		boolean blank = true;
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (Character.isISOControl(c)) {
				return "it has a control character at index " + i;
			}
			if (Character.isSurrogate(c)) {
				// An unpaired one has no UTF-8 form: two ids would be written alike.
				if (!Character.isHighSurrogate(c) || i + 1 == value.length()
						|| !Character.isLowSurrogate(value.charAt(i + 1))) {
					return "it has an unpaired surrogate at index " + i;
				}
				i++;
			}
			blank = blank && (Character.isWhitespace(c) || Character.isSpaceChar(c));
		}
		return blank ? "it is blank" : null;
	}

	/**
	 * Returns the id as it can stand in a log line or a message: what could break or
	 * reorder a line is written as a Unicode escape. Compare and store {@link #value()}.
	 * @return the text of the id, for people
	 */
	@Override
	public String toString() {
		for (int i = 0; i < this.value.length(); i++) {
			if (disturbsLines(this.value.charAt(i))) {
				return escaped();
			}
		}
		return this.value;
	}

	private String escaped() {
		StringBuilder escaped = new StringBuilder();
		for (char c : this.value.toCharArray()) {
			if (disturbsLines(c)) {
				escaped.append("\\u%04X".formatted((int) c));
			}
			else {
				escaped.append(c);
			}
		}
		return escaped.toString();
	}

	/** Line and paragraph separators, and the controls of the bidirectional algorithm. */
	static boolean disturbsLines(int c) {
		return c == '\u2028' || c == '\u2029' || c == '\u061C' || c == '\u200E' || c == '\u200F'
				|| (c >= '\u202A' && c <= '\u202E') || (c >= '\u2066' && c <= '\u2069');
	}

}
