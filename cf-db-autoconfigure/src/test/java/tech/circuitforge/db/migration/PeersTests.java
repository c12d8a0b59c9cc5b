package tech.circuitforge.db.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import tech.circuitforge.db.sqlite.SqlScript;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.circuitforge.db.sqlite.TestConnections.look;
import static tech.circuitforge.db.sqlite.TestConnections.run;

/**
 * The same scripts given to this runner, to Flyway and to the algorithm of
 * {@code circuitforge_core}: the table in {@code docs/migrations.md}.
 */
@Tag("slow")
class PeersTests {

	private static final Map<String, String> PARENTS = Map.of("001_parents.sql", """
			CREATE TABLE parents (id INTEGER PRIMARY KEY);
			CREATE TABLE children (parent_id INTEGER NOT NULL REFERENCES parents (id) ON DELETE CASCADE);
			INSERT INTO parents VALUES (1);
			INSERT INTO children VALUES (1);
			""");

	private static final String REBUILD = """
			CREATE TABLE parents_new (id INTEGER PRIMARY KEY, name TEXT);
			INSERT INTO parents_new (id) SELECT id FROM parents;
			DROP TABLE parents;
			ALTER TABLE parents_new RENAME TO parents;
			""";

	@TempDir
	Path directory;

	@Test
	void rebuildOfAParentTable() throws IOException {
		scripts(PARENTS);
		assertThat(migrateAll()).containsExactly("ok", "ok", "ok");
		scripts(Map.of("002_rebuild.sql", REBUILD));
		assertThat(migrateAll()).containsExactly("ok", "ok", "ok");
		assertThat(lookAll("SELECT count(*) FROM children")).containsExactly(1, 0, 0);
	}

	@Test
	void rebuildOfAParentTableWithForeignKeysOffInTheScript() throws IOException {
		scripts(PARENTS);
		migrateAll();
		scripts(Map.of("002_rebuild.sql", "PRAGMA foreign_keys = OFF;" + REBUILD + "PRAGMA foreign_keys = ON;"));
		// Flyway does not mix this PRAGMA with other statements in one script.
		assertThat(migrateAll()).containsExactly("ok", "error", "ok");
		assertThat(lookAll("SELECT count(*) FROM children")).containsExactly(1, 1, 1);
	}

	@Test
	void scriptThatOrphansRows() throws IOException {
		scripts(PARENTS);
		migrateAll();
		scripts(Map.of("002_orphans.sql", "PRAGMA foreign_keys = OFF; DELETE FROM parents; PRAGMA foreign_keys = ON;"));
		assertThat(migrateAll()).containsExactly("error", "error", "ok");
		assertThat(lookAll("SELECT count(*) FROM pragma_foreign_key_check")).containsExactly(0, 0, 1);
	}

	@Test
	void scriptThatReliesOnCascades() throws IOException {
		scripts(PARENTS);
		migrateAll();
		scripts(Map.of("002_delete.sql", "DELETE FROM parents;"));
		assertThat(migrateAll()).containsExactly("error", "ok", "ok");
		assertThat(lookAll("SELECT count(*) FROM children")).containsExactly(1, 0, 0);
	}

	@Test
	void scriptThatFailsHalfWay() throws IOException {
		scripts(Map.of("001_half.sql",
				"CREATE TABLE half (x); INSERT INTO missing VALUES (1); CREATE TABLE rest (x);"));
		assertThat(migrateAll()).containsExactly("error", "error", "error");
		assertThat(lookAll("SELECT count(*) FROM sqlite_schema WHERE name = 'half'")).containsExactly(0, 0, 1);
	}

	@Test
	void twoScriptsWithTheSameNumber() throws IOException {
		scripts(Map.of("022_a.sql", "CREATE TABLE a (x);", "022_b.sql", "CREATE TABLE b (x);"));
		assertThat(migrateAll()).containsExactly("ok", "error", "ok");
	}

