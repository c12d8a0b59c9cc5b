package tech.circuitforge.db.sqlite;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Splits a text into SQL statements where the {@code sqlite3} shell would.
 * <p>
 * Statement ends are found with the state machine that SQLite documents for
 * {@code sqlite3_complete()} (https://www.sqlite.org/c3ref/complete.html): a semicolon
 * ends a statement, but inside CREATE TRIGGER only the one after {@code ; END}.
 * Semicolons in the four kinds of quotes and in both kinds of comments do not count.
 */
public final class SqlScript {

	private final String text;

	private final SqlTokens tokens;

	private final List<Statement> statements = new ArrayList<>();

	private final StringBuilder words = new StringBuilder();

	private State state = State.START;

	private int start = -1;

	private int startLine;

	private int end;

	private SqlScript(String text) {
		this.text = text;
		this.tokens = new SqlTokens(text);
	}

	/**
	 * Splits a script.
	 * @param script the text; a byte order mark at its start is skipped
	 * @return its statements in order, without those that are empty or comments only
	 */
	public static List<Statement> split(String script) {
		SqlScript splitter = new SqlScript(script.startsWith("\uFEFF") ? script.substring(1) : script);
		splitter.run();
		return List.copyOf(splitter.statements);
	}

	/**
	 * Takes out of a script what means nothing to SQLite: comments, and spaces and line
	 * breaks that are in no string or quoted name.
	 * @param script the text
	 * @return the same for all scripts that differ in nothing else
	 */
	public static String withoutComments(String script) {
		SqlTokens tokens = new SqlTokens(script);
		StringBuilder without = new StringBuilder(script.length());
		String previous = "";
		int end = 0;
		while (tokens.next() != SqlTokens.Kind.END) {
			// A blob, x'01', is one token to SQLite, and x '01' is not.
			boolean blob = previous.equalsIgnoreCase("x") && tokens.start() == end && tokens.value().startsWith("'");
			without.append(blob ? "" : " ").append(tokens.value());
			previous = tokens.value();
			end = tokens.end();
		}
		return without.toString();
	}

	private void run() {
		while (this.tokens.next() != SqlTokens.Kind.END) {
			switch (this.tokens.kind()) {
				case SEMICOLON -> semicolon();
				case WORD -> {
					String word = this.tokens.value().toUpperCase(Locale.ROOT);
					token(Token.of(word));
					this.words.append(word).append(' ');
				}
				default -> token(Token.OTHER);
			}
		}
		finishStatement();
	}

	private void semicolon() {
		if (this.start < 0) {
			return;
		}
		token(Token.SEMICOLON);
		this.words.append(';');
		if (this.state == State.START) {
			finishStatement();
		}
	}

	private void token(Token token) {
		if (this.start < 0) {
			this.start = this.tokens.start();
			this.startLine = this.tokens.line();
		}
		this.end = this.tokens.end();
		this.state = this.state.after(token);
	}

	private void finishStatement() {
		if (this.start >= 0) {
			this.statements
				.add(new Statement(this.text.substring(this.start, this.end), this.startLine, this.words.toString()));
		}
		this.start = -1;
		this.words.setLength(0);
		this.state = State.START;
	}

	/**
	 * One statement of a script.
	 *
	 * @param text the statement as written, with comments inside it, without those around
	 * it
	 * @param line the line of the script on which it starts, counted from 1
	 * @param words its words outside of quotes and comments, in upper case, each followed
	 * by a space
	 */
	public record Statement(String text, int line, String words) {

		/**
		 * Tells whether the statement starts with the given keywords.
		 * @param keywords keywords in upper case, separated by single spaces
		 * @return whether it does
		 */
		public boolean startsWith(String keywords) {
			return this.words.startsWith(keywords + " ");
		}

	}

	private enum Token {

		SEMICOLON, EXPLAIN, CREATE, TEMPORARY, TRIGGER, END, OTHER;

		static Token of(String word) {
			return switch (word) {
				case "EXPLAIN" -> EXPLAIN;
				case "CREATE" -> CREATE;
				case "TEMP", "TEMPORARY" -> TEMPORARY;
				case "TRIGGER" -> TRIGGER;
				case "END" -> END;
				default -> OTHER;
			};
		}

	}

	private enum State {

		/** Between statements. */
		START,

		/** In a statement that ends at the next semicolon. */
		NORMAL,

		/** After EXPLAIN, which may be followed by CREATE TRIGGER. */
		EXPLAIN,

		/** After CREATE or CREATE TEMP. */
		CREATE,

		/** In a trigger's body. */
		TRIGGER,

		/** After a semicolon in a trigger's body. */
		TRIGGER_SEMICOLON,

		/** After {@code ; END} in a trigger's body. */
		TRIGGER_END;

		State after(Token token) {
			return switch (this) {
				case START -> switch (token) {
					case SEMICOLON -> START;
					case EXPLAIN -> EXPLAIN;
					case CREATE -> CREATE;
					default -> NORMAL;
				};
				case NORMAL -> (token == Token.SEMICOLON) ? START : NORMAL;
				case EXPLAIN -> switch (token) {
					case SEMICOLON -> START;
					case OTHER -> EXPLAIN;
					case CREATE -> CREATE;
					default -> NORMAL;
				};
				case CREATE -> switch (token) {
					case SEMICOLON -> START;
					case TEMPORARY -> CREATE;
					case TRIGGER -> TRIGGER;
					default -> NORMAL;
				};
				case TRIGGER -> (token == Token.SEMICOLON) ? TRIGGER_SEMICOLON : TRIGGER;
				case TRIGGER_SEMICOLON -> switch (token) {
					case SEMICOLON -> TRIGGER_SEMICOLON;
					case END -> TRIGGER_END;
					default -> TRIGGER;
				};
				case TRIGGER_END -> (token == Token.SEMICOLON) ? START : TRIGGER;
			};
		}

	}

}
