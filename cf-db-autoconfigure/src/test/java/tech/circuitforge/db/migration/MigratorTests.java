package tech.circuitforge.db.migration;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tech.circuitforge.db.DatabaseOpenException;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.SqlScript;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;
import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.db.sqlite.TestConnections.look;
import static tech.circuitforge.db.sqlite.TestConnections.query;
import static tech.circuitforge.db.sqlite.TestConnections.run;

class MigratorTests {

	private static final Migration NOTES = migration("001_notes.sql", """
			CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
			INSERT INTO notes VALUES (1, 'a;b');
			""");

	private static final Migration CHILDREN = migration("002_children.sql",
			"CREATE TABLE children (note_id INTEGER NOT NULL REFERENCES notes (id) ON DELETE CASCADE)");

	private static final Migration REBUILD = migration("003_rebuild.sql", """
			PRAGMA foreign_keys = OFF;
			CREATE TABLE notes_new (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
			INSERT INTO notes_new SELECT * FROM notes;
			DROP TABLE notes;
			ALTER TABLE notes_new RENAME TO notes;
			PRAGMA foreign_keys = ON;
			""");

	private final SqliteConnections connections = TestConnections.connections(Duration.ofSeconds(30));

	@TempDir
	Path directory;

	@Test
	void appliesWhatIsPendingOnceAndRecordsIt() throws SQLException {
		Path file = this.directory.resolve("a.db");
		try (SqliteConnection connection = this.connections.create(file)) {
			assertThat(migrator(NOTES).migrate(connection, "a")).hasSize(1);
			assertThat(migrator(NOTES, CHILDREN).migrate(connection, "a")).hasSize(1);
			assertThat(migrator(NOTES, CHILDREN).migrate(connection, "a")).isEmpty();
			assertThat(query(connection, "PRAGMA foreign_keys")).isEqualTo(1);
			assertThat(connection.getAutoCommit()).isTrue();
		}
		assertThat(look(file, "SELECT group_concat(name) FROM _migrations"))
			.isEqualTo("001_notes.sql,002_children.sql");
		assertThat(look(file, "SELECT count(*) FROM _migrations WHERE applied_at IS NOT NULL")).isEqualTo(2);
	}

	@Test
	void rebuildOfAParentTableKeepsItsChildren() throws SQLException {
		Path file = this.directory.resolve("a.db");
		try (SqliteConnection connection = this.connections.create(file)) {
			migrator(NOTES, CHILDREN).migrate(connection, "a");
			run(connection, "INSERT INTO children VALUES (1)");
			migrator(NOTES, CHILDREN, REBUILD).migrate(connection, "a");
		}
		assertThat(look(file, "SELECT count(*) FROM children")).isEqualTo(1);
		assertThat(look(file, "SELECT count(*) FROM pragma_foreign_key_check")).isEqualTo(0);
	}

	@Test
	void nothingOfAFailingMigrationIsApplied() throws SQLException {
		Path file = this.directory.resolve("a.db");
		Migration broken = migration("002_broken.sql", """
				CREATE TABLE half (x);
				-- the next one fails
				INSERT INTO missing VALUES (1);
				CREATE TABLE other (x);
				""");
		try (SqliteConnection connection = this.connections.create(file)) {
			assertThatExceptionOfType(MigrationException.class)
				.isThrownBy(() -> migrator(NOTES, broken).migrate(connection, "bob"))
				.withMessageContaining("002_broken.sql")
				.withMessageContaining("bob, line 3")
				.withMessageContaining("no such table: missing")
				.withMessageContaining("INSERT INTO missing VALUES (1);")
				.withMessageContaining("Nothing of 002_broken.sql was applied");
			assertThat(query(connection, "PRAGMA foreign_keys")).isEqualTo(1);
		}
		assertThat(look(file, "SELECT group_concat(name) FROM _migrations")).isEqualTo("001_notes.sql");
		assertThat(look(file, "SELECT count(*) FROM sqlite_schema WHERE name IN ('half', 'other')")).isEqualTo(0);
	}

	@Test
	void migrationThatOrphansRowsFailsButOldOrphansDoNot() throws SQLException {
		Path file = this.directory.resolve("a.db");
		Migration orphaning = migration("003_orphaning.sql", "DELETE FROM notes WHERE id = 1");
		Migration harmless = migration("003_harmless.sql", "CREATE TABLE more (x)");
		try (SqliteConnection connection = this.connections.create(file)) {
			migrator(NOTES, CHILDREN).migrate(connection, "a");
			run(connection, "PRAGMA foreign_keys = OFF", "INSERT INTO children VALUES (99)",
					"INSERT INTO children VALUES (1)");
			assertThatExceptionOfType(MigrationException.class)
				.isThrownBy(() -> migrator(NOTES, CHILDREN, orphaning).migrate(connection, "a"))
				.withMessageContaining("row 2 of children has no parent in notes");
			assertThat(migrator(NOTES, CHILDREN, harmless).migrate(connection, "a")).hasSize(1);
		}
		assertThat(look(file, "SELECT count(*) FROM notes")).isEqualTo(1);
	}

