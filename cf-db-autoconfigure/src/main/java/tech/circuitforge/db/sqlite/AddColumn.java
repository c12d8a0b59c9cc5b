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
		List<String> tokens = tokens(statement.text());
		int table = (tokens.size() > 3 && tokens.get(3).equals(".")) ? 4 : 2;
		int name = table + 2;
		if (tokens.size() > name && tokens.get(name).equals("COLUMN")) {
			name++;
		}
		if (tokens.size() <= name || !tokens.get(table + 1).equals("ADD")) {
			return null;
		}
		return new AddColumn(unquoted(tokens.get(table)), declaration(tokens.subList(name, tokens.size())));
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
		List<String> column = new ArrayList<>();
		int depth = 0;
		for (String token : tokens(createTable)) {
			depth += token.equals("(") ? 1 : token.equals(")") ? -1 : 0;
			boolean boundary = (depth == 1) && (token.equals("(") || token.equals(","));
			if (boundary || (depth == 0 && token.equals(")"))) {
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

	private static List<String> declaration(List<String> tokens) {
		List<String> declaration = new ArrayList<>(tokens);
		declaration.set(0, unquoted(tokens.get(0)));
		return declaration;
	}

	/** In upper case, but for what stands in quotes; without semicolons. */
	private static List<String> tokens(String sql) {
		SqlTokens reader = new SqlTokens(sql);
		List<String> tokens = new ArrayList<>();
		while (reader.next() != SqlTokens.Kind.END) {
			switch (reader.kind()) {
				case WORD -> tokens.add(reader.value().toUpperCase(Locale.ROOT));
				case QUOTED, SYMBOL -> tokens.add(reader.value());
				default -> {
					// a semicolon, which ends the statement
				}
			}
		}
		return tokens;
	}

	private static String unquoted(String name) {
		boolean quoted = !name.isEmpty() && "\"`['".indexOf(name.charAt(0)) >= 0;
		return (quoted ? name.substring(1, Math.max(1, name.length() - 1)) : name).toUpperCase(Locale.ROOT);
	}

}