	@Test
	void lateScriptWithASmallerNumber() throws IOException {
		scripts(Map.of("001_a.sql", "CREATE TABLE a (x);", "003_c.sql", "CREATE TABLE c (x);"));
		migrateAll();
		scripts(Map.of("002_b.sql", "CREATE TABLE b (x);"));
		assertThat(migrateAll()).containsExactly("ok", "error", "ok");
	}

	@Test
	void scriptThatChangedAfterItWasApplied() throws IOException {
		scripts(Map.of("001_a.sql", "CREATE TABLE a (x);"));
		migrateAll();
		scripts(Map.of("001_a.sql", "CREATE TABLE a (x, y);"));
		assertThat(migrateAll()).containsExactly("error", "error", "ok");
	}

	@Test
	void scriptThatIsGone() throws IOException {
		scripts(Map.of("001_a.sql", "CREATE TABLE a (x);", "002_b.sql", "CREATE TABLE b (x);"));
		migrateAll();
		Files.delete(this.directory.resolve("scripts/001_a.sql"));
		assertThat(migrateAll()).containsExactly("ok", "error", "ok");
	}

	@Test
	void scriptThatWasLeftHalfApplied() throws Exception {
		scripts(Map.of("001_a.sql", "CREATE TABLE a (x);"));
		migrateAll();
		scripts(Map.of("002_columns.sql", "ALTER TABLE a ADD COLUMN y TEXT;\nALTER TABLE a ADD COLUMN z TEXT;\n"));
		for (Path file : files()) {
			try (Connection killed = DriverManager.getConnection("jdbc:sqlite:" + file)) {
				run(killed, "ALTER TABLE a ADD COLUMN y TEXT");
			}
		}
		assertThat(migrateAll()).containsExactly("ok", "error", "ok");
	}

	@Test
	void scriptWithItsOwnTransaction() throws IOException {
		scripts(Map.of("001_a.sql", "BEGIN; CREATE TABLE a (x); COMMIT;"));
		assertThat(migrateAll()).containsExactly("ok", "error", "ok");
	}

	@Test
	void triggersQuotesAndComments() throws IOException {
		scripts(Map.of("001_a.sql", Files.readString(Path.of("src/test/resources/corpus/triggers/001_tables.sql"))
				+ Files.readString(Path.of("src/test/resources/corpus/triggers/002_triggers.sql"))));
		assertThat(migrateAll()).containsExactly("ok", "ok", "ok");
		assertThat(lookAll("SELECT count(*) FROM items")).containsExactly(5, 5, 5);
	}

	@Test
	void fileOfThePythonProducts() throws Exception {
		scripts(Map.of("001_a.sql", "CREATE TABLE a (x);"));
		for (Path file : files()) {
			original(file);
		}
		assertThat(migrateAll()).containsExactly("ok", "error", "ok");
	}

	@Test
	void eightAtOnceOnOneNewFile() throws Exception {
		scripts(Map.of("001_a.sql", "CREATE TABLE a (x);", "002_b.sql",
				"CREATE TABLE b (x); INSERT INTO b VALUES (1);"));
		List<Integer> errors = new ArrayList<>(List.of(0, 0, 0));
		for (int round = 0; round < 10; round++) {
			List<Runner> runners = runners();
			for (int i = 0; i < runners.size(); i++) {
				errors.set(i, errors.get(i) + eightAtOnce(runners.get(i), this.directory.resolve(round + "-" + i)));
			}
		}
		assertThat(errors.get(0)).isZero();
		assertThat(errors.get(1)).isPositive();
		assertThat(errors.get(2)).isPositive();
	}

