package tech.circuitforge.db.lifecycle;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.migration.MigrationLoader;
import tech.circuitforge.db.pool.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Every file that cf-db or the original has written for a product can be restored,
 * whichever way its scripts were deployed.
 */
@Tag("slow")
class RestoreOrdersTests {

	private static final UserId USER = new UserId("user");

	private static final UserId OTHER = new UserId("other");

	private static final int ROUNDS = Integer.getInteger("orders", 40);

	/** Each can be applied as soon as its parents are there. */
	private static final List<Migration> SCRIPTS = List.of(
			script("001_start.sql",
					"""
							CREATE TABLE items (id INTEGER PRIMARY KEY AUTOINCREMENT, "name" TEXT NOT NULL, CHECK (name <> ''));
							CREATE TABLE IF NOT EXISTS 'tags' (item REFERENCES items (id), tag TEXT COLLATE NOCASE, PRIMARY KEY (item, tag))
							  WITHOUT ROWID;
							INSERT INTO items (name) VALUES ('first');
							"""),
			script("002_unit.sql", "ALTER TABLE items ADD COLUMN unit TEXT DEFAULT 'kg' CHECK (unit <> '')"),
			script("003_price.sql", """
					ALTER TABLE items ADD price REAL DEFAULT 3;
					ALTER TABLE tags ADD COLUMN upper_tag TEXT GENERATED ALWAYS AS (upper(tag)) VIRTUAL;
					"""), script("004_search.sql", """
					CREATE VIRTUAL TABLE words USING fts5 (name, content='items', content_rowid='id');
					CREATE VIRTUAL TABLE old_words USING fts4 (name);
					CREATE VIRTUAL TABLE boxes USING rtree (id, x0, x1);
					CREATE TRIGGER items_words AFTER INSERT ON items BEGIN
					  INSERT INTO words (rowid, name) VALUES (new.id, new.name); -- and
					  INSERT INTO old_words VALUES (new.name);
					END;
					INSERT INTO old_words VALUES ('x');
					"""), script("005_index.sql", """
					create unique index if not exists items_lower on items (lower(name) desc) where id > 0;
					ANALYZE;
					"""),
			script("006_shops.sql",
					"""
							CREATE TABLE shops_new ("shop id" INTEGER PRIMARY KEY, created TEXT DEFAULT CURRENT_TIMESTAMP) STRICT;
							ALTER TABLE shops_new RENAME TO shops;
							CREATE VIEW [shop ids] AS SELECT "shop id" FROM shops;
							"""),
			script("022_a.sql", "CREATE TABLE a (x, y); ALTER TABLE a RENAME COLUMN y TO z;"), script("022_b.sql", """
					CREATE TABLE b (x AS (y + 1) STORED, y INTEGER);
					ALTER TABLE b ADD COLUMN dropped;
					ALTER TABLE b DROP COLUMN dropped;
					"""), script("030_copy.sql", "CREATE TABLE copied AS SELECT id, name || 'x' AS n FROM items"),
			script("031_rename.sql", "ALTER TABLE items RENAME COLUMN name TO title;"));

	@TempDir
	Path directory;

	private static Migration script(String name, String text) {
		return TestDatabases.migration(name, text);
	}

	@Test
	void filesOfManyDeployments() throws Exception {
		Random random = new Random(16);
		for (int round = 0; round < ROUNDS; round++) {
			try (Product product = new Product(this.directory.resolve("round-" + round))) {
				product.deployInParts(random, SCRIPTS);
				product.restoreAll(SCRIPTS);
			}
		}
	}

	static List<Path> corpora() throws IOException {
		try (Stream<Path> directories = Files.list(Path.of("src/test/resources/corpus"))) {
			return directories.sorted().toList();
		}
	}

	@ParameterizedTest
	@MethodSource("corpora")
	void filesOfTheCorpora(Path scripts) throws Exception {
		List<Migration> migrations = new MigrationLoader(new PathMatchingResourcePatternResolver())
			.load(List.of("file:" + scripts.toAbsolutePath()));
		for (int count = 1; count <= migrations.size(); count++) {
			try (Product product = new Product(this.directory.resolve("first-" + count))) {
				product.deploy(migrations.subList(0, count));
				product.restoreAll(migrations);
			}
		}
	}

	@Test
	void filesOfTheOriginal() throws Exception {
		for (int count = 1; count <= SCRIPTS.size(); count++) {
			Path file = this.directory.resolve("python-" + count + ".db");
			try (Connection python = DriverManager.getConnection("jdbc:sqlite:" + file);
					Statement statement = python.createStatement()) {
				statement.executeUpdate("CREATE TABLE IF NOT EXISTS _migrations "
						+ "(name TEXT PRIMARY KEY, applied_at TEXT DEFAULT CURRENT_TIMESTAMP)");
				for (Migration migration : SCRIPTS.subList(0, count)) {
					run(statement, migration, migration.statements().size());
					statement.executeUpdate("INSERT INTO _migrations (name) VALUES ('" + migration.name() + "')");
				}
				if (count < SCRIPTS.size() && SCRIPTS.get(count).name().equals("003_price.sql")) {
					// Killed half-way.
					run(statement, SCRIPTS.get(count), 1);
				}
			}
			try (Product product = new Product(this.directory.resolve("product-" + count))) {
				product.deploy(SCRIPTS);
				product.databases.users.restore(OTHER, file);
				assertThat(product.databases.users.info(OTHER).migrations()).isNotNull()
					.satisfies((migrations) -> assertThat(migrations.pending()).isEmpty());
			}
		}
	}

