package tech.circuitforge.db.pool;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import tech.circuitforge.db.DatabaseAcquireTimeoutException;
import tech.circuitforge.db.DatabaseDamagedException;
import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.UnsafePathException;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.sqlite.TestConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static tech.circuitforge.db.sqlite.TestConnections.query;
import static tech.circuitforge.db.sqlite.TestConnections.run;

@ExtendWith(OutputCaptureExtension.class)
class OpenDatabasesTests {

	private static final DatabaseName ALICE = DatabaseName.of(new UserId("alice"));

	private static final DatabaseName BOB = DatabaseName.of(new UserId("bob"));

	private static final Migration NOTES = TestDatabases.migration("001_notes.sql",
			"CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)");

	private final ExecutorService executor = Executors.newCachedThreadPool();

	@TempDir
	Path directory;

	private DataRoot root;

	private OpenDatabases databases;

	@BeforeEach
	void createRoot() {
		this.root = new DataRoot(this.directory, new Layout("{user}/{app}.db", "kiwi"));
	}

	@AfterEach
	void close() {
		this.executor.shutdownNow();
		if (this.databases != null) {
			this.databases.close();
		}
	}

	@Test
	void firstLeaseMakesAndMigratesTheFile() throws Exception {
		open(2, Duration.ofSeconds(1));
		try (Lease lease = this.databases.acquire(ALICE)) {
			assertThat(query(lease.connection(), "SELECT count(*) FROM notes")).isEqualTo(0);
			assertThat(query(lease.connection(), "PRAGMA journal_mode")).isEqualTo("wal");
		}
		Path file = this.root.locate(ALICE);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
		this.databases.close();
		// Closing wrote the log back; nothing of the making is left over.
		assertThat(file.getParent()).isDirectoryNotContaining((other) -> !other.equals(file));
	}

	@Test
	void leastRecentlyUsedIdleDatabaseMakesRoom() throws Exception {
		open(2, Duration.ofSeconds(1));
		this.databases.acquire(ALICE).close();
		this.databases.acquire(BOB).close();
		this.databases.acquire(ALICE).close();
		this.databases.acquire(user("carol")).close();
		assertThat(wal(BOB)).doesNotExist();
		assertThat(wal(ALICE)).exists();
	}

	@Test
	void leasedDatabaseIsNeverClosed() throws Exception {
		open(1, Duration.ofMillis(200));
		try (Lease lease = this.databases.acquire(ALICE)) {
			run(lease.connection(), "INSERT INTO notes VALUES (1, 'kept')");
			assertThatExceptionOfType(DatabaseAcquireTimeoutException.class)
				.isThrownBy(() -> this.databases.acquire(BOB))
				.withMessageContaining("All 1 databases that may be open at once are in use")
				.withMessageContaining("cf.db.pool.max-open-databases");
			assertThat(query(lease.connection(), "SELECT text FROM notes")).isEqualTo("kept");
		}
		this.databases.acquire(BOB).close();
	}

	@Test
	void waiterGetsThePlaceThatBecomesFree() throws Exception {
		open(1, Duration.ofSeconds(20));
		Lease lease = this.databases.acquire(ALICE);
		Future<?> waiting = this.executor.submit(() -> this.databases.acquire(BOB).close());
		await().until(() -> Files.notExists(this.root.locate(BOB)) && !waiting.isDone());
		lease.close();
		waiting.get(10, TimeUnit.SECONDS);
		assertThat(wal(ALICE)).doesNotExist();
	}

	@Test
	void connectionsOfOneDatabaseAreBounded() throws Exception {
		open(1, Duration.ofMillis(100));
		List<Lease> leases = IntStream.range(0, 4).mapToObj((i) -> this.databases.acquire(ALICE)).toList();
		assertThatExceptionOfType(DatabaseAcquireTimeoutException.class).isThrownBy(() -> this.databases.acquire(ALICE))
			.withMessageContaining("All 4 connections to the database of user \"alice\"");
		leases.get(0).close();
		this.databases.acquire(ALICE).close();
		leases.forEach(Lease::close);
	}

