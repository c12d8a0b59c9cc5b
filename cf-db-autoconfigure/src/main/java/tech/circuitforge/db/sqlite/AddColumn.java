package tech.circuitforge.db.sqlite;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * An {@code ALTER TABLE … ADD COLUMN} statement.
 * <p>
 * SQLite appends the declaration as written to the table's own text in
 * {@code sqlite_schema} (https://www.sqlite.org/lang_altertable.html), so whether a
 * column stands there as declared is told by comparing the two, without spaces, comments
 * and case.
 */
public final class AddColumn {

	private final String table;

	private final List<String> declaration;

	private AddColumn(String table, List<String> declaration) {
		this.table = table;
		this.declaration = declaration;
	}

	/**
	 * Reads a statement.
	 * @param statement any statement
	 * @return what it adds, or {@code null} if it is another kind of statement
	 */
	public static @Nullable AddColumn parse(SqlScript.Statement statement) {
		if (!statement.startsWith("ALTER TABLE")) {
			return null;
		}
		List<Token> tokens = tokens(statement.text());
		int table = (tokens.size() > 3 && tokens.get(3).is(".")) ? 4 : 2;
		int name = table + 2;
		if (tokens.size() > name && tokens.get(name).is("COLUMN")) {
			name++;
		}
		if (tokens.size() <= name || !tokens.get(table + 1).is("ADD")) {
			return null;
		}
		return new AddColumn(tokens.get(table).name(), declaration(tokens.subList(name, tokens.size())));
	}

	/**
	 * Returns the table that gets the column.
	 * @return its name, in upper case
	 */
	public String table() {
		return this.table;
	}

	/**
	 * Returns the column.
	 * @return its name, in upper case
	 */
	public String column() {
		return this.declaration.get(0);
	}

	/**
	 * Tells whether a table has the column with this very declaration.
	 * @param createTable the table's text in {@code sqlite_schema}
	 * @return whether it is there as declared
	 */
	public boolean standsIn(String createTable) {
		List<Token> column = new ArrayList<>();
		int depth = 0;
		for (Token token : tokens(createTable)) {
			depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
			boolean boundary = (depth == 1) && (token.is("(") || token.is(","));
			if (boundary || (depth == 0 && token.is(")"))) {
				if (!column.isEmpty() && declaration(column).equals(this.declaration)) {
					return true;
				}
				column.clear();
			}
			else if (depth > 0) {
				column.add(token);
			}
		}
		return false;
	}

	private static List<String> declaration(List<Token> tokens) {
		List<String> declaration = new ArrayList<>(tokens.stream().map(Token::text).toList());
		declaration.set(0, tokens.get(0).name());
		return declaration;
	}

	/** Without semicolons. */
	private static List<Token> tokens(String sql) {
		SqlTokens reader = new SqlTokens(sql);
		List<Token> tokens = new ArrayList<>();
		while (reader.next() != SqlTokens.Kind.END) {
			if (reader.kind() != SqlTokens.Kind.SEMICOLON) {
				boolean quoted = reader.kind() == SqlTokens.Kind.QUOTED;
				tokens.add(new Token(quoted ? reader.value() : upper(reader.value()), upper(reader.name())));
			}
		}
		return tokens;
	}

	private static String upper(String text) {
		return text.toUpperCase(Locale.ROOT);
	}

	/**
	 * A token.
	 *
	 * @param text in upper case, but for what stands in quotes
	 * @param name the same as a name: without quotes, in upper case
	 */
	private record Token(String text, String name) {

		boolean is(String keywordOrSymbol) {
			return this.text.equals(keywordOrSymbol);
		}

	}

}