	@Test
	void filesOfAnotherVersionOfSqlite() throws Exception {
		assumeTrue(Product.hasShell(), "no sqlite3 shell");
		Path file = this.directory.resolve("shell.db");
		Product.shell(file,
				"CREATE TABLE _migrations (name TEXT PRIMARY KEY, applied_at TEXT DEFAULT CURRENT_TIMESTAMP);\n");
		for (int i = 0; i < SCRIPTS.size(); i++) {
			Migration migration = SCRIPTS.get(i);
			StringBuilder script = new StringBuilder();
			migration.statements().forEach((statement) -> script.append(statement.text()).append(";\n"));
			Product.shell(file, script + "INSERT INTO _migrations (name) VALUES ('" + migration.name() + "');\n");
			try (Product product = new Product(this.directory.resolve("shell-" + i))) {
				product.deploy(SCRIPTS);
				product.databases.users.restore(OTHER, file);
			}
		}
	}

	private static void run(Statement statement, Migration migration, int statements) throws SQLException {
		for (int i = 0; i < statements; i++) {
			statement.executeUpdate(migration.statements().get(i).text());
		}
	}

	/** One product with its users. */
	private static final class Product implements AutoCloseable {

		private final Path directory;

		private final DataRoot root;

		private TestUserDatabases databases;

		Product(Path directory) throws IOException {
			this.directory = Files.createDirectory(directory);
			this.root = new DataRoot(Files.createDirectory(directory.resolve("root")),
					new Layout("{user}/{app}.db", "kiwi"));
			this.databases = new TestUserDatabases(this.root, null, Duration.ofSeconds(5));
		}

		void deploy(List<Migration> migrations) {
			close();
			this.databases = new TestUserDatabases(this.root, null, Duration.ofSeconds(5),
					migrations.toArray(Migration[]::new));
			if (!this.databases.users.exists(USER)) {
				this.databases.users.create(USER);
			}
			this.databases.users.migrate(USER);
		}

		/** In releases with more scripts each, late ones among them. */
		void deployInParts(Random random, List<Migration> migrations) {
			List<Integer> order = new ArrayList<>(IntStream.range(1, migrations.size() - 2).boxed().toList());
			Collections.shuffle(order, random);
			TreeSet<Integer> deployed = new TreeSet<>();
			deployed.add(0);
			int most = random.nextInt(order.size() + 1);
			for (int i = 0; i < most; i++) {
				deployed.add(order.get(i));
				if (random.nextBoolean()) {
					deploy(deployed.stream().map(migrations::get).toList());
				}
			}
			deploy(deployed.stream().map(migrations::get).toList());
		}

		/** The file as it is, exported, dumped and read again. */
		void restoreAll(List<Migration> migrations) throws Exception {
			List<Path> files = new ArrayList<>();
			files.add(this.directory.resolve("export.db"));
			this.databases.users.export(USER, files.get(0));
			if (hasShell()) {
				files.add(reload(files.get(0)));
			}
			deploy(migrations);
			for (Path file : files) {
				this.databases.users.restore(OTHER, file);
				assertThat(this.databases.users.info(OTHER).migrations()).isNotNull()
					.satisfies((found) -> assertThat(found.pending()).isEmpty());
			}
			this.databases.users.restore(OTHER, this.root.locate(DatabaseName.of(USER)));
		}

		private Path reload(Path file) throws IOException, InterruptedException {
			Path dump = this.directory.resolve("dump.sql");
			Path reloaded = this.directory.resolve("reloaded.db");
			shell(file, ".output " + dump + "\n.dump\n");
			// The shell is careful by itself.
			shell(reloaded, ".dbconfig defensive off\n.read " + dump + "\n");
			return reloaded;
		}

		static void shell(Path file, String input) throws IOException, InterruptedException {
			Process shell = new ProcessBuilder("sqlite3", "-batch", file.toString()).redirectErrorStream(true).start();
			shell.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
			shell.getOutputStream().close();
			shell.getInputStream().readAllBytes();
			// Some are built without sqlite_stat4 and say so.
			shell.waitFor();
		}

		static boolean hasShell() {
			return Stream.of(System.getenv("PATH").split(File.pathSeparator))
				.anyMatch((entry) -> Files.isExecutable(Path.of(entry, "sqlite3")));
		}

		@Override
		public void close() {
			this.databases.close();
		}

	}

}