	@Test
	void brokenConnectionIsNotGivenToTheNextBorrower() throws Exception {
		open(1, Duration.ofSeconds(1));
		try (Lease lease = this.databases.acquire(ALICE)) {
			run(lease.connection(), "CREATE TABLE c (n INTEGER REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED)");
			lease.connection().setAutoCommit(false);
			run(lease.connection(), "INSERT INTO c VALUES (1)");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> lease.connection().commit());
		}
		try (Lease lease = this.databases.acquire(ALICE)) {
			assertThat(lease.connection().isReusable()).isTrue();
			run(lease.connection(), "INSERT INTO notes VALUES (1, 'works')");
			assertThat(query(lease.connection(), "SELECT count(*) FROM c")).isEqualTo(0);
		}
	}

	@Test
	void whatABorrowerLeavesOpenIsRolledBack() throws Exception {
		open(1, Duration.ofSeconds(1));
		try (Lease lease = this.databases.acquire(ALICE)) {
			lease.connection().setReadOnly(false);
			lease.connection().setAutoCommit(false);
			run(lease.connection(), "INSERT INTO notes VALUES (1, 'lost')");
		}
		try (Lease lease = this.databases.acquire(ALICE)) {
			assertThat(lease.connection().getAutoCommit()).isTrue();
			assertThat(query(lease.connection(), "SELECT count(*) FROM notes")).isEqualTo(0);
		}
	}

	@Test
	void idleDatabaseIsClosed() {
		this.databases = new OpenDatabases(opener(this.root, true, NOTES), new PoolSettings(2, 4, 32,
				Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ZERO));
		try (Lease lease = this.databases.acquire(ALICE)) {
			this.databases.acquire(BOB).close();
			await().until(() -> Files.notExists(wal(BOB)));
			assertThat(wal(ALICE)).exists();
			assertThat(lease.connection().isReusable()).isTrue();
		}
		await().until(() -> Files.notExists(wal(ALICE)));
	}

	@Test
	void firstOpenIsSharedByAllWhoWantIt() throws Exception {
		AtomicInteger openings = new AtomicInteger();
		CountDownLatch gate = new CountDownLatch(1);
		DatabaseFiles counting = (name) -> {
			if (openings.getAndIncrement() == 0) {
				awaitUninterrupted(gate);
			}
			return this.root.locate(name);
		};
		this.root.prepare(ALICE);
		this.databases = new OpenDatabases(opener(counting, true, NOTES), new PoolSettings(2, 1, 32,
				Duration.ofMinutes(1), Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ZERO));
		List<Future<?>> all = IntStream.range(0, 8)
			.<Future<?>>mapToObj((i) -> this.executor.submit(() -> this.databases.acquire(ALICE).close()))
			.toList();
		// One slow user delays nobody else.
		this.root.prepare(BOB);
		this.databases.acquire(BOB).close();
		int before = openings.get();
		gate.countDown();
		for (Future<?> one : all) {
			one.get(20, TimeUnit.SECONDS);
		}
		// Alice's first look found no file; making it and opening it are two more,
		// whoever else was waiting.
		assertThat(openings.get() - before).isLessThanOrEqualTo(3);
	}

	@Test
	void damagedFileIsReportedAndLeftAsItIs() throws Exception {
		open(1, Duration.ofSeconds(1));
		this.root.prepare(ALICE);
		Files.writeString(this.root.locate(ALICE), "this is not a database, whatever its name says".repeat(50));
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(DatabaseQuarantinedException.class)
				.isThrownBy(() -> this.databases.acquire(ALICE))
				.withMessageContaining("The database of user \"alice\" is damaged")
				.withMessageContaining("nobody else is affected")
				.withCauseInstanceOf(DatabaseDamagedException.class);
		}
		this.databases.acquire(BOB).close();
		assertThat(this.root.locate(ALICE)).hasContent("this is not a database, whatever its name says".repeat(50));
	}

	@Test
	void whoWaitsForAnInterruptedOpenerGetsNoUnmigratedDatabase() throws Exception {
		open(1, Duration.ofSeconds(20));
		try (Lease held = this.databases.acquire(BOB)) {
			assertThat(held).isNotNull();
			Thread opener = new Thread(() -> assertThatExceptionOfType(DatabaseAcquireTimeoutException.class)
				.isThrownBy(() -> this.databases.acquire(ALICE)));
			opener.start();
			awaitWaiting(opener);
			FutureTask<Lease> second = new FutureTask<>(() -> this.databases.acquire(ALICE));
			Thread waiter = new Thread(second);
			waiter.start();
			awaitWaiting(waiter);
			opener.interrupt();
			opener.join();
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> second.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(DatabaseAcquireTimeoutException.class)
				.withMessageContaining("was interrupted");
		}
		this.databases.acquire(ALICE).close();
		assertThat(TestConnections.look(this.root.locate(ALICE), "SELECT count(*) FROM _migrations")).isEqualTo(1);
	}

	private static void awaitWaiting(Thread thread) throws InterruptedException {
		while (thread.getState() != Thread.State.TIMED_WAITING) {
			Thread.sleep(1);
		}
	}

	@Test
	void brokenScriptIsFoundBeforeThereIsAnyFile() {
		Migration broken = TestDatabases.migration("002.sql", "INSERT INTO missing VALUES (1)");
		assertThatExceptionOfType(MigrationException.class).isThrownBy(() -> opener(this.root, true, NOTES, broken));
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void linksBelowTheRootAreNotFollowed(@TempDir Path elsewhere) throws Exception {
		open(2, Duration.ofSeconds(1));
		this.databases.acquire(BOB).close();
		Files.createSymbolicLink(this.directory.resolve("alice"), this.directory.resolve("bob"));
		Files.createSymbolicLink(this.directory.resolve("carol"), elsewhere);
		Files.createDirectory(this.directory.resolve("dave"));
		Files.createSymbolicLink(this.directory.resolve("dave/kiwi.db"), this.root.locate(BOB));
		for (String user : List.of("alice", "carol", "dave")) {
			assertThatExceptionOfType(UnsafePathException.class).as(user)
				.isThrownBy(() -> this.databases.acquire(user(user)));
		}
		assertThat(elsewhere).isEmptyDirectory();
	}

	@Test
	void explicitProvisioningMakesNoFile() {
		this.databases = new OpenDatabases(opener(this.root, false, NOTES), new PoolSettings(1, 4, 32,
				Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ZERO));
		assertThatExceptionOfType(DatabaseNotFoundException.class).isThrownBy(() -> this.databases.acquire(ALICE))
			.withMessageContaining("alice");
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void rowsSurviveAnEvictionStorm() throws Exception {
		open(3, Duration.ofSeconds(60));
		int users = 20;
		int rounds = 100;
		List<Future<?>> workers = IntStream.range(0, 8).<Future<?>>mapToObj((worker) -> this.executor.submit(() -> {
			for (int i = 0; i < rounds; i++) {
				try (Lease lease = this.databases.acquire(user("u" + ((worker * 7 + i) % users)))) {
					lease.connection().setAutoCommit(false);
					run(lease.connection(), "INSERT INTO notes (text) VALUES ('" + worker + "-" + i + "')");
					lease.connection().commit();
				}
			}
			return null;
		})).toList();
		for (Future<?> worker : workers) {
			worker.get(60, TimeUnit.SECONDS);
		}
		this.databases.close();
		long rows = 0;
		for (int i = 0; i < users; i++) {
			Path file = this.root.locate(user("u" + i));
			rows += ((Number) TestConnections.look(file, "SELECT count(*) FROM notes")).longValue();
			assertThat(TestConnections.look(file, "PRAGMA integrity_check")).isEqualTo("ok");
		}
		assertThat(rows).isEqualTo(8L * rounds);
	}

	@Test
	void closingOptimizesWhatWasWrittenAndLeavesAloneWhatWasRead() throws Exception {
		open(1, Duration.ofSeconds(1));
		try (Lease lease = this.databases.acquire(ALICE)) {
			lease.connection().setAutoCommit(false);
			for (int i = 0; i < 300; i++) {
				run(lease.connection(), "INSERT INTO notes (text) VALUES ('n" + (i % 7) + "')");
			}
			run(lease.connection(), "CREATE INDEX notes_text ON notes (text)");
			lease.connection().commit();
			query(lease.connection(), "SELECT count(*) FROM notes WHERE text = 'n1'");
		}
		this.databases.acquire(BOB).close();
		Path file = this.root.locate(ALICE);
		assertThat(TestConnections.look(file, "SELECT count(*) FROM sqlite_stat1 WHERE idx = 'notes_text'"))
			.isEqualTo(1);
		byte[] before = Files.readAllBytes(file);
		try (Lease lease = this.databases.acquire(ALICE)) {
			query(lease.connection(), "SELECT count(*) FROM notes WHERE text = 'n1'");
		}
		this.databases.acquire(BOB).close();
		assertThat(Files.readAllBytes(file)).isEqualTo(before);
	}

	@Test
	void openingWaitsForAClosingThatIsUnderWay() throws Exception {
		// One place: each user's opening evicts the other, who is wanted again at once.
		open(1, Duration.ofSeconds(60));
		List<Future<?>> workers = IntStream.range(0, 4).<Future<?>>mapToObj((worker) -> this.executor.submit(() -> {
			for (int i = 0; i < 100; i++) {
				try (Lease lease = this.databases.acquire((i % 2 == 0) ? ALICE : BOB)) {
					run(lease.connection(), "INSERT INTO notes (text) VALUES ('x')");
				}
			}
			return null;
		})).toList();
		for (Future<?> worker : workers) {
			worker.get(60, TimeUnit.SECONDS);
		}
		this.databases.close();
		assertThat(TestConnections.look(this.root.locate(ALICE), "SELECT count(*) FROM notes")).isEqualTo(200);
		assertThat(TestConnections.look(this.root.locate(BOB), "SELECT count(*) FROM notes")).isEqualTo(200);
	}

	@Test
	void figuresCountWhatHappened() {
		open(1, Duration.ofMillis(50));
		this.databases.acquire(ALICE).close();
		this.databases.acquire(ALICE).close();
		try (Lease lease = this.databases.acquire(BOB)) {
			assertThat(lease.connection().isReusable()).isTrue();
			assertThatExceptionOfType(DatabaseAcquireTimeoutException.class)
				.isThrownBy(() -> this.databases.acquire(ALICE));
			PoolStatistics figures = this.databases.statistics();
			assertThat(figures.open()).isEqualTo(1);
			assertThat(figures.leased()).isEqualTo(1);
			assertThat(figures.hits()).isEqualTo(1);
			assertThat(figures.opened()).isEqualTo(2);
			assertThat(figures.evicted()).isEqualTo(1);
			assertThat(figures.failed()).isEqualTo(1);
			assertThat(figures.waits()).isPositive();
			assertThat(figures.opening()).isGreaterThanOrEqualTo(figures.slowestOpening()).isPositive();
		}
	}

	@Test
	void leakedConnectionIsReportedWithTheStackThatBorrowedIt(CapturedOutput output) {
		this.databases = new OpenDatabases(opener(this.root, true, NOTES), new PoolSettings(1, 4, 32,
				Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofMillis(50)));
		try (Lease lease = this.databases.acquire(ALICE)) {
			await().until(() -> output.toString().contains("cf.db.pool.leak-detection-threshold"));
			assertThat(output).contains("leakedConnectionIsReportedWithTheStackThatBorrowedIt");
			assertThat(lease.connection().isReusable()).isTrue();
		}
	}

	@Test
	void closedSetOpensNothing() {
		open(1, Duration.ofSeconds(1));
		this.databases.close();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.databases.acquire(ALICE))
			.withMessageContaining("shutting down");
	}

	@Test
	void twoThatMakeTheSameFileAtOnceGetOne() throws Exception {
		for (int round = 0; round < 20; round++) {
			DatabaseName name = user("r" + round);
			DatabaseCreator creator = TestDatabases.of(this.root, NOTES).creator;
			List<Future<Boolean>> made = this.executor
				.invokeAll(List.of(() -> creator.create(name), () -> creator.create(name), () -> creator.create(name)));
			int count = 0;
			for (Future<Boolean> one : made) {
				count += one.get() ? 1 : 0;
			}
			assertThat(count).isEqualTo(1);
			assertThat(this.root.locate(name).getParent()).isDirectoryNotContaining("glob:**.new-*");
		}
	}

	private void open(int maxOpen, Duration acquireTimeout) {
		this.databases = new OpenDatabases(opener(this.root, true, NOTES), new PoolSettings(maxOpen, 4, 32,
				Duration.ofMinutes(1), acquireTimeout, Duration.ofSeconds(5), Duration.ZERO));
	}

	private static DatabaseOpener opener(DatabaseFiles files, boolean createMissing, Migration... migrations) {
		TestDatabases parts = TestDatabases.of(files, migrations);
		return createMissing ? parts.opener : new DatabaseOpener(files, parts.connections,
				new DatabaseMigrator(parts.migrator, parts.failures, DatabaseObserver.NONE, Snapshots.NONE), null);
	}

	private Path wal(DatabaseName name) {
		Path file = this.root.locate(name);
		return file.resolveSibling(file.getFileName() + "-wal");
	}

	private static DatabaseName user(String id) {
		return DatabaseName.of(new UserId(id));
	}

	private static void awaitUninterrupted(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
