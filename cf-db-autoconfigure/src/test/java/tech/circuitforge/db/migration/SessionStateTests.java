package tech.circuitforge.db.migration;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;
import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.db.sqlite.TestConnections.look;
import static tech.circuitforge.db.sqlite.TestConnections.query;
import static tech.circuitforge.db.sqlite.TestConnections.run;

/**
 * What a script leaves on its connection does not reach the next one, whether both are
 * applied at one start or at two.
 */
class SessionStateTests {

	private static final Migration TABLES = migration("001_tables.sql", """
			CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT CHECK (x <> 'bad'));
			CREATE TABLE seen (what);
			CREATE TABLE tree (id INTEGER PRIMARY KEY, depth INTEGER);
			CREATE TRIGGER grow AFTER INSERT ON tree WHEN new.depth < 3 BEGIN
			  INSERT INTO tree (depth) VALUES (new.depth + 1);
			END;
			INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c');
			""");

	private final SqliteConnections connections = TestConnections.connections();

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "PRAGMA case_sensitive_like = ON", "PRAGMA recursive_triggers = 1",
			"PRAGMA main.recursive_triggers(on)", "EXPLAIN PRAGMA recursive_triggers = 1",
			"PRAGMA 'reverse_unordered_selects' = TRUE", "PRAGMA legacy_alter_table = ON", "PRAGMA cache_size = -17",
			"PRAGMA busy_timeout = 7", "PRAGMA query_only = ON", "PRAGMA query_only = 1; PRAGMA query_only = 0",
			"PRAGMA locking_mode = EXCLUSIVE", "PRAGMA max_page_count = 1000", "PRAGMA secure_delete = FAST",
			"PRAGMA temp.cache_size = 9", "PRAGMA temp_store = MEMORY", "PRAGMA full_column_names = ON",
			"CREATE TEMP TABLE seen (what)", "CREATE TABLE temp.seen (what)",
			"CREATE VIEW \"temp\".seen AS SELECT 1 AS what",
			"CREATE TEMP TABLE other (x); CREATE TEMP TABLE seen (what REFERENCES other); "
					+ "CREATE INDEX temp.i ON seen (what); CREATE TEMP VIEW v AS SELECT * FROM seen",
			"CREATE VIRTUAL TABLE temp.seen USING fts5 (what)",
			"CREATE TEMP TABLE numbered (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO numbered VALUES (7)",
			"CREATE TEMP TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO seen VALUES ('by a trigger'); END" })
	void nothingReachesTheNextScript(String leaving) throws SQLException {
		Migration first = migration("002_leaving.sql", leaving);
		Migration next = migration("003_next.sql", """
				INSERT INTO seen SELECT 'a' LIKE 'A';
				INSERT INTO seen SELECT * FROM (SELECT x FROM t LIMIT 1);
				INSERT INTO tree (depth) VALUES (1);
				INSERT INTO t VALUES (4, 'd');
				INSERT INTO main.seen SELECT name FROM temp.sqlite_schema WHERE name <> 'sqlite_sequence';
				INSERT INTO main.seen SELECT * FROM pragma_legacy_alter_table;
				INSERT INTO main.seen SELECT * FROM pragma_cache_size;
				INSERT INTO main.seen SELECT * FROM pragma_busy_timeout;
				INSERT INTO main.seen SELECT * FROM pragma_query_only;
				INSERT INTO main.seen SELECT * FROM pragma_locking_mode;
				INSERT INTO main.seen SELECT * FROM pragma_secure_delete;
				INSERT INTO main.seen SELECT * FROM pragma_temp_store;
				INSERT INTO main.seen SELECT * FROM pragma_full_column_names;
				INSERT INTO main.seen SELECT * FROM pragma_max_page_count;
				""");
		Path atOnce = this.directory.resolve("at-once.db");
		Path inTwo = this.directory.resolve("in-two.db");
		migrate(atOnce, TABLES, first, next);
		migrate(inTwo, TABLES, first);
		migrate(inTwo, TABLES, first, next);
		String rows = "SELECT (SELECT group_concat(what, ' | ') FROM seen) || (SELECT count(*) FROM tree)";
		assertThat(look(atOnce, rows)).isEqualTo(look(inTwo, rows));
		assertThat(look(atOnce, "SELECT count(*) FROM seen WHERE what = 'a'")).isEqualTo(1);
	}

	@Test
	void ruleThatWasOffIsOnForTheNextScript() throws SQLException {
		Migration first = migration("002_off.sql",
				"PRAGMA ignore_check_constraints = ON; INSERT INTO t VALUES (5, 'bad')");
		Migration next = migration("003_next.sql", "INSERT INTO t VALUES (6, 'bad')");
		Path file = this.directory.resolve("a.db");
		assertThatExceptionOfType(MigrationException.class).isThrownBy(() -> migrate(file, TABLES, first, next))
			.withMessageContaining("003_next.sql failed")
			.withMessageContaining("CHECK");
		assertThat(look(file, "SELECT count(*) FROM t WHERE x = 'bad'")).isEqualTo(1);
	}

	@Test
	void trialFindsAScriptThatNeedsWhatAnotherHasLeft() {
		Migrator migrator = migrator(migration("001.sql", "CREATE TEMP TABLE map (old, new)"),
				migration("002.sql", "\nINSERT INTO map VALUES (1, 2)"));
		assertThatExceptionOfType(MigrationException.class).isThrownBy(() -> migrator.rehearse(this.connections))
			.withMessageContaining("002.sql failed")
			.withMessageContaining("line 2")
			.withMessageContaining("no such table: map");
	}

	/** Where SQLite cannot change it any more, and where it does not exist. */
	@ParameterizedTest
	@ValueSource(strings = { "PRAGMA temp_store = MEMORY; CREATE TEMP TABLE x AS SELECT 1",
			"CREATE TEMP TABLE x AS SELECT 1; PRAGMA temp_store = 2", "PRAGMA \"no such thing\" = 1" })
	void settingThatCannotBePutBackIsNoFault(String script) throws SQLException {
		Migrator migrator = migrator(TABLES, migration("002.sql", script));
		assertThat(migrator.rehearse(this.connections)).isNotNull();
		try (SqliteConnection connection = this.connections.create(this.directory.resolve("a.db"))) {
			assertThat(migrator.migrate(connection, "a")).hasSize(2);
		}
	}

	@Test
	void settingOfADatabaseThatIsNotThereIsTheScriptsFault() {
		Migrator migrator = migrator(migration("001.sql", "\nPRAGMA other.cache_size = 5"));
		assertThatExceptionOfType(MigrationException.class).isThrownBy(() -> migrator.rehearse(this.connections))
			.withMessageContaining("001.sql failed")
			.withMessageContaining("line 2")
			.withMessageContaining("unknown database");
	}

	@Test
	void whatIsInTheFileStays() throws SQLException {
		Path file = this.directory.resolve("a.db");
		migrate(file,
				migration("001.sql", "PRAGMA user_version = 7; PRAGMA application_id = 8; CREATE TABLE temporary (x)"),
				migration("002.sql", "INSERT INTO temporary VALUES (1)"));
		assertThat(look(file, "SELECT user_version FROM pragma_user_version")).isEqualTo(7);
		assertThat(look(file, "SELECT application_id FROM pragma_application_id")).isEqualTo(8);
		assertThat(look(file, "SELECT count(*) FROM temporary")).isEqualTo(1);
	}

	@Test
	void connectionIsAfterwardsAsItWas() throws SQLException {
		try (SqliteConnection connection = this.connections.create(this.directory.resolve("a.db"))) {
			Object cacheSize = query(connection, "PRAGMA cache_size");
			migrator(TABLES,
					migration("002.sql",
							"PRAGMA cache_size = 3; PRAGMA defer_foreign_keys = ON; CREATE TEMP TABLE x AS SELECT 1"))
				.migrate(connection, "a");
			assertThat(query(connection, "PRAGMA cache_size")).isEqualTo(cacheSize);
			assertThat(query(connection, "PRAGMA foreign_keys")).isEqualTo(1);
			assertThat(query(connection, "SELECT count(*) FROM temp.sqlite_schema")).isEqualTo(0);
			run(connection, "INSERT INTO tree (depth) VALUES (1)");
			assertThat(query(connection, "SELECT count(*) FROM tree")).isEqualTo(2);
		}
	}

	private void migrate(Path file, Migration... migrations) throws SQLException {
		try (SqliteConnection connection = this.connections.create(file)) {
			migrator(migrations).migrate(connection, "a");
		}
	}

	private static Migrator migrator(Migration... migrations) {
		return new Migrator(List.of(migrations), MissingScript.WARN, InstantSource.system());
	}

	private static Migration migration(String name, String script) {
		return MigrationParser.parse(name, name, script);
	}

}
