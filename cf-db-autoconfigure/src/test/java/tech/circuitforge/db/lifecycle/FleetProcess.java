package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.pool.Lease;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.PoolSettings;
import tech.circuitforge.db.pool.TestDatabases;

/**
 * A process that migrates a fleet, or whose threads all open every database.
 */
public final class FleetProcess {

	static final int MIGRATIONS = 10;

	/** How many migrations old databases have. */
	static final int OLD = 2;

	static final int NEW_USERS = 10;

	static final int THREADS = 32;

	private FleetProcess() {
	}

	public static void main(String[] arguments) throws Exception {
		DataRoot root = root(Path.of(arguments[1]));
		TestDatabases parts = TestDatabases.of(root, migrations(MIGRATIONS, arguments[0]).toArray(Migration[]::new));
		System.out.println("ready");
		if (arguments[0].equals("fleet")) {
			migrateFleet(root, parts);
		}
		else {
			awaitGo();
			visitAll(parts, Integer.parseInt(arguments[2]), Long.parseLong(arguments[3]));
		}
	}

	static DataRoot root(Path directory) {
		return new DataRoot(directory, new Layout("{user}/{app}.db", "kiwi"));
	}

	/**
	 * Each adds a table, rebuilds another one and counts; each leaves its mark in three
	 * places that have to agree.
	 */
	static List<Migration> migrations(int count, String kind) {
		List<Migration> migrations = new ArrayList<>();
		migrations.add(TestDatabases.migration("001_start.sql", """
				CREATE TABLE counter (n INTEGER NOT NULL);
				INSERT INTO counter VALUES (1);
				CREATE TABLE steps (id INTEGER PRIMARY KEY, step INTEGER NOT NULL);
				INSERT INTO steps (step) VALUES (1);
				CREATE TABLE visits (visitor TEXT NOT NULL);
				CREATE TABLE t1 (x);
				"""));
		// One that calls random() keeps new users from being copies.
		String chance = kind.equals("scripts") ? "INSERT INTO t2 VALUES (random());" : "";
		IntStream.rangeClosed(2, count)
			.forEach((i) -> migrations.add(TestDatabases.migration("%03d_step.sql".formatted(i), """
					CREATE TABLE t%1$d (x);
					UPDATE counter SET n = n + 1;
					CREATE TABLE steps_new (id INTEGER PRIMARY KEY, step INTEGER NOT NULL);
					INSERT INTO steps_new SELECT * FROM steps;
					DROP TABLE steps;
					ALTER TABLE steps_new RENAME TO steps;
					INSERT INTO steps (step) VALUES (%1$d);
					""".formatted(i) + (i == 2 ? chance : ""))));
		return migrations;
	}

	private static void migrateFleet(DataRoot root, TestDatabases parts) {
		Thread newcomers = new Thread(() -> {
			for (int i = 0; i < NEW_USERS; i++) {
				parts.creator.create(DatabaseName.of(new UserId("new-" + i)));
			}
		});
		newcomers.start();
		try (FleetMigration fleet = new FleetMigration(root, parts.opener, 2, Duration.ofMinutes(1),
				parts.events::add)) {
			fleet.run((event) -> {
			});
			newcomers.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void awaitGo() throws IOException {
		if (System.in.read() < 0) {
			throw new IllegalStateException("Nobody said go");
		}
	}

	private static void visitAll(TestDatabases parts, int users, long seed) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(THREADS);
		try (OpenDatabases databases = new OpenDatabases(parts.opener, new PoolSettings(200, 4, 32,
				Duration.ofMinutes(1), Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ZERO))) {
			List<Callable<Void>> visitors = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				String visitor = seed + "-" + i;
				visitors.add(() -> {
					List<Integer> order = new ArrayList<>(IntStream.range(0, users).boxed().toList());
					Collections.shuffle(order, new Random(seed));
					for (int user : order) {
						try (Lease lease = databases.acquire(DatabaseName.of(new UserId("user-" + user)));
								var insert = lease.connection().prepareStatement("INSERT INTO visits VALUES (?)")) {
							insert.setString(1, visitor);
							insert.executeUpdate();
						}
					}
					return null;
				});
			}
			for (Future<Void> visit : executor.invokeAll(visitors)) {
				visit.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

}