	@Test
	void scriptThatReliesOnCascadesIsToldThatThereAreNone() throws SQLException {
		Migration cleanUp = migration("003_clean_up.sql", "DELETE FROM notes WHERE text LIKE 'a%'");
		assertThat(migrator(NOTES, CHILDREN, cleanUp).rehearse(this.connections)).isNotNull();
		try (SqliteConnection connection = this.connections.create(this.directory.resolve("a.db"))) {
			migrator(NOTES, CHILDREN).migrate(connection, "a");
			run(connection, "INSERT INTO children VALUES (1)");
			assertThatExceptionOfType(MigrationException.class)
				.isThrownBy(() -> migrator(NOTES, CHILDREN, cleanUp).migrate(connection, "a"))
				.withMessageContaining("Foreign keys are off inside of scripts, so no ON DELETE CASCADE or SET NULL "
						+ "happens there: delete or change the rows of children in the script before their parents in "
						+ "notes");
			Migration mended = migration("003_clean_up.sql", """
					DELETE FROM children WHERE note_id IN (SELECT id FROM notes WHERE text LIKE 'a%');
					DELETE FROM notes WHERE text LIKE 'a%';
					""");
			assertThat(migrator(NOTES, CHILDREN, mended).migrate(connection, "a")).hasSize(1);
			assertThat(query(connection, "SELECT count(*) FROM children")).isEqualTo(0);
		}
	}

