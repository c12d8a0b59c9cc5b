package tech.circuitforge.db.sqlite;

import java.util.List;
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

	/** Changes the schema, or the file as a whole. */
	SCHEMA,

	/**
	 * Changes the connection itself: a PRAGMA with a value, ATTACH, a temporary table.
	 */
	SESSION,

	/** BEGIN, COMMIT or ROLLBACK. */
	TRANSACTION,

	/** SAVEPOINT, RELEASE or ROLLBACK TO. */
	SAVEPOINT;

	private static final List<String> WRITING = List.of("INSERT", "UPDATE", "DELETE", "REPLACE");

	/** PRAGMAs whose argument asks for something instead of setting it. */
	private static final Set<String> ASKING = Set.of("TABLE_INFO", "TABLE_XINFO", "TABLE_LIST", "INDEX_LIST",
			"INDEX_INFO", "INDEX_XINFO", "FOREIGN_KEY_LIST", "FOREIGN_KEY_CHECK", "INTEGRITY_CHECK", "QUICK_CHECK",
			"WAL_CHECKPOINT", "OPTIMIZE", "INCREMENTAL_VACUUM");

	/** Whether it needs the turn to write. */
	boolean writes() {
		return this == WRITE || this == SCHEMA;
	}

	static SqlKind of(SqlScript.Statement statement) {
		List<String> words = List.of(statement.words().split("[ ;]+", 4));
		return switch (words.get(0)) {
			case "SELECT", "VALUES", "EXPLAIN" -> READ;
			case "WITH" -> containsWrite(statement) ? WRITE : READ;
			case "PRAGMA" -> setsSomething(statement, words) ? SESSION : READ;
			case "ATTACH", "DETACH" -> SESSION;
			case "CREATE" -> (words.size() > 1 && words.get(1).startsWith("TEMP")) ? SESSION : SCHEMA;
			case "BEGIN", "COMMIT", "END" -> TRANSACTION;
			case "ROLLBACK" -> words.contains("TO") ? SAVEPOINT : TRANSACTION;
			case "SAVEPOINT", "RELEASE" -> SAVEPOINT;
			case "INSERT", "UPDATE", "DELETE", "REPLACE" -> WRITE;
			default -> SCHEMA;
		};
	}

	private static boolean containsWrite(SqlScript.Statement statement) {
		String words = " " + statement.words();
		return WRITING.stream().anyMatch((word) -> words.contains(" " + word + " "));
	}

	private static boolean setsSomething(SqlScript.Statement statement, List<String> words) {
		String text = statement.text();
		if (text.indexOf('=') < 0 && text.indexOf('(') < 0) {
			return false;
		}
		// The name may follow a schema: PRAGMA main.table_info(x).
		return words.stream().noneMatch(ASKING::contains);
	}

}
