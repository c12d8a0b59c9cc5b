package tech.circuitforge.db.pool;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.Function;
import org.sqlite.SQLiteConnection;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.DatabaseAcquireTimeoutException;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.UserMismatchException;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.user.ScopedCurrentUser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Nothing of the pool leaves the wrapper: whatever an application can reach is its own
 * connection, dead once that is closed, and what it did there is not the next borrower's.
 */
class BorrowedConnectionTests {

	private static final UserId ALICE = new UserId("alice");

	private static final UserId BOB = new UserId("bob");

	private static final int MAX_CONNECTIONS = 2;

	private static final int MAX_WAITING = 3;

	/** Runs until it is stopped. */
	private static final String ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

	@TempDir
	Path directory;

	private OpenDatabases databases;

	private RoutingDataSource dataSource;

	private CurrentUser currentUser;

	private JdbcTemplate jdbc;

	private final ExecutorService executor = Executors.newCachedThreadPool();

	@BeforeEach
	void create() {
		DataRoot root = new DataRoot(this.directory, new Layout("{user}/{app}.db", "kiwi"));
		TestDatabases parts = TestDatabases.of(root, TestDatabases.migration("001_notes.sql",
				"CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); CREATE TABLE other (id INTEGER PRIMARY KEY)"));
		this.databases = new OpenDatabases(parts.opener, new PoolSettings(8, MAX_CONNECTIONS, MAX_WAITING,
				Duration.ofMinutes(1), Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ZERO));
		this.currentUser = new ScopedCurrentUser(() -> null, () -> null);
		this.dataSource = new RoutingDataSource(new CurrentUserDatabase(this.currentUser, null), this.databases);
		this.jdbc = new JdbcTemplate(this.dataSource);
		as(ALICE, () -> this.jdbc.update("INSERT INTO notes (text) VALUES ('alice-secret')"));
		as(BOB, () -> this.jdbc.update("INSERT INTO notes (text) VALUES ('bob-secret')"));
	}

	@AfterEach
	void close() {
		this.executor.shutdownNow();
		this.databases.close();
	}

	// Metadata

	@Test
	void metadataLeadsToTheConnectionThatWasAsked() {
		as(ALICE, () -> {
			try (Connection connection = this.dataSource.getConnection()) {
				DatabaseMetaData metaData = connection.getMetaData();
				assertThat(metaData.getConnection()).isSameAs(connection);
				assertThat(metaData.unwrap(DatabaseMetaData.class).getConnection()).isSameAs(connection);
				try (ResultSet tables = metaData.getTables(null, null, "notes", null)) {
					assertThat(tables.next()).isTrue();
					assertThat(tables.getStatement().getConnection()).isSameAs(connection);
				}
			}
		});
	}

	@Test
	void metadataThatWasKeptRefusesEverythingAfterTheConnectionIsClosed() {
		DatabaseMetaData kept = call(ALICE, () -> {
			try (Connection connection = this.dataSource.getConnection()) {
				DatabaseMetaData metaData = connection.getMetaData();
				metaData.getTables(null, null, null, null).close();
				return metaData;
			}
		});
		// Alice's next request has the same physical connection.
		as(ALICE, () -> {
			try (Connection next = this.dataSource.getConnection()) {
				next.createStatement();
				as(BOB, () -> assertRefuses(kept));
				assertRefuses(kept);
			}
		});
		as(BOB, () -> assertRefuses(kept));
	}

	private static void assertRefuses(DatabaseMetaData kept) {
		for (Method method : DatabaseMetaData.class.getMethods()) {
			// The others, which tell the driver's version, may not throw.
			if (method.getDeclaringClass() == DatabaseMetaData.class && method.getExceptionTypes().length > 0) {
				Object[] arguments = Stream.of(method.getParameterTypes())
					.map((type) -> (type == int.class) ? (Object) 1 : (type == boolean.class) ? (Object) true : null)
					.toArray();
				assertThatExceptionOfType(InvocationTargetException.class).as(method.toString())
					.isThrownBy(() -> method.invoke(kept, arguments))
					.withCauseInstanceOf(SQLException.class)
					.satisfies((ex) -> assertThat(ex.getCause()).hasMessageContaining("closed"));
			}
		}
	}