	@Test
	void duplicateColumnOnTheEmptyDatabaseOfTheTrialIsTheScriptsFault() {
		Migration again = migration("002_again.sql", "SELECT 1;\nALTER TABLE notes ADD COLUMN text TEXT;");
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> migrator(NOTES, again).rehearse(this.connections))
			.withMessageContaining("002_again.sql failed")
			.withMessageContaining("line 2")
			.withMessageContaining("duplicate column name: text");
	}

	@ParameterizedTest
	@ValueSource(strings = { "PRAGMA query_only = ON;\nINSERT INTO notes VALUES (2, 'b')",
			"PRAGMA query_only = ON;\nCREATE TABLE other (x)" })
	void whatHasTheCodeOfTheSurroundingsIsTheScriptsFaultInTheTrial(String script) {
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> migrator(NOTES, migration("002.sql", script)).rehearse(this.connections))
			.withMessageContaining("002.sql failed")
			.withMessageContaining("line 2");
	}

	@Test
	void fullDiskIsNoScriptsFaultInTheTrial() {
		Migration full = migration("002.sql",
				"PRAGMA max_page_count = 2; CREATE TABLE big AS SELECT randomblob(100000) AS x");
		assertThatExceptionOfType(DatabaseOpenException.class)
			.isThrownBy(() -> migrator(NOTES, full).rehearse(this.connections))
			.withMessageContaining("no script is at fault")
			.withMessageContaining("SQLITE_FULL")
			.withMessageContaining(System.getProperty("java.io.tmpdir"));
	}

	@Test
	void oldOrphansMayMoveWithTheirTablesButHideNoNewOnes() throws SQLException {
		Migration tables = migration("001_tables.sql", """
				CREATE TABLE notes (id INTEGER PRIMARY KEY);
				CREATE TABLE children (note_id INTEGER REFERENCES notes (id));
				CREATE TABLE links (a INTEGER REFERENCES notes (id), b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
				INSERT INTO notes VALUES (1), (2);
				INSERT INTO children VALUES (1), (2);
				INSERT INTO links VALUES (1, 'x');
				""");
		Migration renumbering = migration("002_renumbering.sql", """
				CREATE TABLE children_new (note_id INTEGER REFERENCES notes (id), more TEXT);
				INSERT INTO children_new (note_id) SELECT note_id FROM children ORDER BY note_id DESC;
				DROP TABLE children;
				ALTER TABLE children_new RENAME TO children;
				""");
		Migration renaming = migration("003_renaming.sql", "ALTER TABLE children RENAME TO replies");
		Migration orphaning = migration("004_orphaning.sql", "DELETE FROM notes WHERE id = 1");
		try (SqliteConnection connection = this.connections.openInMemory()) {
			migrator(tables).migrate(connection, "a");
			run(connection, "PRAGMA foreign_keys = OFF", "INSERT INTO children VALUES (98), (99)",
					"INSERT INTO links VALUES (98, 'y')", "DELETE FROM children WHERE note_id = 98");
			assertThat(migrator(tables, renumbering, renaming).migrate(connection, "a")).hasSize(2);
			assertThatExceptionOfType(MigrationException.class)
				.isThrownBy(() -> migrator(tables, renumbering, renaming, orphaning).migrate(connection, "a"))
				.withMessageContaining("it breaks 2 references that held before")
				.withMessageContaining("has no parent in notes");
		}
	}

	@Test
	void whatOnlyTheBuiltInFunctionsRefuseIsFoundAtStart() {
		Migration now = migration("001_now.sql",
				"CREATE TABLE t (d TEXT CHECK (d <= date('now'))); INSERT INTO t VALUES ('2020-01-01')");
		assertThatExceptionOfType(MigrationException.class).isThrownBy(() -> migrator(now).rehearse(this.connections))
			.withMessageContaining("non-deterministic use of date()");
	}

	@Test
	void adoptsTheHistoryOfThePythonRunnerUnchanged() throws SQLException {
		Path file = this.directory.resolve("a.db");
		try (Connection python = DriverManager.getConnection("jdbc:sqlite:" + file)) {
			run(python, "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)",
					"CREATE TABLE _migrations (name TEXT PRIMARY KEY, applied_at TEXT DEFAULT CURRENT_TIMESTAMP)",
					"INSERT INTO _migrations VALUES ('001_notes.sql', '2024-05-06 07:08:09')");
		}
		try (SqliteConnection connection = this.connections.open(file)) {
			assertThat(migrator(NOTES, CHILDREN).migrate(connection, "a")).hasSize(1);
		}
		assertThat(look(file, "SELECT applied_at FROM _migrations WHERE name = '001_notes.sql'"))
			.isEqualTo("2024-05-06 07:08:09");
		assertThat(look(file, "SELECT count(*) FROM notes")).isEqualTo(0);
		// And the Python runner's own insert still works.
		try (Connection python = DriverManager.getConnection("jdbc:sqlite:" + file)) {
			run(python, "INSERT INTO _migrations (name) VALUES ('003_later.sql')");
		}
	}

	@Test
	void schemaWhoseForeignKeysCannotBeCheckedIsMigratedAllTheSame() throws SQLException {
		// The parent's columns are not unique: SQLite refuses to check anything then.
		Migration mismatch = migration("001_mismatch.sql", """
				CREATE TABLE parent (a, b);
				CREATE TABLE child (x REFERENCES parent (a));
				INSERT INTO child VALUES (1);
				""");
		Migration later = migration("002_later.sql", "CREATE TABLE later (x)");
		try (SqliteConnection connection = this.connections.openInMemory()) {
			for (SqlScript.Statement statement : mismatch.statements()) {
				run(connection, "PRAGMA foreign_keys = OFF", statement.text());
			}
			run(connection, "CREATE TABLE _migrations (name TEXT PRIMARY KEY, applied_at TEXT)");
			assertThat(migrator(later).migrate(connection, "a")).hasSize(1);
			Migration another = migration("003.sql", "CREATE TABLE another (x REFERENCES parent (b))");
			assertThat(migrator(later, another).migrate(connection, "a")).hasSize(1);
			// What can be checked is.
			assertThatExceptionOfType(MigrationException.class)
				.isThrownBy(() -> migrator(later, another, migration("004.sql", """
						CREATE TABLE good (id INTEGER PRIMARY KEY);
						CREATE TABLE orphan (x REFERENCES good (id));
						INSERT INTO orphan VALUES (7);
						""")).migrate(connection, "a"))
				.withMessageContaining("row 1 of orphan has no parent in good");
		}
	}

	@Test
	void leavesAnotherToolsTableAlone() throws SQLException {
		try (SqliteConnection connection = this.connections.openInMemory()) {
			run(connection, "CREATE TABLE _migrations (version INTEGER)");
			assertThatExceptionOfType(MigrationException.class)
				.isThrownBy(() -> migrator(NOTES).migrate(connection, "a"))
				.withMessageContaining("another tool's");
			assertThat(query(connection, "SELECT count(*) FROM sqlite_schema")).isEqualTo(1);
		}
	}

	@RepeatedTest(20)
	void manyAtOnceApplyEachMigrationOnce() throws Exception {
		Path file = this.directory.resolve("a.db");
		this.connections.create(file).close();
		List<Migration> migrations = IntStream.range(0, 10)
			.mapToObj((i) -> migration("%03d.sql".formatted(i), "CREATE TABLE t%d (x);".formatted(i)))
			.toList();
		ExecutorService executor = Executors.newFixedThreadPool(8);
		try {
			Callable<Integer> migration = () -> {
				try (SqliteConnection connection = this.connections.open(file)) {
					return migrator(migrations.toArray(Migration[]::new)).migrate(connection, "a").size();
				}
			};
			int applied = 0;
			for (Future<Integer> result : executor.invokeAll(
					List.of(migration, migration, migration, migration, migration, migration, migration, migration))) {
				applied += result.get();
			}
			assertThat(applied).isEqualTo(10);
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void selectInAScriptDoesNotHinderTheCommit() throws SQLException {
		try (SqliteConnection connection = this.connections.openInMemory()) {
			Migration selecting = migration("001.sql",
					"CREATE TABLE t (x); INSERT INTO t VALUES (1), (2); SELECT x FROM t;");
			assertThat(migrator(selecting).migrate(connection, "a")).hasSize(1);
		}
	}

	@Test
	void checkFindsABrokenScriptWithoutAnyFile() {
		Migration broken = migration("001_broken.sql", "CREATE TABEL x (y)");
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> migrator(broken).rehearse(this.connections))
			.withMessageContaining("001_broken.sql");
		assertThat(this.directory).isEmptyDirectory();
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE VIEW v AS SELECT reverse(x) FROM t",
			"CREATE TRIGGER r AFTER DELETE ON t BEGIN SELECT square(2); END",
			"CREATE TRIGGER r AFTER UPDATE OF y ON t BEGIN SELECT square(2); END",
			"CREATE VIRTUAL TABLE f USING fts5 (x); CREATE VIEW v AS SELECT bm25(f) FROM f WHERE f MATCH 'a'" })
	void scriptThatMakesWhatNobodyCanUseIsRefusedAtTheStart(String script) {
		Migration first = migration("001_first.sql", "CREATE TABLE t (x, y); CREATE VIEW broken AS SELECT * FROM gone");
		Migration second = migration("002_second.sql", script);
		Migration third = migration("003_third.sql", "CREATE TABLE u (x)");
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> migrator(first, second, third).rehearse(this.connections))
			.withMessageContaining("Migration 002_second.sql makes what cannot be used")
			.withMessageContaining("unsafe use of");
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE TABLE u (x CHECK (length(reverse(x)) < 9))",
			"CREATE TABLE u (x, y AS (square(x)))", "ALTER TABLE t ADD COLUMN y CHECK (charindex('a', y) = 0)",
			"CREATE INDEX i ON t (proper(x))", "CREATE INDEX i ON t (x) WHERE difference(x, 'a') > 1",
			"UPDATE t SET x = replicate('a', 4294967300)" })
	void scriptThatCallsTheDriversFunctionsIsRefusedAtTheStart(String script) {
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> migrator(migration("001_first.sql", "CREATE TABLE t (x)"),
					migration("002_second.sql", "-- What it is for\n" + script))
				.rehearse(this.connections))
			.withMessageContaining("002_second.sql")
			.withMessageContaining("line 2");
	}

	@Test
	void scriptsThatUseTheTimeAndFullTextAreFine() {
		Migration migration = migration("001.sql", """
				CREATE TABLE t (x TEXT DEFAULT CURRENT_TIMESTAMP, y DEFAULT (datetime('now')), z DEFAULT (random()));
				CREATE VIRTUAL TABLE f USING fts5 (x, content = 't');
				CREATE TRIGGER r AFTER INSERT ON t BEGIN
				  INSERT INTO f (rowid, x) VALUES (new.rowid, new.x);
				  UPDATE t SET y = strftime('%s', 'now');
				END;
				CREATE VIEW v AS SELECT rowid, rank, date('now') FROM f;
				""");
		assertThat(migrator(migration).rehearse(this.connections)).isNotNull();
	}

	@Test
	void plainDriverLosesChildrenWhereThisDoesNot() throws SQLException {
		// The trap: with foreign keys on, dropping the old parent table deletes the
		// children.
		try (Connection plain = DriverManager.getConnection("jdbc:sqlite::memory:")) {
			run(plain, "PRAGMA foreign_keys = ON", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)",
					"INSERT INTO notes VALUES (1, 'a')",
					"CREATE TABLE children (note_id INTEGER NOT NULL REFERENCES notes (id) ON DELETE CASCADE)",
					"INSERT INTO children VALUES (1)");
			plain.setAutoCommit(false);
			try (Statement statement = plain.createStatement()) {
				for (SqlScript.Statement sql : REBUILD.statements()) {
					statement.execute(sql.text());
				}
			}
			plain.commit();
			assertThat(query(plain, "SELECT count(*) FROM children")).isEqualTo(0);
		}
	}

	private static Migrator migrator(Migration... migrations) {
		return new Migrator(List.of(migrations), MissingScript.WARN, InstantSource.system());
	}

	private static Migration migration(String name, String script) {
		return MigrationParser.parse(name, name, script);
	}

}
