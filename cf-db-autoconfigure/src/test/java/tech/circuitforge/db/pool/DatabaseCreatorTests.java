package tech.circuitforge.db.pool;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.WriteQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.circuitforge.db.pool.TestDatabases.migration;
import static tech.circuitforge.db.sqlite.TestConnections.look;
import static tech.circuitforge.db.sqlite.TestConnections.query;

@ExtendWith(OutputCaptureExtension.class)
class DatabaseCreatorTests {

	private static final DatabaseName ALICE = DatabaseName.of(new UserId("alice"));

	private static final DatabaseName BOB = DatabaseName.of(new UserId("bob"));

	private static final Migration NOTES = migration("001_notes.sql", """
			CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT, at TEXT DEFAULT CURRENT_TIMESTAMP);
			CREATE INDEX notes_text ON notes (text);
			INSERT INTO notes (text, at) VALUES ('welcome', '2026-01-01');
			""");

	private static final Migration TAGS = migration("002_tags.sql",
			"CREATE VIRTUAL TABLE tags USING fts5 (tag); INSERT INTO tags VALUES ('first')");

	@TempDir
	Path directory;

	private DataRoot root;

	private Instant now = Instant.parse("2026-03-04T05:06:07Z");

	@BeforeEach
	void createRoot() {
		this.root = new DataRoot(this.directory, new Layout("{user}/{app}.db", "kiwi"));
	}

	@Test
	void copyOfTheTemplateIsWhatTheScriptsMake() throws Exception {
		TestDatabases copying = databases(NOTES, TAGS);
		assertThat(copying.creator.create(ALICE)).isTrue();
		Path copy = this.root.locate(ALICE);
		Path scripted = this.directory.resolve("scripted.db");
		try (SqliteConnection connection = copying.connections.create(scripted)) {
			copying.migrator.migrate(connection, "scripted");
		}
		assertThat(dump(copy)).isEqualTo(dump(scripted));
		assertThat(look(copy, "PRAGMA integrity_check")).isEqualTo("ok");
		assertThat(look(copy, "PRAGMA journal_mode")).isEqualTo("wal");
		assertThat(Files.getPosixFilePermissions(copy)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
		try (var files = Files.list(copy.getParent())) {
			assertThat(files).containsExactly(copy);
		}
	}

	@Test
	void appliedAtIsTheUsersOwn() {
		TestDatabases copying = databases(NOTES, TAGS);
		copying.creator.create(ALICE);
		this.now = this.now.plusSeconds(86_400);
		copying.creator.create(BOB);
		String times = "SELECT group_concat(DISTINCT applied_at) FROM _migrations";
		assertThat(look(this.root.locate(ALICE), times)).isEqualTo("2026-03-04 05:06:07");
		assertThat(look(this.root.locate(BOB), times)).isEqualTo("2026-03-05 05:06:07");
	}

	@Test
	void scriptsRunForEachUserIfOneUsesChanceOrTheTime(CapturedOutput output) {
		TestDatabases scripted = databases(NOTES, migration("002_device.sql",
				"CREATE TABLE device (id TEXT); INSERT INTO device VALUES (hex(randomblob(16)))"));
		assertThat(output).contains("Migrations call [randomblob]: they run for each new database");
		scripted.creator.create(ALICE);
		scripted.creator.create(BOB);
		String id = "SELECT id FROM device";
		assertThat(look(this.root.locate(ALICE), id)).isNotEqualTo(look(this.root.locate(BOB), id));
	}

	@Test
	void defaultThatMentionsTheTimeDoesNotHinderTheCopy(CapturedOutput output) {
		databases(NOTES);
		assertThat(output).doesNotContain("they run for each new database");
	}

	@Test
	void connectionThatScriptsHaveChangedIsNotHandedOut() throws SQLException {
		databases(NOTES).creator.create(ALICE);
		TestDatabases changing = databases(NOTES, migration("002_session.sql", """
				PRAGMA recursive_triggers = ON;
				PRAGMA query_only = OFF;
				CREATE TEMP TABLE scratch (x);
				PRAGMA case_sensitive_like = ON;
				"""));
		try (SqliteConnection connection = changing.opener.openMigrated(ALICE, new WriteQueue()).connection()) {
			assertThat(query(connection, "SELECT count(*) FROM _migrations")).isEqualTo(2);
			assertThat(query(connection, "SELECT 'A' LIKE 'a'")).isEqualTo(1);
			assertThat(query(connection, "PRAGMA recursive_triggers")).isEqualTo(0);
			assertThat(query(connection, "SELECT count(*) FROM temp.sqlite_schema")).isEqualTo(0);
			assertThat(query(connection, "PRAGMA foreign_keys")).isEqualTo(1);
		}
	}

	private TestDatabases databases(Migration... migrations) {
		InstantSource clock = () -> this.now;
		return new TestDatabases(this.root, clock, List.of(migrations));
	}

	/** Schema and rows, but for how long each migration took. */
	private static List<String> dump(Path file) throws SQLException {
		List<String> dump = new ArrayList<>();
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				Statement statement = connection.createStatement()) {
			List<String> tables = new ArrayList<>();
			try (ResultSet rows = statement.executeQuery("SELECT type, name, sql FROM sqlite_schema")) {
				while (rows.next()) {
					dump.add(rows.getString(3));
					if (rows.getString(1).equals("table")) {
						tables.add(rows.getString(2));
					}
				}
			}
			for (String table : tables) {
				String columns = table.equals("_migrations") ? "name, applied_at, checksum" : "*";
				try (ResultSet rows = statement.executeQuery("SELECT " + columns + " FROM " + table)) {
					while (rows.next()) {
						StringBuilder row = new StringBuilder(table);
						for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
							row.append('|').append(rows.getString(i));
						}
						dump.add(row.toString());
					}
				}
			}
		}
		return dump;
	}

}
