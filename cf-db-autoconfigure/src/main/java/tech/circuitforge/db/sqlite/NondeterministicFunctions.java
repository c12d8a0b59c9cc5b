package tech.circuitforge.db.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.sqlite.Function;

/**
 * Notes which SQL functions that give another result each time are called on a
 * connection: chance and the current time.
 * <p>
 * Functions of the application come before built-in ones of the same name
 * (https://www.sqlite.org/c3ref/create_function.html), and SQLite treats
 * {@code CURRENT_TIMESTAMP} and its kin as calls too. So the built-in ones are covered by
 * functions that note the call and pass it on to a connection of their own. A default or
 * a trigger that merely mentions one calls nothing.
 */
public final class NondeterministicFunctions implements AutoCloseable {

	private static final List<String> CHANCE = List.of("random", "randomblob");

	private static final List<String> NOW = List.of("current_time", "current_date", "current_timestamp");

	/** They tell the current time only if asked to. */
	private static final List<String> TIME = List.of("date", "time", "datetime", "julianday", "unixepoch", "strftime",
			"timediff");

	private static final int ANY_NUMBER = -1;

	/**
	 * As the built-in ones are: with {@code trusted_schema} off, defaults and triggers
	 * can call no others (https://www.sqlite.org/c3ref/c_deterministic.html).
	 */
	private static final int INNOCUOUS = 0x0020_0000;

	private static final int DETERMINISTIC = Function.FLAG_DETERMINISTIC | INNOCUOUS;

	private final SqliteConnection builtIn;

	private final SortedSet<String> called = Collections.synchronizedSortedSet(new TreeSet<>());

	private NondeterministicFunctions(SqliteConnection builtIn) {
		this.builtIn = builtIn;
	}

	/**
	 * Begins to note calls.
	 * @param connection whose calls, from now until it is closed
	 * @param connections opens a connection to answer the calls
	 * @return the notes
	 * @throws SQLException if the functions cannot be covered
	 */
	public static NondeterministicFunctions watch(SqliteConnection connection, SqliteConnections connections)
			throws SQLException {
		NondeterministicFunctions watch = new NondeterministicFunctions(connections.openInMemory());
		try {
			for (String name : CHANCE) {
				Function.create(connection, name, watch.new Covered(name), ANY_NUMBER, INNOCUOUS);
			}
			// SQLite allows these in indexes and checks, which want deterministic ones.
			for (String name : NOW) {
				Function.create(connection, name, watch.new Covered(name), 0, DETERMINISTIC);
			}
			for (String name : TIME) {
				Function.create(connection, name, watch.new Covered(name), ANY_NUMBER, DETERMINISTIC);
			}
			return watch;
		}
		catch (SQLException ex) {
			watch.close();
			throw ex;
		}
	}

	/**
	 * Returns what was called so far.
	 * @return names of functions, in alphabetical order
	 */
	public SortedSet<String> called() {
		return Collections.unmodifiableSortedSet(this.called);
	}

	@Override
	public void close() throws SQLException {
		this.builtIn.close();
	}

	private final class Covered extends Function {

		private final String name;

		Covered(String name) {
			this.name = name;
		}

		@Override
		protected void xFunc() throws SQLException {
			@Nullable Object[] arguments = new @Nullable Object[args()];
			for (int i = 0; i < arguments.length; i++) {
				arguments[i] = argument(i);
			}
			if (!isDeterministic(arguments)) {
				NondeterministicFunctions.this.called.add(this.name);
			}
			answer(builtIn(arguments));
		}

		/**
		 * A point in time that is given in digits is the same each time, if it is not to
		 * be converted between time zones.
		 */
		private boolean isDeterministic(@Nullable Object[] arguments) {
			if (!TIME.contains(this.name)) {
				return false;
			}
			int first = this.name.equals("strftime") ? 1 : 0;
			int last = this.name.equals("timediff") ? 1 : first;
			for (int i = first; i <= last; i++) {
				if (i >= arguments.length || !startsWithDigit(arguments[i])) {
					return false;
				}
			}
			for (@Nullable
			Object argument : arguments) {
				String text = String.valueOf(argument).toLowerCase(Locale.ROOT);
				if (text.contains("localtime") || text.contains("utc")) {
					return false;
				}
			}
			return true;
		}

		private static boolean startsWithDigit(@Nullable Object value) {
			// NULL gives NULL, always.
			return value == null || String.valueOf(value).matches("(?s)\\s*[-+]?\\d.*");
		}

		private @Nullable Object argument(int index) throws SQLException {
			return switch (value_type(index)) {
				case 1 -> value_long(index);
				case 2 -> value_double(index);
				case 3 -> value_text(index);
				case 4 -> value_blob(index);
				default -> null;
			};
		}

		private @Nullable Object builtIn(@Nullable Object[] arguments) throws SQLException {
			String call = NOW.contains(this.name) ? this.name
					: this.name + "(" + String.join(", ", Collections.nCopies(arguments.length, "?")) + ")";
			try (PreparedStatement select = NondeterministicFunctions.this.builtIn.prepareStatement("SELECT " + call)) {
				for (int i = 0; i < arguments.length; i++) {
					select.setObject(i + 1, arguments[i]);
				}
				try (ResultSet row = select.executeQuery()) {
					return row.next() ? row.getObject(1) : null;
				}
			}
		}

		private void answer(@Nullable Object value) throws SQLException {
			if (value == null) {
				result();
			}
			else if (value instanceof byte[] bytes) {
				result(bytes);
			}
			else if (value instanceof Double number) {
				result(number);
			}
			else if (value instanceof Number number) {
				result(number.longValue());
			}
			else {
				result(String.valueOf(value));
			}
		}

	}

}
