package tech.circuitforge.db.sqlite;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Finds calls of those of the driver's extra functions that end the process: they write
 * or read beyond their memory (replicate, padl, padr, padc, rightstr), or call themselves
 * once for each row (mode, lower_quartile, upper_quartile)
 * (https://github.com/xerial/sqlite-jdbc/issues/1268).
 * <p>
 * In a schema, {@code PRAGMA trusted_schema = OFF} keeps all extra functions from being
 * called. In SQL they are looked for here, once for each text that is compiled. A column
 * or a table may have such a name: only what is followed by a parenthesis is a call.
 */
public final class UnsafeFunctions {

	private static final Pattern NAMES = Pattern
		.compile("(?i)(?<![0-9a-z_$\\x80-\\x{10FFFF}])(?:replicate|pad[lrc]|rightstr|mode|(?:lower|upper)_quartile)"
				+ "(?![0-9a-z_$\\x80-\\x{10FFFF}])");

	private static final Set<String> TABLE_FOLLOWS = Set.of("INTO", "TABLE", "EXISTS", "REFERENCES", "WITH",
			"RECURSIVE", ".");

	private UnsafeFunctions() {
	}

	/**
	 * Finds a call.
	 * @param sql a statement
	 * @return the name of the first such function that it calls, or {@code null}
	 */
	public static @Nullable String findCall(String sql) {
		// Nearly always there is none.
		return NAMES.matcher(sql).find() ? findCallIn(sql) : null;
	}

	private static @Nullable String findCallIn(String sql) {
		SqlTokens tokens = new SqlTokens(sql);
		boolean index = isIndex(sql);
		String beforeName = "";
		// As far as it is no name in quotes: those may be any word.
		String keyword = "";
		String name = "";
		while (tokens.next() != SqlTokens.Kind.END) {
			if (tokens.isSymbol("(") && NAMES.matcher(name).matches() && !isTable(beforeName, index)) {
				return name;
			}
			boolean quoted = tokens.kind() == SqlTokens.Kind.QUOTED;
			beforeName = keyword;
			keyword = quoted ? "" : tokens.value().toUpperCase(Locale.ROOT);
			// SQLite takes no string for the name of a function.
			name = tokens.value().startsWith("'") ? "" : tokens.name();
		}
		return null;
	}

	private static boolean isIndex(String sql) {
		List<SqlScript.Statement> statements = SqlScript.split(sql);
		return statements.size() == 1 && (statements.get(0).startsWith("CREATE INDEX")
				|| statements.get(0).startsWith("CREATE UNIQUE INDEX"));
	}

	/** Whether what follows such a word is a table with its columns. */
	private static boolean isTable(String word, boolean index) {
		return TABLE_FOLLOWS.contains(word) || (index && word.equals("ON"));
	}

	/**
	 * Says what is wrong with a call.
	 * @param name the name of the function
	 * @return a sentence or two, without the last full stop
	 */
	public static String refusal(String name) {
		return ("%s() of the SQLite driver can end the whole process, so it is not to be called. Do in Java what it "
				+ "does, or use SQLite's own functions (printf, substr, percentile)")
			.formatted(name);
	}

}
