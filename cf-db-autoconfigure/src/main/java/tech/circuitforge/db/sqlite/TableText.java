package tech.circuitforge.db.sqlite;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What only the text of a CREATE TABLE statement tells, and no PRAGMA does: the names of
 * constraints, and when foreign keys are checked
 * (https://www.sqlite.org/lang_createtable.html).
 */
final class TableText {

	private @Nullable String primaryKey;

	private boolean autoincrement;

	private final List<ForeignKey> foreignKeys = new ArrayList<>(0);

	private TableText() {
	}

	/**
	 * Reads the text.
	 * @param sql as the schema has it, or {@code null} if it has none
	 */
	static TableText of(@Nullable String sql) {
		TableText text = new TableText();
		if (sql != null) {
			text.read(new SqlTokens(sql));
		}
		return text;
	}

	private void read(SqlTokens tokens) {
		int depth = 0;
		String constraint = null;
		String before = "";
		while (tokens.next() != SqlTokens.Kind.END) {
			if (tokens.isSymbol("(")) {
				depth++;
			}
			else if (tokens.isSymbol(")")) {
				depth--;
			}
			else if (tokens.isSymbol(",") && depth == 1) {
				constraint = null;
			}
			if (tokens.kind() != SqlTokens.Kind.WORD || depth != 1) {
				before = tokens.isSymbol(",") ? "" : before;
				continue;
			}
			String word = tokens.value().toUpperCase(Locale.ROOT);
			switch (word) {
				case "CONSTRAINT" -> {
					tokens.next();
					constraint = tokens.name();
				}
				case "PRIMARY" -> {
					this.primaryKey = constraint;
					constraint = null;
				}
				case "AUTOINCREMENT" -> this.autoincrement = true;
				case "REFERENCES" -> {
					this.foreignKeys.add(new ForeignKey(constraint, false));
					constraint = null;
				}
				case "DEFERRED" -> {
					if (before.equals("INITIALLY") && !this.foreignKeys.isEmpty()) {
						int last = this.foreignKeys.size() - 1;
						this.foreignKeys.set(last, new ForeignKey(this.foreignKeys.get(last).name(), true));
					}
				}
				case "CHECK", "UNIQUE", "DEFAULT", "COLLATE", "GENERATED" -> constraint = null;
				default -> {
					// nothing to note
				}
			}
			before = word;
		}
	}

	@Nullable String primaryKey() {
		return this.primaryKey;
	}

	boolean isAutoincrement() {
		return this.autoincrement;
	}

	/**
	 * A foreign key by SQLite's own number of it, which counts from the last one
	 * backwards.
	 * @param id the number in {@code PRAGMA foreign_key_list}
	 */
	ForeignKey foreignKey(int id) {
		int index = this.foreignKeys.size() - 1 - id;
		return (index >= 0) ? this.foreignKeys.get(index) : new ForeignKey(null, false);
	}

	/**
	 * What the text says of a foreign key.
	 *
	 * @param name of its constraint, if it has one
	 * @param deferred whether it is checked at the end of the transaction
	 */
	record ForeignKey(@Nullable String name, boolean deferred) {

	}

}
