package tech.circuitforge.db.sqlite;

/**
 * Reads a text token by token as SQLite's tokenizer does
 * (https://www.sqlite.org/lang.html, tokenize.c), as far as needed to tell where
 * statements end and what they begin with. Spaces and comments lie between tokens.
 */
final class SqlTokens {

	/** A space between tokens, and a letter within a name. */
	private static final char BYTE_ORDER_MARK = '\uFEFF';

	private final String text;

	private int position;

	private int line = 1;

	private Kind kind = Kind.END;

	private int start;

	private int startLine;

	SqlTokens(String text) {
		this.text = text;
	}

	/** What a token is. */
	enum Kind {

		/** A keyword, a bare name or a number. */
		WORD,

		/** A string or a name in quotes or brackets. */
		QUOTED,

		/** A semicolon. */
		SEMICOLON,

		/** Any other single character, or a variable that is not a question mark. */
		SYMBOL,

		/** No token: the text is over. */
		END

	}

	/** Goes to the next token and says what it is. */
	Kind next() {
		skipSpacesAndComments();
		this.start = this.position;
		this.startLine = this.line;
		this.kind = read();
		return this.kind;
	}

	Kind kind() {
		return this.kind;
	}

	/** The token as written. */
	String value() {
		return this.text.substring(this.start, this.position);
	}

	/** Whether the token is the given character. */
	boolean isSymbol(String symbol) {
		return this.kind == Kind.SYMBOL && value().equals(symbol);
	}

	/** The token as a name: without its quotes, if it has any. */
	String name() {
		String value = value();
		if (this.kind != Kind.QUOTED || value.length() < 2) {
			return value;
		}
		String quote = value.substring(0, 1);
		String name = value.substring(1, value.length() - 1);
		return quote.equals("[") ? name : name.replace(quote + quote, quote);
	}

	int start() {
		return this.start;
	}

	int end() {
		return this.position;
	}

	/** The line on which the token starts, counted from 1. */
	int line() {
		return this.startLine;
	}

	private Kind read() {
		if (this.position == this.text.length()) {
			return Kind.END;
		}
		char c = this.text.charAt(this.position);
		switch (c) {
			case ';' -> {
				advance(1);
				return Kind.SEMICOLON;
			}
			case '\'', '"', '`', '[' -> {
				advance(1);
				skipTo((c == '[') ? "]" : String.valueOf(c));
				while (c != '[' && this.position < this.text.length() && this.text.charAt(this.position) == c) {
					// Doubled, it stands for itself.
					advance(1);
					skipTo(String.valueOf(c));
				}
				return Kind.QUOTED;
			}
			case '$', '@', ':', '#' -> {
				int length = lengthOfVariable();
				advance(Math.max(length, 1));
				return Kind.SYMBOL;
			}
			default -> {
				if (!isWordPart(c)) {
					advance(1);
					return Kind.SYMBOL;
				}
				while (this.position < this.text.length() && isWordPart(this.text.charAt(this.position))) {
					advance(1);
				}
				return Kind.WORD;
			}
		}
	}

	/**
	 * A variable may end with parentheses (Tcl's arrays), and there what looks like a
	 * quote or a comment is a part of its name.
	 */
	private int lengthOfVariable() {
		int named = 0;
		for (int i = this.position + 1; i < this.text.length(); i++) {
			char c = this.text.charAt(i);
			if (isWordPart(c)) {
				named++;
			}
			else if (c == '(' && named > 0) {
				do {
					i++;
				}
				while (i < this.text.length() && !isSpace(this.text.charAt(i)) && this.text.charAt(i) != ')');
				return Math.min(i + 1, this.text.length()) - this.position;
			}
			else if (c == ':' && i + 1 < this.text.length() && this.text.charAt(i + 1) == ':') {
				i++;
			}
			else {
				return (named > 0) ? i - this.position : 0;
			}
		}
		return (named > 0) ? this.text.length() - this.position : 0;
	}

	private void skipSpacesAndComments() {
		while (this.position < this.text.length()) {
			char c = this.text.charAt(this.position);
			if (isSpace(c) || c == BYTE_ORDER_MARK) {
				advance(1);
			}
			else if (c == '-' && following() == '-') {
				skipTo("\n");
			}
			else if (c == '/' && following() == '*') {
				advance(2);
				skipTo("*/");
			}
			else {
				return;
			}
		}
	}

	private char following() {
		return (this.position + 1 < this.text.length()) ? this.text.charAt(this.position + 1) : '\0';
	}

	private void skipTo(String terminator) {
		int found = this.text.indexOf(terminator, this.position);
		advance(((found < 0) ? this.text.length() : found + terminator.length()) - this.position);
	}

	private void advance(int length) {
		for (int i = 0; i < length; i++) {
			if (this.text.charAt(this.position++) == '\n') {
				this.line++;
			}
		}
	}

	/** Space as SQLite knows it; other Unicode spaces are part of names there. */
	private static boolean isSpace(char c) {
		return c == ' ' || (c >= '\t' && c <= '\r');
	}

	private static boolean isWordPart(char c) {
		return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '$'
				|| c > 0x7F;
	}

}
