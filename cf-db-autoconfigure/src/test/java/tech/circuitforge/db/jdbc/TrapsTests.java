package tech.circuitforge.db.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.TimeZone;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What goes wrong on Spring Boot with HikariCP and the plain driver, and does not here.
 * Each row is run on both.
 */
@Tag("slow")
class TrapsTests {

	@TempDir
	Path directory;

	private final TimeZone zone = TimeZone.getDefault();

	@BeforeEach
	void leaveUtc() {
		TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
	}

	@AfterEach
	void comeBack() {
		TimeZone.setDefault(this.zone);
	}

	@ParameterizedTest
	@MethodSource("traps")
	void plainFallsInAndOursDoesNot(Trap trap) throws Exception {
		assertThat(run(trap, Product.plain(this.directory.resolve("plain.db"))))
			.as("%s, plain driver behind HikariCP", trap.name())
			.isEqualTo(trap.plain());
		assertThat(run(trap, Product.local(this.directory.resolve("ours.db"), "cf.db.sqlite.busy-timeout=1s")))
			.as("%s, ours", trap.name())
			.isEqualTo(trap.ours());
	}

	private static String run(Trap trap, Product product) throws Exception {
		try (product) {
			product.jdbc().execute("CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
			product.jdbc()
				.execute("CREATE TABLE child (parent_id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)");
			return trap.attempt().run(product);
		}
	}

	static Stream<Trap> traps() {
		return Stream.of(
				new Trap("rows of a rolled-back transaction after a busy BEGIN", "1 row", "0 rows",
						TrapsTests::rollBackAfterBusyBegin),
				new Trap("a failed commit leaves the file locked", "CannotAcquire-like failure", "fine",
						TrapsTests::writeAfterFailedCommit),
				new Trap("a read-only transaction writes", "1 row", "0 rows", TrapsTests::writeReadOnly),
				new Trap("a commit takes the lock for the next transaction", "locked", "free",
						TrapsTests::lockAfterCommit),
				new Trap("a duplicate key", "UncategorizedSQLException", "DuplicateKeyException",
						(product) -> exceptionOf(
								() -> product.jdbc().update("INSERT INTO parent VALUES (1, 'a'), (1, 'b')"))),
				new Trap("a missing parent at commit", "JdbcSQLException-like", "DataIntegrityViolationException",
						TrapsTests::failedCommit),
				new Trap("a missing table", "UncategorizedSQLException", "BadSqlGrammarException",
						(product) -> exceptionOf(() -> product.jdbc().queryForList("SELECT * FROM missing"))),
				new Trap("a query that runs past its timeout", "ran on", "QueryTimeoutException",
						TrapsTests::queryPastItsTimeout),
				new Trap("a point in time read back", "failed", "same", TrapsTests::instantRoundTrip),
				new Trap("CURRENT_TIMESTAMP read as a point in time", "another time", "now",
						TrapsTests::currentTimestamp),
				new Trap("the key after ON CONFLICT DO NOTHING", "1", "none", TrapsTests::keyAfterNothing),
				new Trap("a second statement in one string", "1 row", "refused", TrapsTests::twoStatements),
				new Trap("a write in REQUIRES_NEW inside a write", "waited", "failed fast", TrapsTests::requiresNew));
	}

	private static String rollBackAfterBusyBegin(Product product) throws Exception {
		try (Connection blocker = java.sql.DriverManager.getConnection(url(product));
				Statement statement = blocker.createStatement()) {
			statement.execute("BEGIN IMMEDIATE");
			exceptionOf(() -> product.transaction()
				.execute((status) -> product.jdbc().update("INSERT INTO parent VALUES (1, 'a')")));
			statement.execute("ROLLBACK");
		}
		for (int i = 0; i < 10; i++) {
			int id = i;
			exceptionOf(() -> product.transaction().execute((status) -> {
				product.jdbc().update("INSERT OR IGNORE INTO parent VALUES (1, 'a')");
				throw new IllegalStateException("roll back " + id);
			}));
		}
		return rows(product);
	}

	private static String url(Product product) {
		String file = product.jdbc()
			.queryForObject("SELECT file FROM pragma_database_list WHERE name = 'main'", String.class);
		return "jdbc:sqlite:" + file + "?busy_timeout=0";
	}

	private static String writeAfterFailedCommit(Product product) throws Exception {
		exceptionOf(
				() -> product.transaction().execute((status) -> product.jdbc().update("INSERT INTO child VALUES (7)")));
		String url = url(product);
		try (Connection other = java.sql.DriverManager.getConnection(url);
				Statement statement = other.createStatement()) {
			statement.execute("INSERT INTO parent VALUES (1, 'a')");
			return "fine";
		}
		catch (SQLException ex) {
			return "CannotAcquire-like failure";
		}
	}

	private static String failedCommit(Product product) {
		String name = exceptionOf(
				() -> product.transaction().execute((status) -> product.jdbc().update("INSERT INTO child VALUES (7)")));
		return name.equals("DataIntegrityViolationException") ? name : "JdbcSQLException-like";
	}

	private static String writeReadOnly(Product product) {
		exceptionOf(() -> product.readOnly()
			.execute((status) -> product.jdbc().update("INSERT INTO parent VALUES (1, 'a')")));
		return rows(product);
	}

	private static String lockAfterCommit(Product product) throws Exception {
		String url = url(product);
		try (Connection connection = product.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("INSERT INTO parent VALUES (1, 'a')");
			connection.commit();
			try (Connection other = java.sql.DriverManager.getConnection(url);
					Statement otherStatement = other.createStatement()) {
				otherStatement.execute("INSERT INTO parent VALUES (2, 'b')");
				return "free";
			}
			catch (SQLException ex) {
				return "locked";
			}
			finally {
				connection.rollback();
			}
		}
	}

	private static String queryPastItsTimeout(Product product) {
		JdbcTemplate limited = new JdbcTemplate(product.dataSource());
		limited.setExceptionTranslator(product.jdbc().getExceptionTranslator());
		limited.setQueryTimeout(1);
		String exception = exceptionOf(() -> limited.queryForObject("""
				WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000000)
				SELECT count(*) FROM n WHERE i % 7 = 1 AND i || '' LIKE '%1%'""", Long.class));
		return exception.equals("none") ? "ran on" : exception;
	}

	private static String instantRoundTrip(Product product) {
		product.jdbc().execute("CREATE TABLE t (at TEXT)");
		Instant at = Instant.parse("2026-01-31T09:30:00.123456789Z");
		try {
			product.client().sql("INSERT INTO t VALUES (?)").param(at).update();
			// As a row mapper does it.
			Instant read = product.jdbc()
				.queryForObject("SELECT at FROM t", (row, index) -> row.getObject("at", Instant.class));
			return at.equals(read) ? "same" : "different";
		}
		catch (RuntimeException ex) {
			return "failed";
		}
	}

	private static String currentTimestamp(Product product) {
		try {
			Timestamp now = product.jdbc().queryForObject("SELECT CURRENT_TIMESTAMP || '.000'", Timestamp.class);
			return (Duration.between(now.toInstant(), Instant.now()).abs().toMinutes() < 5) ? "now" : "another time";
		}
		catch (RuntimeException ex) {
			return "unreadable";
		}
	}

	private static String keyAfterNothing(Product product) throws Exception {
		product.jdbc().update("INSERT INTO parent VALUES (1, 'a')");
		try (Connection connection = product.dataSource().getConnection()) {
			connection.createStatement().executeUpdate("INSERT OR REPLACE INTO parent VALUES (1, 'a')");
			try (PreparedStatement insert = connection.prepareStatement(
					"INSERT INTO parent (name) VALUES ('a') ON CONFLICT DO NOTHING", Statement.RETURN_GENERATED_KEYS)) {
				insert.executeUpdate();
				try (ResultSet keys = insert.getGeneratedKeys()) {
					return keys.next() ? keys.getString(1) : "none";
				}
			}
		}
	}

	private static String twoStatements(Product product) {
		String exception = exceptionOf(() -> {
			product.jdbc().execute("INSERT INTO parent VALUES (1, 'a'); INSERT INTO parent VALUES (2, 'b')");
			return null;
		});
		return exception.equals("none") ? rows(product) : "refused";
	}

	private static String requiresNew(Product product) {
		long start = System.nanoTime();
		exceptionOf(() -> product.transaction().execute((status) -> {
			product.jdbc().update("INSERT INTO parent VALUES (1, 'a')");
			return product.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
				.execute((inner) -> product.jdbc().update("INSERT INTO parent VALUES (2, 'b')"));
		}));
		return (Duration.ofNanos(System.nanoTime() - start).toMillis() < 800) ? "failed fast" : "waited";
	}

	private static String rows(Product product) {
		int rows = product.jdbc().queryForObject("SELECT count(*) FROM parent", Integer.class);
		return (rows == 1) ? "1 row" : rows + " rows";
	}

	private static String exceptionOf(Callable<?> attempt) {
		try {
			attempt.call();
			return "none";
		}
		catch (Exception ex) {
			return ex.getClass().getSimpleName();
		}
	}

	private record Trap(String name, String plain, String ours, Attempt attempt) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	private interface Attempt {

		String run(Product product) throws Exception;

	}

}
