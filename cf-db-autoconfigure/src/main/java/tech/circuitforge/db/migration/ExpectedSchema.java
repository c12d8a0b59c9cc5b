package tech.circuitforge.db.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.sqlite.Schema;
import tech.circuitforge.db.sqlite.SchemaEntry;
import tech.circuitforge.db.sqlite.SchemaEntry.Kind;
import tech.circuitforge.db.sqlite.SchemaException;

/**
 * What a database may consist of that has certain migrations.
 * <p>
 * Runners that do not put a script into a transaction may have left one half applied. So
 * whatever stands there after one of the statements still to come may be there already.
 */
final class ExpectedSchema {

	private static final String HISTORY = "_migrations";

	/** What columns of the history may be made of. */
	private static final Set<String> HISTORY_WORDS = Set.of("text", "integer", "timestamp", "datetime", "primary",
			"key", "not", "null", "default", "current_timestamp", "(", ")", "'now'");

	private static final Set<String> HISTORY_COLUMNS = Set.of("name", "applied_at", "checksum", "duration_ms");

	/** FTS4 makes this one when it is first needed. */
	private static final Set<String> LATE_SHADOW = Set.of("id integer primary key", "value blob");

	/**
	 * Functions whose time and result grow with what they are given and no more, of those
	 * that rules for rows are made of.
	 */
	private static final Set<String> HARMLESS = Set.of("abs", "char", "coalesce", "date", "datetime", "ifnull", "iif",
			"json_valid", "julianday", "length", "lower", "ltrim", "max", "min", "nullif", "round", "rtrim", "sign",
			"strftime", "substr", "substring", "time", "trim", "typeof", "unicode", "unixepoch", "upper");

	/** Operators that call functions which can take for ever. */
	private static final Set<String> CALLING = Set.of("like", "glob", "regexp", "match", ";");

	/**
	 * The schema with the applied migrations first, then after each further statement.
	 */
	private final List<Schema> states;

	ExpectedSchema(List<Schema> states) {
		this.states = List.copyOf(states);
	}

	/**
	 * Refuses a schema that the scripts do not make.
	 * @param actual the schema
	 * @param rule whether it may have more tables and indexes
	 * @param functions names of all functions that SQL can call
	 */
	void refuseOther(Schema actual, SchemaRule rule, Set<String> functions) throws SchemaException {
		for (Map.Entry<String, SchemaEntry> one : actual.entries().entrySet()) {
			SchemaEntry entry = one.getValue();
			if (one.getKey().equals(HISTORY) && !base().entries().isEmpty()) {
				// Other runners make it in their own way.
				continue;
			}
			List<SchemaEntry> expected = expected(one.getKey());
			if (expected.isEmpty()) {
				refuseAdded(entry, rule, functions);
			}
			else {
				refuseChanged(entry, expected);
			}
		}
		for (Map.Entry<String, SchemaEntry> one : base().entries().entrySet()) {
			boolean inAll = this.states.stream().allMatch((state) -> state.entries().containsKey(one.getKey()));
			if (inAll && !actual.entries().containsKey(one.getKey()) && !one.getKey().equals(HISTORY)) {
				throw new SchemaException("it lacks the " + one.getValue() + " of the migrations that it says it has");
			}
		}
	}

	private Schema base() {
		return this.states.get(0);
	}

	private List<SchemaEntry> expected(String key) {
		List<SchemaEntry> expected = new ArrayList<>();
		for (Schema state : this.states) {
			SchemaEntry entry = state.entries().get(key);
			if (entry != null) {
				expected.add(entry);
			}
		}
		return expected;
	}

	/**
	 * Refuses another kind, or a column that computes something: the runner would run it.
	 * @param schema a file's schema
	 */
	static void refuseOtherHistory(Schema schema) throws SchemaException {
		SchemaEntry entry = schema.entries().get(HISTORY);
		if (entry == null) {
			throw new SchemaException("it has no table _migrations: it is not of this application");
		}
		if (entry.kind() != Kind.TABLE) {
			throw new SchemaException("its _migrations is a %s and no table".formatted(entry.kind()));
		}
		for (String part : entry.parts()) {
			List<String> words = List.of(part.split(" ", -1));
			boolean head = part.equals("create table _migrations");
			boolean column = HISTORY_COLUMNS.contains(words.get(0))
					&& words.stream().skip(1).allMatch((word) -> HISTORY_WORDS.contains(word));
			if (!head && !column) {
				throw new SchemaException("its table _migrations is not the one of migrations: " + Schema.shown(part));
			}
		}
	}

	private void refuseChanged(SchemaEntry entry, List<SchemaEntry> expected) throws SchemaException {
		for (SchemaEntry one : expected) {
			if (one.equals(entry)) {
				return;
			}
		}
		SchemaEntry first = expected.get(0);
		if (entry.kind() != Kind.TABLE || first.kind() != Kind.TABLE) {
			throw new SchemaException("its %s is not what the migrations make".formatted(entry));
		}
		for (String part : entry.parts()) {
			if (expected.stream().noneMatch((one) -> one.parts().contains(part))) {
				throw new SchemaException(
						"its %s has what no migration makes: %s".formatted(entry, Schema.shown(part)));
			}
		}
		for (String part : first.parts()) {
			if (expected.stream().allMatch((one) -> one.parts().contains(part)) && !entry.parts().contains(part)) {
				throw new SchemaException(
						"its %s lacks what the migrations make: %s".formatted(entry, Schema.shown(part)));
			}
		}
	}

	private void refuseAdded(SchemaEntry entry, SchemaRule rule, Set<String> functions) throws SchemaException {
		if (isLateShadow(entry)) {
			return;
		}
		boolean allowed = rule == SchemaRule.ANY && (entry.kind() == Kind.TABLE || entry.kind() == Kind.INDEX);
		if (!allowed) {
			throw new SchemaException("it has a %s, which no migration makes".formatted(entry));
		}
		String call = dangerousCall(entry, functions);
		if (call != null) {
			throw new SchemaException(
					"its %s, which no migration makes, computes something: %s".formatted(entry, Schema.shown(call)));
		}
	}

	private boolean isLateShadow(SchemaEntry entry) {
		if (entry.kind() != Kind.TABLE || !entry.name().endsWith("_stat")) {
			return false;
		}
		String owner = entry.name().substring(0, entry.name().length() - "_stat".length());
		return expected(owner).stream().anyMatch((one) -> one.kind() == Kind.VIRTUAL_TABLE)
				&& entry.parts().size() == LATE_SHADOW.size() + 1 && entry.parts().containsAll(LATE_SHADOW);
	}

	/**
	 * Rules for rows, computed columns and indexes cannot loop: only one call of a
	 * function can take for ever, or all memory.
	 */
	private static @Nullable String dangerousCall(SchemaEntry entry, Set<String> functions) {
		for (String part : entry.parts()) {
			String before = "";
			for (String word : part.split(" ", -1)) {
				boolean call = word.equals("(") && functions.contains(before) && !HARMLESS.contains(before);
				if (call || CALLING.contains(word)) {
					return part;
				}
				before = word.startsWith("\"") ? word.substring(1, word.length() - 1) : word;
			}
		}
		return null;
	}

}
