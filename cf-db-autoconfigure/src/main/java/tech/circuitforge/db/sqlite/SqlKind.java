package tech.circuitforge.db.sqlite;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a statement does to the database, told from its words. A wrong guess towards
 * writing costs a wait for a turn; towards reading it would cost SQLITE_BUSY, so whatever
 * is not known to read is taken for writing.
 */
enum SqlKind {

	/** Reads. */
	READ,

	/** Changes rows. */
	WRITE,

	/** Changes the schema. */
	SCHEMA,

	/** Rewrites the file, by way of an attached one of SQLite's own. */
	VACUUM,

	/** Changes the connection itself: a PRAGMA with a value, a temporary table. */
	SESSION,

	/** Reaches a file that the statement names: ATTACH, VACUUM INTO. */
	OTHER_FILE,

	/** Changes SQLite in the whole process: a few PRAGMAs. */
	PROCESS,

	/** Lets a schema call functions that can end the process. */
	TRUST,

	/** BEGIN, COMMIT or ROLLBACK. */
	TRANSACTION,

	/** SAVEPOINT, RELEASE or ROLLBACK TO. */
	SAVEPOINT;

	private static final Set<String> ROW_CHANGES = Set.of("INSERT", "UPDATE", "DELETE", "REPLACE");

	/** PRAGMAs that change the file although they set nothing. */
	private static final Set<String> WRITING = Set.of("OPTIMIZE", "INCREMENTAL_VACUUM");

	/** Whether it needs the turn to write. */
	boolean writes() {
		return this == WRITE || this == SCHEMA || this == VACUUM;
	}

	static SqlKind of(SqlScript.Statement statement) {
		// SQLite sets a PRAGMA while it compiles it: also to explain it.
		Pragma pragma = Pragma.parse(statement);
		if (pragma != null) {
			return of(pragma);
		}
		List<String> words = List.of(statement.words().split("[ ;]+", 4));
		return switch (words.get(0)) {
			case "SELECT", "VALUES", "EXPLAIN" -> READ;
			case "WITH" -> ROW_CHANGES.contains(mainVerb(new SqlTokens(statement.text()))) ? WRITE : READ;
			case "ATTACH" -> OTHER_FILE;
			case "DETACH" -> SESSION;
			case "VACUUM" -> (" " + statement.words()).contains(" INTO ") ? OTHER_FILE : VACUUM;
			case "CREATE" -> (words.size() > 1 && words.get(1).startsWith("TEMP")) ? SESSION : SCHEMA;
			case "BEGIN", "COMMIT", "END" -> TRANSACTION;
			case "ROLLBACK" -> words.contains("TO") ? SAVEPOINT : TRANSACTION;
			case "SAVEPOINT", "RELEASE" -> SAVEPOINT;
			case "INSERT", "UPDATE", "DELETE", "REPLACE" -> WRITE;
			default -> SCHEMA;
		};
	}

	/**
	 * Reads up to the verb of a statement: the first word, or the one that follows the
	 * common table expressions of a WITH (https://www.sqlite.org/lang_with.html), whose
	 * names may be verbs.
	 * @return the verb in upper case, empty if there is none
	 */
	static String mainVerb(SqlTokens tokens) {
		while (tokens.next() == SqlTokens.Kind.SEMICOLON) {
			// An empty statement before it.
		}
		if (!upper(tokens).equals("WITH")) {
			return upper(tokens);
		}
		tokens.next();
		if (upper(tokens).equals("RECURSIVE")) {
			tokens.next();
		}
		// Each has a name, perhaps columns, AS, perhaps MATERIALIZED, and a query.
		while (tokens.kind() != SqlTokens.Kind.END) {
			tokens.next();
			if (tokens.isSymbol("(")) {
				skipParentheses(tokens);
			}
			while (tokens.kind() != SqlTokens.Kind.END && !tokens.isSymbol("(")) {
				tokens.next();
			}
			skipParentheses(tokens);
			if (!tokens.isSymbol(",")) {
				return upper(tokens);
			}
			tokens.next();
		}
		return "";
	}

	/** From an opening parenthesis to what follows the one that closes it. */
	private static void skipParentheses(SqlTokens tokens) {
		int depth = 0;
		do {
			depth += tokens.isSymbol("(") ? 1 : tokens.isSymbol(")") ? -1 : 0;
			tokens.next();
		}
		while (depth > 0 && tokens.kind() != SqlTokens.Kind.END);
	}

	private static String upper(SqlTokens tokens) {
		return tokens.value().toUpperCase(Locale.ROOT);
	}

	private static SqlKind of(Pragma pragma) {
		if (!pragma.isAssignment()) {
			return WRITING.contains(pragma.name()) ? SCHEMA : READ;
		}
		if (pragma.isTrust()) {
			return TRUST;
		}
		return pragma.isProcessWide() ? PROCESS : SESSION;
	}

}
