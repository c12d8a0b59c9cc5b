package tech.circuitforge.db.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.migration.MigrationParser;
import tech.circuitforge.db.pool.CurrentUserDatabase;
import tech.circuitforge.db.pool.DatabaseCreator;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.PoolSettings;
import tech.circuitforge.db.pool.RoutingDataSource;
import tech.circuitforge.db.user.ScopedCurrentUser;

/**
 * Our DataSource and its peers on the same schema, with the same PRAGMAs.
 */
final class Databases implements AutoCloseable {

	static final UserId ALICE = new UserId("550e8400-e29b-41d4-a716-446655440000");

	static final int ROWS = 1_000;

	private static final String SCHEMA = """
			CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT);
			CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price INTEGER NOT NULL);
			CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id), day TEXT);
			CREATE TABLE lines (
			  order_id INTEGER NOT NULL REFERENCES orders (id),
			  product_id INTEGER NOT NULL REFERENCES products (id),
			  quantity INTEGER NOT NULL,
			  PRIMARY KEY (order_id, product_id)
			) WITHOUT ROWID;
			CREATE INDEX orders_customer ON orders (customer_id);
			CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
			INSERT INTO customers SELECT i, 'customer ' || i, 'city ' || (i % 10) FROM n;
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
			INSERT INTO products SELECT i, 'product ' || i, i * 10 FROM n;
			INSERT INTO orders SELECT id, id, '2026-01-01' FROM customers;
			INSERT INTO lines SELECT o.id, p.id, 1 + p.id % 3 FROM orders o JOIN products p ON p.id <= 5;
			""";

	/** What a small product's file looks like to those who open ten thousand of them. */
	private static final String SMALL_SCHEMA = """
			CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
			CREATE TABLE tags (note_id INTEGER REFERENCES notes (id), tag TEXT);
			INSERT INTO notes (text) VALUES ('first'), ('second'), ('third');
			""";

	private final DataRoot root;

	private final DatabaseCreator creator;

	private final OpenDatabases open;

	private final CurrentUser currentUser;

	private final DataSource ours;

	private Databases(Path directory, int maxOpen, String schema, CurrentUser currentUser) {
		this.root = new DataRoot(directory, new Layout("{user}/{app}.db", "bench"));
		MigrationParts parts = new MigrationParts(this.root,
				List.of(MigrationParser.parse("001.sql", "benchmark", schema)));
		this.creator = parts.creator();
		this.open = new OpenDatabases(parts.opener(), new PoolSettings(maxOpen, 4, 32, Duration.ofMinutes(5),
				Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ZERO));
		this.currentUser = currentUser;
		this.ours = new RoutingDataSource(new CurrentUserDatabase(currentUser, null), this.open);
	}

	/** One user's file with a thousand customers. */
	static Databases large(Path directory) {
		return new Databases(directory, 256, SCHEMA, new ScopedCurrentUser(() -> ALICE, () -> null));
	}

	/** Many users with small files; the user is whoever is named. */
	static Databases small(Path directory, int maxOpen) {
		return new Databases(directory, maxOpen, SMALL_SCHEMA, new ScopedCurrentUser(() -> null, () -> null));
	}

	DataSource ours() {
		return this.ours;
	}

	CurrentUser currentUser() {
		return this.currentUser;
	}

	OpenDatabases open() {
		return this.open;
	}

	Path fileOf(UserId user) {
		DatabaseName name = DatabaseName.of(user);
		this.creator.create(name);
		return this.root.locate(name);
	}

	/** Gives a user a copy of a closed file: much faster than making ten thousand. */
	Path copyFor(UserId user, Path template) throws IOException {
		DatabaseName name = DatabaseName.of(user);
		this.root.prepare(name);
		return Files.copy(template, this.root.locate(name));
	}

	static String url(Path file) {
		return "jdbc:sqlite:" + file
				+ "?journal_mode=WAL&synchronous=NORMAL&foreign_keys=true&busy_timeout=30000&cache_size=-2048";
	}

	/** The usual pool, as Spring Boot makes it. */
	static HikariDataSource hikari(Path file, int size) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(url(file));
		config.setMaximumPoolSize(size);
		return new HikariDataSource(config);
	}

	static Path temporaryDirectory() {
		try {
			return Files.createTempDirectory("cf-db-benchmark");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.open.close();
	}

}
