package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.unit.DataSize;

import tech.circuitforge.db.InvalidDatabaseFileException;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.migration.SchemaRule;
import tech.circuitforge.db.pool.Lease;
import tech.circuitforge.db.pool.TestDatabases;
import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.db.sqlite.TestConnections.run;

/**
 * A file that somebody uploads is code; only what the migrations make may run.
 */
@Timeout(60)
class RestoreSchemaTests {

	private static final UserId ALICE = new UserId("alice");

	/** Runs for ever, in one statement. */
	private static final String ENDLESS = "WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i) SELECT count(*) FROM i";

	/** Runs for ever in one call of a function, which nothing can end. */
	private static final String HOG = "instr(hex(zeroblob(20000000)), hex(zeroblob(10000000)) || '1') = 0";

	private static final Migration ITEMS = TestDatabases.migration("001_items.sql",
			"""
					CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL CHECK (length(name) < 1000), "price" REAL DEFAULT 0);
					CREATE TABLE tags (item INTEGER REFERENCES items (id) ON DELETE CASCADE, tag TEXT, UNIQUE (item, tag));
					CREATE INDEX items_name ON items (lower(name));
					CREATE VIEW cheap AS SELECT * FROM items WHERE price < 1;
					CREATE VIRTUAL TABLE words USING fts5 (name, content = 'items', content_rowid = 'id');
					CREATE TRIGGER items_words AFTER INSERT ON items BEGIN
					  INSERT INTO words (rowid, name) VALUES (new.id, new.name);
					END;
					""");

	private static final Migration LATER = TestDatabases.migration("002_later.sql",
			"ALTER TABLE items ADD COLUMN unit TEXT DEFAULT 'kg'; CREATE TABLE shops (id INTEGER PRIMARY KEY)");

	@TempDir
	Path directory;

	private DataRoot root;

	private TestUserDatabases databases;

	private UserDatabases users;

	@BeforeEach
	void open() throws IOException {
		this.root = new DataRoot(Files.createDirectory(this.directory.resolve("root")),
				new Layout("{user}/{app}.db", "kiwi"));
		deploy(SchemaRule.STRICT, ITEMS);
	}

	private void deploy(SchemaRule rule, Migration... migrations) {
		close();
		this.databases = new TestUserDatabases(this.root, null, Duration.ofSeconds(5),
				new RestoreSettings(DataSize.ofMegabytes(10), Duration.ofSeconds(1), rule), migrations);
		this.users = this.databases.users;
	}

	@AfterEach
	void close() {
		if (this.databases != null) {
			this.databases.close();
		}
	}

	private Path export() throws SQLException {
		if (!this.users.exists(ALICE)) {
			this.users.create(ALICE);
			insert("milk");
		}
		Path file = this.directory.resolve("upload.db");
		this.users.export(ALICE, file);
		return file;
	}

	private void insert(String name) throws SQLException {
		try (Lease lease = this.databases.open.acquire(DatabaseName.of(ALICE))) {
			run(lease.connection(), "INSERT INTO items (name) VALUES ('" + name + "')");
		}
	}

