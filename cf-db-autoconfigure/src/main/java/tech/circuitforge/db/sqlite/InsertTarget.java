package tech.circuitforge.db.sqlite;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Finds the table that a statement inserts into
 * (https://www.sqlite.org/lang_insert.html).
 */
final class InsertTarget {

	private InsertTarget() {
	}

	/**
	 * Reads a statement.
	 * @param sql one statement that SQLite has accepted
	 * @return the table's name in lower case, or {@code null} if it inserts nothing
	 */
	static @Nullable String of(String sql) {
		SqlTokens tokens = new SqlTokens(sql);
		String verb = SqlKind.mainVerb(tokens);
		if (!verb.equals("INSERT") && !verb.equals("REPLACE")) {
			return null;
		}
		while (tokens.next() != SqlTokens.Kind.END) {
			if (tokens.kind() == SqlTokens.Kind.WORD && tokens.value().equalsIgnoreCase("INTO")) {
				return target(tokens);
			}
		}
		return null;
	}

	/** Whether a statement that inserts may update a row instead. */
	static boolean mayUpdate(String sql) {
		SqlTokens tokens = new SqlTokens(sql);
		boolean afterDo = false;
		while (tokens.next() != SqlTokens.Kind.END) {
			boolean word = tokens.kind() == SqlTokens.Kind.WORD;
			if (word && afterDo && tokens.value().equalsIgnoreCase("UPDATE")) {
				return true;
			}
			afterDo = word && tokens.value().equalsIgnoreCase("DO");
		}
		return false;
	}

	private static String target(SqlTokens tokens) {
		tokens.next();
		String name = tokens.name();
		tokens.next();
		if (tokens.isSymbol(".")) {
			tokens.next();
			name = tokens.name();
		}
		return name.toLowerCase(Locale.ROOT);
	}

}