	private static int eightAtOnce(Runner runner, Path file) throws Exception {
		DriverManager.getConnection("jdbc:sqlite:" + file + "?journal_mode=WAL").close();
		ExecutorService executor = Executors.newFixedThreadPool(8);
		try {
			Callable<Void> migration = () -> {
				runner.migrate(file);
				return null;
			};
			int errors = 0;
			for (Future<Void> result : executor.invokeAll(Stream.generate(() -> migration).limit(8).toList())) {
				try {
					result.get();
				}
				catch (ExecutionException ex) {
					errors++;
				}
			}
			return errors;
		}
		finally {
			executor.shutdownNow();
		}
	}

	private interface Runner {

		void migrate(Path file) throws Exception;

	}

	private List<Runner> runners() {
		return List.of(this::ours, this::flyway, this::original);
	}

	private List<Path> files() {
		return List.of(this.directory.resolve("ours.db"), this.directory.resolve("flyway.db"),
				this.directory.resolve("original.db"));
	}

	private List<String> migrateAll() {
		List<String> outcomes = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			try {
				runners().get(i).migrate(files().get(i));
				outcomes.add("ok");
			}
			catch (Exception ex) {
				outcomes.add("error");
			}
		}
		return outcomes;
	}

	private List<Object> lookAll(String sql) {
		return files().stream().map((file) -> look(file, sql)).toList();
	}

	private void ours(Path file) throws SQLException {
		Migrator migrator = new Migrator(
				new MigrationLoader(new PathMatchingResourcePatternResolver())
					.load(List.of("file:" + this.directory.resolve("scripts"))),
				MissingScript.WARN, InstantSource.system());
		try (SqliteConnection connection = TestConnections.connections(Duration.ofSeconds(30)).create(file)) {
			migrator.migrate(connection, "ours");
		}
	}

	private void flyway(Path file) {
		SQLiteDataSource dataSource = new SQLiteDataSource();
		dataSource.setUrl("jdbc:sqlite:" + file);
		dataSource.setEnforceForeignKeys(true);
		Flyway.configure()
			.dataSource(dataSource)
			.locations("filesystem:" + this.directory.resolve("scripts"))
			.sqlMigrationPrefix("")
			.sqlMigrationSeparator("_")
			.load()
			.migrate();
	}

	/** With foreign keys on, statement by statement, each of which commits. */
	private void original(Path file) throws Exception {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=30000");
				Statement statement = connection.createStatement()) {
			run(connection, "PRAGMA foreign_keys = ON", "CREATE TABLE IF NOT EXISTS _migrations "
					+ "(name TEXT PRIMARY KEY, applied_at TEXT DEFAULT CURRENT_TIMESTAMP)");
			Set<String> applied = new HashSet<>();
			try (ResultSet rows = statement.executeQuery("SELECT name FROM _migrations")) {
				while (rows.next()) {
					applied.add(rows.getString(1));
				}
			}
			for (Map.Entry<String, String> script : scripts().entrySet()) {
				if (!applied.contains(script.getKey())) {
					originalScript(statement, script.getValue());
					statement
						.execute("INSERT OR IGNORE INTO _migrations (name) VALUES ('%s')".formatted(script.getKey()));
				}
			}
		}
	}

	private static void originalScript(Statement statement, String script) throws SQLException {
		for (SqlScript.Statement sql : SqlScript.split(script)) {
			try {
				statement.execute(sql.text());
			}
			catch (SQLException ex) {
				if (!String.valueOf(ex.getMessage()).contains("duplicate column name")) {
					throw ex;
				}
			}
		}
	}

	private Map<String, String> scripts() throws IOException {
		Map<String, String> scripts = new TreeMap<>();
		try (Stream<Path> files = Files.list(this.directory.resolve("scripts"))) {
			for (Path file : files.toList()) {
				scripts.put(file.getFileName().toString(), Files.readString(file));
			}
		}
		return scripts;
	}

	private void scripts(Map<String, String> scripts) throws IOException {
		Path target = Files.createDirectories(this.directory.resolve("scripts"));
		for (Map.Entry<String, String> script : scripts.entrySet()) {
			Files.writeString(target.resolve(script.getKey()), script.getValue());
		}
	}

}