	@Test
	void metadataOfAnOpenConnectionIsNotForAnotherUser() {
		as(ALICE, () -> {
			try (Connection connection = this.dataSource.getConnection()) {
				DatabaseMetaData metaData = connection.getMetaData();
				as(BOB, () -> assertThatExceptionOfType(UserMismatchException.class)
					.isThrownBy(() -> metaData.getTables(null, null, null, null)));
				as(BOB, () -> assertThatExceptionOfType(UserMismatchException.class)
					.isThrownBy(() -> connection.unwrap(SQLiteConnection.class)));
			}
		});
	}

	@Test
	void closingWhatMetadataHandsOutHarmsNobody() {
		as(ALICE, () -> {
			try (Connection connection = this.dataSource.getConnection()) {
				connection.getMetaData().getConnection().close();
			}
			assertThat(notes()).containsExactly("alice-secret");
		});
	}

	// The driver's own connection

	@Test
	void anUnwrappedConnectionIsNobodysAfterwards() {
		SQLiteConnection kept = call(ALICE, () -> {
			try (Connection connection = this.dataSource.getConnection()) {
				SQLiteConnection physical = connection.unwrap(SQLiteConnection.class);
				physical.setBusyTimeout(7);
				Function.create(physical, "evil", new Function() {

					@Override
					protected void xFunc() throws SQLException {
						result(1);
					}

				});
				assertThat(this.databases.statistics().activeConnections()).isOne();
				return physical;
			}
		});
		as(ALICE, () -> {
			assertThatException().isThrownBy(() -> this.jdbc.queryForObject("SELECT evil()", Integer.class))
				.withStackTraceContaining("no such function");
			assertThat(this.jdbc.queryForObject("PRAGMA busy_timeout", Integer.class)).isEqualTo(30_000);
		});
		as(BOB, () -> assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> kept.createStatement().executeQuery("SELECT text FROM notes")));
	}

	@Test
	void aConnectionThatWasClosedUnderneathIsReplaced() {
		as(ALICE, () -> {
			try (Connection connection = this.dataSource.getConnection()) {
				connection.unwrap(SQLiteConnection.class).close();
			}
			assertThat(notes()).containsExactly("alice-secret");
		});
	}

	@Test
	void nobodyRunsAnythingOnAConnectionThatNobodyHasBorrowed() throws SQLException {
		SqliteConnection physical;
		try (Lease lease = this.databases.acquire(DatabaseName.of(ALICE))) {
			physical = lease.connection();
			physical.createStatement().executeQuery("SELECT text FROM notes").close();
		}
		Statement statement = physical.createStatement();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.executeQuery("SELECT text FROM notes"))
			.withMessageContaining("closed");
		statement.close();
	}

	// Cancelling

	@Test
	void cancellingAStatementThatHasEndedStopsNobodyElse() throws Exception {
		Statement ended = call(ALICE, () -> {
			try (Connection connection = this.dataSource.getConnection();
					Statement statement = connection.createStatement()) {
				statement.executeQuery("SELECT text FROM notes").next();
				return statement;
			}
		});
		Future<Integer> counting = this.executor.submit(() -> call(ALICE, () -> this.jdbc.queryForObject(
				"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000000) SELECT max(i) FROM n",
				Integer.class)));
		while (!counting.isDone()) {
			ended.cancel();
		}
		assertThat(counting.get()).isEqualTo(2_000_000);
	}

	@Test
	void cancellingAnIdleStatementStopsNoOtherOfTheSameConnection() {
		as(ALICE, () -> {
			try (Connection connection = this.dataSource.getConnection();
					Statement idle = connection.createStatement();
					Statement reading = connection.createStatement()) {
				idle.executeQuery("SELECT text FROM notes").close();
				ResultSet rows = reading.executeQuery("VALUES (1), (2)");
				rows.next();
				idle.cancel();
				assertThat(rows.next()).isTrue();
			}
		});
	}

	@Test
	void cancellingARunningStatementStopsIt() throws Exception {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = call(ALICE, connection::createStatement)) {
			Future<?> running = this.executor.submit(() -> as(ALICE, () -> statement.executeQuery(ENDLESS)));
			while (!running.isDone()) {
				statement.cancel();
				LockSupport.parkNanos(1_000_000);
			}
			assertThatException().isThrownBy(running::get).withMessageContaining("INTERRUPT");
		}
	}

	@Test
	void abortStopsTheStatementOfAnotherThread() throws Exception {
		Connection connection = this.dataSource.getConnection();
		Statement statement = call(ALICE, connection::createStatement);
		Future<?> running = this.executor.submit(() -> as(ALICE, () -> statement.executeQuery(ENDLESS)));
		as(ALICE, () -> {
			// Whether it has begun already or not.
			connection.abort(this.executor);
			assertThatException().isThrownBy(() -> running.get(20, TimeUnit.SECONDS))
				.isInstanceOf(ExecutionException.class);
			assertThat(notes()).containsExactly("alice-secret");
		});
		assertThat(this.databases.statistics().activeConnections()).isZero();
	}

	// Closing

	@Test
	void closingFromTwoThreadsAtOnceGivesTheConnectionBackOnce() throws Exception {
		int rounds = 20_000;
		AtomicReference<Connection> shared = new AtomicReference<>();
		// Spins, so that both close within nanoseconds of each other.
		Future<?> other = this.executor.submit(() -> {
			for (int i = 0; i < rounds; i++) {
				Connection connection;
				while ((connection = shared.get()) == null) {
					Thread.onSpinWait();
				}
				shared.set(null);
				connection.close();
			}
			return null;
		});
		for (int i = 0; i < rounds; i++) {
			Connection connection = this.dataSource.getConnection();
			as(ALICE, () -> connection.createStatement());
			shared.set(connection);
			while (shared.get() != null) {
				Thread.onSpinWait();
			}
			connection.close();
		}
		other.get();
		as(ALICE, () -> assertThat(notes()).containsExactly("alice-secret"));
		assertThat(this.databases.statistics().activeConnections()).isZero();
		// It is not in use: an operation can have it for itself.
		this.databases.closeFor(DatabaseName.of(ALICE), "looked at").close();
	}

	@Test
	void aConnectionThatAnotherThreadClosesBeforeItsFirstStatementHoldsNothing() throws Exception {
		CyclicBarrier together = new CyclicBarrier(2);
		for (int i = 0; i < 1_000; i++) {
			Connection connection = this.dataSource.getConnection();
			Future<?> other = this.executor.submit(() -> {
				together.await();
				connection.close();
				return null;
			});
			together.await();
			as(ALICE, () -> {
				try {
					connection.createStatement();
				}
				catch (SQLException ex) {
					assertThat(ex.getMessage()).contains("closed");
				}
			});
			other.get();
		}
		assertThat(this.databases.statistics().activeConnections()).isZero();
	}

	// What a borrower leaves behind

	static Stream<String> leftovers() {
		return Stream.of("CREATE TEMP TABLE notes (text)", "CREATE TABLE temp.notes (text)",
				"CREATE TABLE \"temp\".notes (text)", "CREATE TABLE [TEMP] . notes (text)",
				"CREATE TABLE IF NOT EXISTS/**/`Temp`/* c */.notes (text)",
				"CREATE TABLE temp.notes AS SELECT 'fake' AS text", "CREATE VIEW temp.notes AS SELECT 'fake' AS text",
				"CREATE TRIGGER temp.t AFTER INSERT ON main.notes BEGIN DELETE FROM notes; END",
				"CREATE VIRTUAL TABLE temp.notes USING fts5(text)", "PRAGMA foreign_keys = optimize",
				"PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys(table_info)", "PRAGMA main.foreign_keys = no",
				"PRAGMA \"foreign_keys\" = OFF", "PRAGMA case_sensitive_like = ON", "PRAGMA busy_timeout = 7",
				"PRAGMA recursive_triggers = 1", "PRAGMA ignore_check_constraints = 1", "PRAGMA query_only = 1",
				" \uFEFFPRAGMA foreign_keys = OFF", "EXPLAIN PRAGMA foreign_keys = OFF",
				"EXPLAIN QUERY PLAN PRAGMA foreign_keys = OFF");
	}

	@ParameterizedTest
	@ValueSource(strings = { "PRAGMA foreign_keys = OFF", "PRAGMA case_sensitive_like = ON",
			"PRAGMA ignore_check_constraints = 1", "EXPLAIN PRAGMA ignore_check_constraints = 1" })
	void whatIsCompiledAndNotRunIsNotTheNextOnesEither(String sql) {
		as(ALICE, () -> {
			List<Object> before = session();
			try (Connection connection = this.dataSource.getConnection()) {
				connection.prepareStatement(sql);
			}
			assertThat(session()).isEqualTo(before);
			try (Connection connection = this.dataSource.getConnection();
					Statement statement = connection.createStatement()) {
				statement.executeQuery(sql);
			}
			catch (SQLException ex) {
				// It returns no rows.
			}
			assertThat(session()).isEqualTo(before);
		});
	}

	@ParameterizedTest
	@MethodSource("leftovers")
	void whatABorrowerLeavesBehindIsNotTheNextOnes(String sql) {
		as(ALICE, () -> {
			List<Object> before = session();
			this.jdbc.execute(sql);
			assertThat(session()).isEqualTo(before);
			assertThat(notes()).containsExactly("alice-secret");
			this.jdbc.update("INSERT INTO notes (text) VALUES ('more')");
			assertThat(notes()).containsExactly("alice-secret", "more");
		});
	}

	private List<Object> session() {
		List<Object> session = new ArrayList<>();
		for (String ask : List.of("PRAGMA foreign_keys", "PRAGMA busy_timeout", "PRAGMA recursive_triggers",
				"PRAGMA ignore_check_constraints", "PRAGMA query_only", "PRAGMA trusted_schema", "SELECT 'a' LIKE 'A'",
				"SELECT count(*) FROM temp.sqlite_schema")) {
			session.add(this.jdbc.queryForObject(ask, Object.class));
		}
		return session;
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT text FROM notes", "INSERT INTO other DEFAULT VALUES", "CREATE TABLE more (id)",
			"CREATE INDEX by_text ON notes (text)", "PRAGMA table_info(notes)", "PRAGMA foreign_keys", "VACUUM" })
	void whatLeavesNothingBehindKeepsTheConnection(String sql) throws SQLException {
		SqliteConnection before = physical();
		as(ALICE, () -> this.jdbc.execute(sql));
		assertThat(physical()).isSameAs(before);
	}

	private SqliteConnection physical() throws SQLException {
		try (Lease lease = this.databases.acquire(DatabaseName.of(ALICE))) {
			return lease.connection();
		}
	}

	@Test
	void afterAReadOnlyTransactionTheDatabaseCanBeMaintained() throws SQLException {
		TransactionTemplate readOnly = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		readOnly.setReadOnly(true);
		as(ALICE, () -> readOnly.execute((status) -> notes()));
		try (Lease lease = this.databases.acquire(DatabaseName.of(ALICE))) {
			assertThatNoException().isThrownBy(() -> lease.connection().runScript("PRAGMA user_version = 5"));
		}
	}

	// Other files

	@ParameterizedTest
	@ValueSource(strings = { "ATTACH '%s' AS b", "attach database '%s' as b", "/* c */ ATTACH '%s' AS b",
			"-- c\nATTACH '%s' AS b", ";ATTACH '%s' AS b", "VACUUM INTO '%s.copy'", "VACUUM main INTO '%s.copy'",
			"vacuum \"main\" into/**/'%s.copy'", "VACUUM \uFEFFINTO '%s.copy'", " \uFEFFATTACH '%s' AS b",
			"backup to '%s.copy'", "backup main to '%s.copy'", "restore from '%s'" })
	void sqlReachesNoOtherFile(String sql) {
		Path bobs = this.directory.resolve("bob").resolve("kiwi.db");
		as(ALICE, () -> {
			assertThatException().isThrownBy(() -> this.jdbc.execute(sql.formatted(bobs)));
			assertThatException().isThrownBy(() -> this.jdbc.queryForList("SELECT text FROM b.notes"));
			assertThat(notes()).containsExactly("alice-secret");
		});
		assertThat(bobs.resolveSibling("kiwi.db.copy")).doesNotExist();
	}

	@Test
	void theRefusalSaysWhatToUseInstead() {
		as(ALICE, () -> assertThatException().isThrownBy(() -> this.jdbc.execute("ATTACH ':memory:' AS m"))
			.withMessageContaining("cf.db.sqlite.attach=allow"));
	}

	@Test
	void sqliteItselfRefusesToAttachAlsoAfterAVacuum() throws SQLException {
		as(ALICE, () -> this.jdbc.execute("VACUUM"));
		try (Lease lease = this.databases.acquire(DatabaseName.of(ALICE))) {
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> lease.connection().runScript("ATTACH ':memory:' AS m"))
				.withMessageContaining("too many attached databases");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "PRAGMA hard_heap_limit = 1", "PRAGMA soft_heap_limit(1)",
			"PRAGMA \"hard_heap_limit\" = 100000", "PRAGMA temp_store_directory = '/'",
			"PRAGMA \uFEFFhard_heap_limit = 100000", "EXPLAIN PRAGMA hard_heap_limit = 100000" })
	void oneUsersStatementChangesNothingForTheProcess(String sql) {
		as(ALICE, () -> {
			List<Object> before = process();
			assertThatException().isThrownBy(() -> this.jdbc.execute(sql))
				.withMessageContaining("every database in this process");
			assertThat(process()).isEqualTo(before);
		});
	}

	private List<Object> process() {
		return List.of(this.jdbc.queryForList("PRAGMA hard_heap_limit"),
				this.jdbc.queryForList("PRAGMA soft_heap_limit"),
				this.jdbc.queryForList("PRAGMA temp_store_directory"));
	}

	@Test
	void schemaIsNotTrusted() {
		as(ALICE, () -> {
			assertThatException().isThrownBy(() -> this.jdbc.execute("PRAGMA trusted_schema = ON"))
				.withMessageContaining("its schema is trusted");
			assertThat(this.jdbc.queryForObject("PRAGMA trusted_schema", Integer.class)).isZero();
		});
	}

	// One user's hanging requests

	@Test
	void moreThreadsThanMayWaitForAUsersDatabaseAreRefusedAtOnce() throws Exception {
		List<Lease> held = new ArrayList<>();
		for (int i = 0; i < MAX_CONNECTIONS; i++) {
			held.add(this.databases.acquire(DatabaseName.of(ALICE)));
		}
		List<Thread> waiting = new ArrayList<>();
		for (int i = 0; i < MAX_WAITING; i++) {
			Thread thread = new Thread(() -> as(ALICE, this::notes));
			thread.start();
			waiting.add(thread);
		}
		for (Thread thread : waiting) {
			while (thread.getState() != Thread.State.TIMED_WAITING) {
				Thread.onSpinWait();
			}
		}
		assertThatExceptionOfType(DatabaseAcquireTimeoutException.class)
			.isThrownBy(() -> this.databases.acquire(DatabaseName.of(ALICE)))
			.withMessageContaining("cf.db.pool.max-waiting-per-database");
		as(BOB, () -> assertThat(notes()).containsExactly("bob-secret"));
		held.forEach(Lease::close);
		for (Thread thread : waiting) {
			thread.join();
		}
		as(ALICE, () -> assertThat(notes()).containsExactly("alice-secret"));
	}

	@Test
	void aDatabaseThatIsEverybodysHasNoSuchBound() throws Exception {
		List<Lease> held = new ArrayList<>();
		for (int i = 0; i < MAX_CONNECTIONS; i++) {
			held.add(this.databases.acquire(DatabaseName.ANONYMOUS));
		}
		List<Future<?>> waiting = new ArrayList<>();
		for (int i = 0; i < 10 * MAX_WAITING; i++) {
			waiting.add(this.executor.submit(() -> this.databases.acquire(DatabaseName.ANONYMOUS).close()));
		}
		held.forEach(Lease::close);
		for (Future<?> each : waiting) {
			each.get();
		}
	}

	@Test
	void aClosedConnectionRefusesEverything() throws SQLException {
		Connection connection = this.dataSource.getConnection();
		connection.close();
		assertThatExceptionOfType(SQLException.class).isThrownBy(connection::getMetaData);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connection.unwrap(SQLiteConnection.class));
		assertThatExceptionOfType(SQLException.class).isThrownBy(connection::createStatement);
	}

	private List<String> notes() {
		return this.jdbc.queryForList("SELECT text FROM notes ORDER BY id", String.class);
	}

	private void as(UserId user, Action action) {
		call(user, () -> {
			action.run();
			return null;
		});
	}

	private <T> T call(UserId user, Callable<T> task) {
		try {
			return this.currentUser.callAs(user, task);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@FunctionalInterface
	private interface Action {

		void run() throws Exception;

	}

}
