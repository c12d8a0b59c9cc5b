package tech.circuitforge.db.migration;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.sqlite.Pragma;
import tech.circuitforge.db.sqlite.SqlScript;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteException;

/**
 * Settings and temporary tables: what a script leaves on its connection, and would not
 * leave to the next one if that were applied at another start. So each script finds what
 * a new connection has.
 */
final class SessionState {

	/** Those that are in the file, and one that does nothing in a transaction. */
	private static final Set<String> OTHERS = Set.of("USER_VERSION", "APPLICATION_ID", "SCHEMA_VERSION",
			"DEFAULT_CACHE_SIZE", "FOREIGN_KEYS");

	/** In all spellings of CREATE TEMPORARY TABLE and of the schema temp. */
	private static final Pattern TEMPORARY = Pattern.compile("(?i)temp");

	private final SqliteConnection connection;

	/** PRAGMAs that bring back what was before. */
	private final Set<String> settings = new LinkedHashSet<>();

	private boolean temporary;

	private SessionState(SqliteConnection connection) {
		this.connection = connection;
	}

	/** Notes what a script that is about to run may change. */
	static SessionState before(SqliteConnection connection, Migration migration) throws SQLException {
		SessionState state = new SessionState(connection);
		for (SqlScript.Statement statement : migration.statements()) {
			Pragma pragma = Pragma.parse(statement);
			if (pragma != null && pragma.isAssignment() && !OTHERS.contains(pragma.name())) {
				state.note(pragma);
			}
			state.temporary |= TEMPORARY.matcher(statement.text()).find();
		}
		return state;
	}

	private void note(Pragma pragma) throws SQLException {
		String name = (pragma.schema() != null) ? quoted(pragma.schema()) + "." + pragma.name() : pragma.name();
		// The first cannot be asked for; the second makes SQLite read what was written.
		String before = switch (pragma.name()) {
			case "CASE_SENSITIVE_LIKE" -> "OFF";
			case "WRITABLE_SCHEMA" -> "RESET";
			default -> value(name);
		};
		if (before != null) {
			this.settings.add("PRAGMA %s = %s".formatted(name, quoted(before)));
		}
	}

	private @Nullable String value(String pragma) throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet row = statement.executeQuery("PRAGMA " + pragma)) {
			return row.next() ? row.getString(1) : null;
		}
		catch (SqliteException ex) {
			if (ex.isOfEnvironment()) {
				throw ex;
			}
			// There is none such; if that is a fault, the script's statement says so.
			return null;
		}
	}

	/** Brings it back; in the script's transaction. */
	void restore() throws SQLException {
		for (String setting : this.settings) {
			this.connection.runScript(setting);
		}
		if (this.temporary) {
			for (String drop : dropTemporary()) {
				this.connection.runScript(drop);
			}
		}
	}

	/** What depends on others first; a virtual table takes its own tables along. */
	private List<String> dropTemporary() throws SQLException {
		List<String> drops = new ArrayList<>();
		try (Statement statement = this.connection.createStatement(); ResultSet rows = statement.executeQuery("""
				SELECT format('DROP %s IF EXISTS temp."%w"', type, name) FROM temp.sqlite_schema
				WHERE type <> 'index' AND name <> 'sqlite_sequence'
				ORDER BY type = 'table', rootpage > 0""")) {
			while (rows.next()) {
				drops.add(rows.getString(1));
			}
		}
		return drops;
	}

	private static String quoted(String text) {
		return "'" + text.replace("'", "''") + "'";
	}

}
