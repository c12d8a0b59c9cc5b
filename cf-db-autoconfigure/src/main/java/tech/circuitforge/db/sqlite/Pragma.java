package tech.circuitforge.db.sqlite;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A PRAGMA statement, also one that is explained: SQLite sets a PRAGMA while it compiles
 * it.
 *
 * @param schema the schema it names, as written without quotes, or {@code null}
 * @param name its name, in upper case
 * @param value the word or number it is given, in upper case, or {@code null}
 */
public record Pragma(@Nullable String schema, String name, @Nullable String value) {

	private static final Pattern STATEMENT = Pattern.compile("(?:EXPLAIN (?:QUERY PLAN )?)?PRAGMA\\b.*");

	/** Those whose argument asks for something instead of setting it. */
	private static final Set<String> ASKING = Set.of("TABLE_INFO", "TABLE_XINFO", "TABLE_LIST", "INDEX_LIST",
			"INDEX_INFO", "INDEX_XINFO", "FOREIGN_KEY_LIST", "FOREIGN_KEY_CHECK", "INTEGRITY_CHECK", "QUICK_CHECK",
			"WAL_CHECKPOINT", "OPTIMIZE", "INCREMENTAL_VACUUM");

	/** Those of the process, not of the connection. */
	private static final Set<String> PROCESS_WIDE = Set.of("SOFT_HEAP_LIMIT", "HARD_HEAP_LIMIT", "TEMP_STORE_DIRECTORY",
			"DATA_STORE_DIRECTORY");

	/**
	 * Reads a statement.
	 * @param statement any statement
	 * @return the PRAGMA, or {@code null} if it is another kind of statement
	 */
	public static @Nullable Pragma parse(SqlScript.Statement statement) {
		if (!STATEMENT.matcher(statement.words()).matches()) {
			return null;
		}
		SqlTokens tokens = new SqlTokens(statement.text());
		do {
			tokens.next();
		}
		while (!tokens.value().equalsIgnoreCase("PRAGMA"));
		tokens.next();
		String schema = null;
		String name = tokens.name();
		tokens.next();
		if (tokens.isSymbol(".")) {
			schema = name;
			tokens.next();
			name = tokens.name();
			tokens.next();
		}
		return new Pragma(schema, name.toUpperCase(Locale.ROOT), value(tokens));
	}

	private static @Nullable String value(SqlTokens tokens) {
		if (tokens.kind() != SqlTokens.Kind.SYMBOL) {
			return null;
		}
		tokens.next();
		String sign = "";
		if (tokens.isSymbol("-") || tokens.isSymbol("+")) {
			sign = tokens.value();
			tokens.next();
		}
		return (sign + tokens.name()).toUpperCase(Locale.ROOT);
	}

	/**
	 * Tells whether it sets something.
	 * @return whether it has a value that is not a question's
	 */
	public boolean isAssignment() {
		return this.value != null && !ASKING.contains(this.name);
	}

	/**
	 * Tells whether it is about more than the connection.
	 * @return whether the whole process has but one value of it
	 */
	public boolean isProcessWide() {
		return PROCESS_WIDE.contains(this.name);
	}

	/**
	 * Tells whether it decides what a schema may call.
	 * @return whether it is {@code trusted_schema}
	 */
	public boolean isTrust() {
		return this.name.equals("TRUSTED_SCHEMA");
	}

}
