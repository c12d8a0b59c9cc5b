package tech.circuitforge.db.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.sqlite.TestConnections;
import tech.circuitforge.db.user.ScopedCurrentUser;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Far more users than may be open, all at once: every acknowledged row is in its owner's
 * file, and nothing is left open.
 */
@Tag("process")
class EvictionStormTests {

	private static final int USERS = 2_000;

	private static final int OPEN = 20;

	private static final int THREADS = 64;

	/** Short, for a quick build; CI asks for a minute once. */
	private static final Duration DURATION = Duration.ofSeconds(Integer.getInteger("storm.seconds", 5));

	@TempDir
	Path directory;

	@Test
	void sixtyFourThreadsTwoThousandUsersTwentyOpen() throws Exception {
		storm(Executors.newFixedThreadPool(THREADS));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void theSameOnVirtualThreads() throws Exception {
		// By reflection: this is compiled for Java 17.
		storm((ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null));
	}

	private void storm(ExecutorService executor) throws Exception {
		DataRoot root = new DataRoot(this.directory, new Layout("{shard}/{user}.db", "kiwi"));
		TestDatabases parts = TestDatabases.of(root, TestDatabases.migration("001.sql",
				"CREATE TABLE notes (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, n INTEGER NOT NULL)"));
		OpenDatabases databases = new OpenDatabases(parts.opener, new PoolSettings(OPEN, 4, 32, Duration.ofMillis(200),
				Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(30)));
		CurrentUser currentUser = new ScopedCurrentUser(() -> null, () -> null);
		RoutingDataSource dataSource = new RoutingDataSource(new CurrentUserDatabase(currentUser, null), databases);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		AtomicIntegerArray acknowledged = new AtomicIntegerArray(USERS);
		long end = System.nanoTime() + DURATION.toNanos();
		List<Callable<Void>> workers = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			workers.add(() -> {
				while (System.nanoTime() < end) {
					int user = ThreadLocalRandom.current().nextInt(USERS);
					currentUser.runAs(new UserId("u" + user), () -> {
						transaction.executeWithoutResult((status) -> {
							Integer rows = jdbc.queryForObject("SELECT count(*) FROM notes WHERE owner = ?",
									Integer.class, "u" + user);
							jdbc.update("INSERT INTO notes (owner, n) VALUES (?, ?)", "u" + user, rows);
						});
						acknowledged.incrementAndGet(user);
					});
					assertThat(databases.statistics().open()).isLessThanOrEqualTo(OPEN + THREADS);
				}
				return null;
			});
		}
		try {
			for (Future<Void> worker : executor.invokeAll(workers)) {
				worker.get(2, TimeUnit.MINUTES);
			}
			PoolStatistics figures = databases.statistics();
			assertThat(figures.failed()).isZero();
			assertThat(figures.evicted()).isPositive();
			assertThat(figures.open()).isLessThanOrEqualTo(OPEN);
		}
		finally {
			executor.shutdownNow();
			databases.close();
		}
		assertThat(databases.statistics().open()).isZero();
		assertThat(descriptorsBelow(this.directory)).isZero();
		long total = 0;
		for (int user = 0; user < USERS; user++) {
			if (acknowledged.get(user) > 0) {
				Path file = root.locate(DatabaseName.of(new UserId("u" + user)));
				// Every row its owner's, none missing, none twice.
				assertThat(TestConnections.look(file,
						"SELECT count(*) || ' ' || count(DISTINCT n) || ' ' || count(*) "
								+ "FILTER (WHERE owner <> 'u%d') FROM notes".formatted(user)))
					.isEqualTo(acknowledged.get(user) + " " + acknowledged.get(user) + " 0");
				total += acknowledged.get(user);
			}
		}
		assertThat(total).isPositive();
		try (Stream<Path> files = Files.walk(this.directory)) {
			assertThat(files.filter((file) -> file.toString().matches(".*(-wal|-shm|\\.new-.*)"))).isEmpty();
		}
	}

	/** Descriptors of this process on files below a directory. */
	private static long descriptorsBelow(Path directory) throws IOException {
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			return descriptors.filter((descriptor) -> {
				try {
					return Files.readSymbolicLink(descriptor).startsWith(directory.toRealPath());
				}
				catch (IOException ex) {
					return false;
				}
			}).count();
		}
	}

}
