package tech.circuitforge.db.sqlite;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What one CREATE statement of a schema makes, however it is written: without comments,
 * blanks and the case of names and keywords, and whichever quotes stand around a name.
 *
 * @param kind what it makes, told from its text; SQLite does not look at the column
 * {@code type} either
 * @param name its name in the schema, in lower case
 * @param table the table it belongs to, in lower case
 * @param parts a table's head, columns, constraints and options, in any order; the whole
 * statement of anything else
 */
public record SchemaEntry(Kind kind, String name, String table, Set<String> parts) {

	/**
	 * Words that are another thing in quotes, a name: {@code TEXT "not" NULL} allows
	 * nulls.
	 */
	private static final Set<String> STRUCTURE = Set.of("all", "always", "and", "as", "asc", "autoincrement", "between",
			"case", "cast", "check", "collate", "constraint", "cross", "current_date", "current_time",
			"current_timestamp", "default", "deferrable", "desc", "distinct", "else", "end", "escape", "except",
			"exists", "false", "filter", "foreign", "from", "full", "generated", "glob", "group", "having", "in",
			"inner", "intersect", "is", "isnull", "join", "left", "like", "limit", "match", "natural", "not", "notnull",
			"null", "on", "or", "order", "outer", "over", "primary", "raise", "references", "regexp", "right", "select",
			"set", "then", "true", "union", "unique", "using", "values", "when", "where", "without");

	private static final Pattern WORD = Pattern.compile("[0-9a-z_$\\x80-\\x{10FFFF}]+");

	/** Creates a copy. */
	public SchemaEntry {
		parts = Set.copyOf(parts);
	}

	/** What a statement makes. */
	public enum Kind {

		/** A table with rows of its own. */
		TABLE,

		/** A table of a module, such as FTS5. */
		VIRTUAL_TABLE,

		/** An index with a statement of its own. */
		INDEX,

		/** A view. */
		VIEW,

		/** A trigger. */
		TRIGGER,

		/** None of these. */
		OTHER;

		/** As in "a virtual table". */
		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT).replace('_', ' ');
		}

	}

	/**
	 * Reads a statement.
	 * @param name its name in the schema
	 * @param table the table it belongs to
	 * @param sql its text
	 * @return what it makes
	 */
	public static SchemaEntry of(String name, String table, String sql) {
		List<String> tokens = tokens(sql);
		Kind kind = kind(tokens);
		Set<String> parts = (kind == Kind.TABLE) ? partsOfTable(tokens) : Set.of(String.join(" ", tokens));
		return new SchemaEntry(kind, lowerCase(name), lowerCase(table), parts);
	}

	/** Whether its statement gives it the name that the schema gives it. */
	boolean isNamed(String sql) {
		List<String> tokens = tokens(sql);
		int position = switch (this.kind) {
			case VIRTUAL_TABLE -> 3;
			case INDEX -> tokens.get(1).equals("unique") ? 3 : 2;
			default -> 2;
		};
		String token = (position < tokens.size()) ? tokens.get(position) : "";
		if (token.length() > 1 && (token.charAt(0) == '"' || token.charAt(0) == '\'')) {
			String quote = token.substring(0, 1);
			token = lowerCase(token.substring(1, token.length() - 1).replace(quote + quote, quote));
		}
		return token.equals(this.name);
	}

	/** Triggers may have the name of something else. */
	String key() {
		return (this.kind == Kind.TRIGGER) ? "trigger " + this.name : this.name;
	}

	/** As in "a trigger t", for messages. */
	@Override
	public String toString() {
		return this.kind.toString() + " \"" + Schema.shown(this.name) + '"';
	}

	private static Kind kind(List<String> tokens) {
		if (tokens.size() < 3 || !tokens.get(0).equals("create")) {
			return Kind.OTHER;
		}
		return switch (tokens.get(1)) {
			case "table" -> Kind.TABLE;
			case "index" -> Kind.INDEX;
			case "unique" -> tokens.get(2).equals("index") ? Kind.INDEX : Kind.OTHER;
			case "view" -> Kind.VIEW;
			case "trigger" -> Kind.TRIGGER;
			case "virtual" -> tokens.get(2).equals("table") ? Kind.VIRTUAL_TABLE : Kind.OTHER;
			default -> Kind.OTHER;
		};
	}

	/**
	 * Late scripts, and ALTER TABLE ADD COLUMN before or after one another, give a table
	 * the same columns in another order.
	 */
	private static Set<String> partsOfTable(List<String> tokens) {
		Set<String> parts = new LinkedHashSet<>();
		int open = tokens.indexOf("(");
		if (open < 0) {
			return Set.of(String.join(" ", tokens));
		}
		parts.add(String.join(" ", tokens.subList(0, open)));
		int depth = 0;
		int start = open + 1;
		for (int i = open; i < tokens.size(); i++) {
			String token = tokens.get(i);
			if (token.equals("(")) {
				depth++;
			}
			else if (token.equals(")")) {
				depth--;
			}
			boolean ends = depth == 0;
			if (ends || (depth == 1 && token.equals(","))) {
				// Twice the same is not the same as once.
				String part = String.join(" ", tokens.subList(start, i));
				parts.add(parts.contains(part) ? part + " twice" : part);
				start = i + 1;
			}
			if (ends) {
				break;
			}
		}
		if (start < tokens.size()) {
			parts.add(") " + String.join(" ", tokens.subList(start, tokens.size())));
		}
		return parts;
	}

	private static List<String> tokens(String sql) {
		List<String> tokens = new ArrayList<>();
		SqlTokens reader = new SqlTokens(sql);
		while (reader.next() != SqlTokens.Kind.END) {
			tokens.add(switch (reader.kind()) {
				case QUOTED -> quoted(reader);
				case WORD -> lowerCase(reader.value());
				default -> reader.value();
			});
		}
		return tokens;
	}

	/** A string stays as it is; a name loses its quotes if it means the same without. */
	private static String quoted(SqlTokens token) {
		if (token.value().startsWith("'") || token.value().length() < 2) {
			return token.value();
		}
		String name = lowerCase(token.name());
		boolean plain = WORD.matcher(name).matches() && !STRUCTURE.contains(name);
		return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
	}

	/** As SQLite does: letters of other alphabets have a case there. */
	static String lowerCase(String name) {
		StringBuilder lower = new StringBuilder(name);
		for (int i = 0; i < lower.length(); i++) {
			char c = lower.charAt(i);
			if (c >= 'A' && c <= 'Z') {
				lower.setCharAt(i, (char) (c + ('a' - 'A')));
			}
		}
		return lower.toString();
	}

}