	private static void alter(Path file, String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				Statement statement = connection.createStatement()) {
			statement.executeUpdate(sql);
		}
	}

	private void assertRefused(Path file, String... parts) {
		byte[] before = content();
		assertThatExceptionOfType(InvalidDatabaseFileException.class).isThrownBy(() -> this.users.restore(ALICE, file))
			.withMessageStartingWith("upload.db cannot become a user's database: ")
			.withMessageContainingAll(parts)
			.withMessageEndingWith(". Nothing was changed.")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("..")
				.doesNotContain(this.directory.toString())
				.doesNotContain("permissions"));
		assertThat(content()).isEqualTo(before);
	}

	private byte[] content() {
		try {
			this.databases.open.close();
			return Files.readAllBytes(this.root.locate(DatabaseName.of(ALICE)));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiterString = "=>",
			textBlock = """
					CREATE TRIGGER evil AFTER INSERT ON items BEGIN SELECT replicate('a', 4294967300); END => trigger "evil"
					CREATE TRIGGER evil AFTER INSERT ON _migrations BEGIN SELECT 1; END => trigger "evil"
					CREATE VIEW evil AS SELECT 1 => view "evil"
					CREATE VIRTUAL TABLE evil USING fts5 (x) => table "evil
					CREATE TABLE evil (x CHECK (%1$s)); INSERT INTO evil VALUES (1) => table "evil"
					CREATE TABLE evil (x) => table "evil"
					CREATE INDEX evil ON items (name) => index "evil"
					ALTER TABLE items ADD COLUMN evil AS (%1$s) => table "items"
					ALTER TABLE items ADD COLUMN evil TEXT DEFAULT 'x' => evil text default 'x'
					ALTER TABLE _migrations ADD COLUMN evil => _migrations
					CREATE UNIQUE INDEX evil ON _migrations (applied_at) => index "evil"
					DROP TRIGGER items_words; CREATE TRIGGER items_words AFTER INSERT ON items BEGIN SELECT 1; END => trigger "items_words"
					DROP TRIGGER items_words => lacks the trigger
					DROP VIEW cheap; CREATE VIEW cheap AS SELECT name FROM items => view "cheap"
					DROP VIEW cheap; CREATE TABLE cheap (id) => cheap
					DROP INDEX items_name; CREATE INDEX items_name ON items (upper(name)) => index "items_name"
					DROP TABLE tags; CREATE TABLE tags (item INTEGER, tag TEXT, UNIQUE (item, tag)) => tags
					DROP TABLE tags => lacks the table "tags"
					DROP TABLE words => words
					DROP TABLE words_config; CREATE TABLE words_config (k PRIMARY KEY, v CHECK (%1$s)) WITHOUT ROWID => words_config
					UPDATE _migrations SET name = NULL => _migrations
					UPDATE _migrations SET name = x'00' => _migrations
					UPDATE _migrations SET name = name || char(0) || hex(zeroblob(10000)) => rows
					UPDATE _migrations SET applied_at = hex(zeroblob(10000)) => rows
					UPDATE _migrations SET checksum = zeroblob(10000) => rows
					WITH i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i LIMIT 20000) INSERT INTO _migrations (name) SELECT '0' || n FROM i => rows
					DROP TABLE _migrations; CREATE VIEW _migrations AS %2$s AS name, 'x' AS applied_at => no table
					DROP TABLE _migrations; CREATE TABLE _migrations (name TEXT PRIMARY KEY, applied_at TEXT AS (%1$s)) => _migrations
					""")
	void whatNoMigrationMakesIsRefused(String sql, String reason) throws Exception {
		Path file = export();
		alter(file, "PRAGMA ignore_check_constraints = ON; " + sql.formatted(HOG, ENDLESS));
		assertRefused(file, reason);
	}

	@ParameterizedTest
	@CsvSource(delimiterString = "=>",
			textBlock = """
					UPDATE sqlite_schema SET type = 'view' WHERE name = 'tags' => malformed database schema
					INSERT INTO sqlite_schema VALUES ('table', 'evil', 'evil', 0, 'CREATE TRIGGER evil AFTER INSERT ON items BEGIN SELECT 1; END') => malformed database schema
					INSERT INTO sqlite_schema VALUES ('view', 'tags2', 'tags2', 0, 'CREATE VIEW evil AS SELECT 1') => tags2
					UPDATE sqlite_schema SET sql = replace(sql, 'price < 1', 'price < 2') WHERE name = 'cheap' => view "cheap"
					UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'tags' => tags
					UPDATE sqlite_schema SET sql = CAST(sql AS BLOB) WHERE name = 'tags' => tags
					UPDATE sqlite_schema SET sql = replace(sql, 'TEXT NOT NULL', 'TEXT "not" NULL') WHERE name = 'items' => name text "not" null
					""")
	void forgedSchemaIsRefused(String sql, String reason) throws Exception {
		Path file = export();
		alter(file, "PRAGMA writable_schema = ON; " + sql.formatted(HOG));
		assertRefused(file, reason);
	}

	/** Migrations run in transactions, where that PRAGMA has no effect. */
	@Test
	void scriptThatTurnsForeignKeysOnIsNoHindrance() throws Exception {
		deploy(SchemaRule.STRICT, TestDatabases.migration("001_items.sql", """
				PRAGMA foreign_keys = ON;
				CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT);
				CREATE TABLE tags (item INTEGER NOT NULL REFERENCES items (id));
				INSERT INTO items VALUES (1, 'milk');
				INSERT INTO tags VALUES (1);
				"""), TestDatabases.migration("002_rebuilt.sql", """
				CREATE TABLE items2 (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
				INSERT INTO items2 SELECT * FROM items;
				DROP TABLE items;
				ALTER TABLE items2 RENAME TO items;
				"""));
		Path file = export();
		this.users.restore(ALICE, file);
		assertThat(this.users.verify(ALICE).damage()).isEmpty();
	}

	@Test
	void logThatSaysMorePagesThanThereAreIsRefusedBeforeItIsCopied() throws Exception {
		Path file = export();
		Path upload = this.directory.resolve("large").resolve("upload.db");
		Files.createDirectory(upload.getParent());
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				Statement statement = connection.createStatement()) {
			statement.executeUpdate("PRAGMA journal_mode = WAL; CREATE TABLE more (id)");
			Files.copy(file, upload);
			byte[] log = Files.readAllBytes(file.resolveSibling("upload.db-wal"));
			setPageCount(ByteBuffer.wrap(log), 1_000_000);
			Files.write(upload.resolveSibling("upload.db-wal"), log);
		}
		assertRefused(upload, "larger than cf.db.restore.max-size");
	}

	/** In every frame (https://www.sqlite.org/fileformat2.html#walformat). */
	private static void setPageCount(ByteBuffer log, int pages) {
		int pageSize = log.getInt(8);
		int[] sums = { log.getInt(24), log.getInt(28) };
		for (int frame = 32; frame < log.capacity(); frame += 24 + pageSize) {
			if (log.getInt(frame + 4) != 0) {
				log.putInt(frame + 4, pages);
			}
			if (log.getInt(frame) == 1) {
				log.putInt(frame + 24 + 28, pages);
			}
			addToSums(log, frame, 8, sums);
			addToSums(log, frame + 24, pageSize, sums);
			log.putInt(frame + 16, sums[0]).putInt(frame + 20, sums[1]);
		}
	}

	private static void addToSums(ByteBuffer log, int start, int length, int[] sums) {
		ByteBuffer ordered = log.duplicate()
			.order(((log.getInt(0) & 1) == 1) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
		for (int i = start; i < start + length; i += 8) {
			sums[0] += ordered.getInt(i) + sums[1];
			sums[1] += ordered.getInt(i + 4) + sums[0];
		}
	}

	/** Each doubles what SQLite compiles. */
	@Test
	void computedColumnsThatBuildOnOneAnotherAreBounded() throws Exception {
		deploy(SchemaRule.ANY, ITEMS);
		Path file = export();
		StringBuilder table = new StringBuilder("CREATE TABLE sums (c0 INTEGER");
		for (int i = 1; i < 45; i++) {
			table.append(", c%1$d INTEGER NOT NULL AS (c%2$d + c%2$d)".formatted(i, i - 1));
		}
		alter(file, "CREATE TABLE sums (c0 INTEGER); PRAGMA writable_schema = ON; "
				+ "UPDATE sqlite_schema SET sql = '%s)' WHERE name = 'sums'".formatted(table));
		assertRefused(file, "out of memory");
	}

	@Test
	void otherQuotesCaseAndBlanksAreTheSame() throws Exception {
		Path file = export();
		alter(file, """
				DROP TRIGGER items_words; DROP VIEW cheap; DROP INDEX items_name;
				CREATE  INDEX [items_name] ON "items" ( LOWER("name") );
				create view `cheap` as /* all */ select * from [items] where "PRICE"<1;
				create trigger items_words after insert on "items" begin
				insert into [words]("rowid",name)values(NEW."id",new.name);end""");
		this.users.restore(ALICE, file);
		insert("bread");
		assertThat(this.databases.users.verify(ALICE).damage()).isEmpty();
	}

	@Test
	void whatIsInServiceIsNotInTheWayOfItsBackups() throws Exception {
		Path backups = Files.createDirectory(this.directory.resolve("backups"));
		close();
		this.databases = new TestUserDatabases(this.root, backups, Duration.ofSeconds(5), ITEMS);
		this.users = this.databases.users;
		export();
		try (Lease lease = this.databases.open.acquire(DatabaseName.of(ALICE))) {
			run(lease.connection(), "CREATE TABLE made_in_java (x)", "CREATE VIEW made_too AS SELECT 1");
		}
		this.users.restoreBackup(ALICE, this.users.backUp(ALICE).time());
		assertThat(TestConnections.look(this.root.locate(DatabaseName.of(ALICE)),
				"SELECT count(*) FROM sqlite_schema WHERE name LIKE 'made%'"))
			.isEqualTo(2);
	}

	@Test
	void usersTablesAreAcceptedIfTheProductSaysSo() throws Exception {
		deploy(SchemaRule.ANY, ITEMS);
		Path file = export();
		alter(file, "CREATE TABLE mine (a VARCHAR(10) CHECK (length(a) > 0), b CHAR(3), UNIQUE (a)); "
				+ "CREATE INDEX mine_b ON mine (b); INSERT INTO mine VALUES ('a', 'b')");
		this.users.restore(ALICE, file);
		assertThat(TestConnections.look(this.root.locate(DatabaseName.of(ALICE)), "SELECT a FROM mine")).isEqualTo("a");
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE TRIGGER evil AFTER INSERT ON items BEGIN SELECT 1; END",
			"CREATE VIEW evil AS SELECT 1", "CREATE TABLE evil (x CHECK (" + HOG + ")); INSERT INTO evil VALUES (1)",
			"CREATE TABLE evil (x CHECK (\"instr\"(x, x) = 1)); INSERT INTO evil VALUES (1)",
			"CREATE TABLE evil (x CHECK (x LIKE '%a%b%c%d%'))", "CREATE TABLE evil (x, y AS (hex(zeroblob(9))))",
			"CREATE INDEX evil ON items (printf('%s', name))", "CREATE VIRTUAL TABLE evil USING fts5 (x)",
			"ALTER TABLE items ADD COLUMN mine" })
	void usersTablesComputeNothing(String sql) throws Exception {
		deploy(SchemaRule.ANY, ITEMS);
		Path file = export();
		alter(file, "PRAGMA ignore_check_constraints = ON; " + sql);
		assertRefused(file, "no migration makes");
	}

	@Test
	void withoutScriptsThereAreTablesAndNothingThatRuns() throws Exception {
		deploy(SchemaRule.STRICT);
		this.users.create(ALICE);
		Path file = this.directory.resolve("upload.db");
		this.users.export(ALICE, file);
		alter(file, "CREATE TABLE mine (x); INSERT INTO mine VALUES (1)");
		this.users.restore(ALICE, file);
		alter(file, "CREATE VIEW evil AS SELECT 1");
		assertRefused(file, "view \"evil\"");
	}

	@Test
	void oldFileIsComparedWithWhatItsMigrationsMade() throws Exception {
		Path old = export();
		deploy(SchemaRule.STRICT, ITEMS, LATER);
		this.users.restore(ALICE, old);
		assertThat(TestConnections.look(this.root.locate(DatabaseName.of(ALICE)), "SELECT unit FROM items"))
			.isEqualTo("kg");
		// A part of the next one may be there.
		alter(old, "ALTER TABLE items ADD COLUMN unit TEXT DEFAULT 'kg'");
		this.users.restore(ALICE, old);
		alter(old, "CREATE TABLE shops (id INTEGER PRIMARY KEY, evil CHECK (" + HOG + "))");
		assertRefused(old, "table \"shops\"");
	}

	@Test
	void fileIsNamedByALinkOrInADirectoryThatIsOne() throws Exception {
		Path file = export();
		Path link = Files.createSymbolicLink(this.directory.resolve("latest.db"), file);
		this.users.restore(ALICE, link);
		Path directoryLink = Files.createSymbolicLink(this.directory.resolve("link"), this.directory);
		this.users.restore(ALICE, directoryLink.resolve("upload.db"));
	}

	@Test
	void cutOffPageIsMissed() throws Exception {
		export();
		insert("x".repeat(900));
		try (Lease lease = this.databases.open.acquire(DatabaseName.of(ALICE))) {
			run(lease.connection(), "INSERT INTO tags (tag) VALUES (hex(zeroblob(52000)))");
		}
		Path file = export();
		byte[] bytes = Files.readAllBytes(file);
		Files.write(file, Arrays.copyOf(bytes, bytes.length - 4000));
		assertRefused(file, "its last 4000 bytes are missing");
	}

	@Test
	void sizeAndTimeAreLimited() throws Exception {
		Path file = export();
		alter(file, "WITH i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i LIMIT 60000) "
				+ "INSERT INTO items (name, price) SELECT 'item ' || n, n FROM i");
		close();
		this.databases = new TestUserDatabases(this.root, null, Duration.ofSeconds(5),
				new RestoreSettings(DataSize.ofMegabytes(100), Duration.ofMillis(1), SchemaRule.STRICT), ITEMS);
		this.users = this.databases.users;
		assertRefused(file, "cf.db.restore.timeout (PT0.001S)");
		close();
		this.databases = new TestUserDatabases(this.root, null, Duration.ofSeconds(5),
				new RestoreSettings(DataSize.ofKilobytes(100), Duration.ofMinutes(1), SchemaRule.STRICT), ITEMS);
		this.users = this.databases.users;
		assertRefused(file, "cf.db.restore.max-size");
	}

	@Test
	void whatSqliteCannotWorkWithIsTheFilesFault() throws Exception {
		Path file = export();
		// Its format is of a newer SQLite.
		byte[] bytes = Files.readAllBytes(file);
		bytes[47] = 9;
		Files.write(file, bytes);
		assertRefused(file, "it");
		Files.write(file, "SQLite format 3\0".repeat(512).getBytes(StandardCharsets.US_ASCII));
		assertRefused(file, "no SQLite database");
	}

	@Test
	void pathsOfScriptsStayHere() throws Exception {
		Path file = export();
		alter(file, "UPDATE _migrations SET checksum = 'other'");
		assertRefused(file, "Migration 001_items.sql changed", "recorded other");
	}

}
