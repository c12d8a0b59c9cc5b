package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.FileSystemUtils;

import tech.circuitforge.db.MigrationReport;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.pool.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.circuitforge.db.sqlite.TestConnections.query;

/**
 * A process that migrates a fleet is killed, again and again, at random moments.
 */
@Tag("process")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGKILL")
class MigrationCrashTests {

	/** Few, for a quick build; CI asks for 300 once. */
	private static final int KILLS = Integer.getInteger("kills", 20);

	private static final int AT_ONCE = 2;

	private static final int USERS = 20;

	@TempDir
	Path directory;

	private final AtomicInteger kills = new AtomicInteger();

	/** Databases that were found between their first and their last migration. */
	private final AtomicInteger midway = new AtomicInteger();

	/** Files that a killed process was building. */
	private final AtomicInteger unfinished = new AtomicInteger();

	@Test
	void killedAtAnyMomentEveryDatabaseIsAtAWholeMigrationAndTheNextStartCompletesIt() throws Exception {
		Path old = makeOldDatabase();
		ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE);
		try {
			List<Callable<Void>> lanes = new ArrayList<>();
			for (int i = 0; i < AT_ONCE; i++) {
				Path lane = Files.createDirectory(this.directory.resolve("lane-" + i));
				Random random = new Random(i);
				lanes.add(() -> killRepeatedly(lane, old, random));
			}
			for (Future<Void> lane : executor.invokeAll(lanes)) {
				lane.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
		System.out.printf("%d kills; %d databases found midway, %d unfinished files%n", this.kills.get(),
				this.midway.get(), this.unfinished.get());
		// Otherwise the moments were badly chosen and this test shows nothing.
		assertThat(this.midway).hasValueGreaterThan(KILLS / 10);
	}

	private Path makeOldDatabase() throws Exception {
		Path file = this.directory.resolve("old.db");
		TestDatabases before = TestDatabases.of((name) -> file,
				FleetProcess.migrations(FleetProcess.OLD, "fleet").toArray(Migration[]::new));
		before.creator.create(DatabaseName.LOCAL);
		return file;
	}

	private Void killRepeatedly(Path lane, Path old, Random random) throws Exception {
		// Adapted so that a child is killed while it works, not before or after.
		double longest = 200;
		while (this.kills.get() < KILLS) {
			Path root = Files.createDirectory(lane.resolve("root"));
			for (int i = 0; i < USERS; i++) {
				Path home = Files.createDirectory(root.resolve("user-" + i));
				Files.copy(old, home.resolve("kiwi.db"));
			}
			try (ChildJvm child = ChildJvm.start(FleetProcess.class, lane, "fleet", root.toString())) {
				child.awaitReady();
				Thread.sleep(random.nextInt((int) longest));
				if (child.kill()) {
					this.kills.incrementAndGet();
					longest *= 1.02;
				}
				else {
					longest *= 0.9;
				}
			}
			checkFleet(root);
			complete(root);
			FileSystemUtils.deleteRecursively(root);
		}
		return null;
	}

	private void checkFleet(Path root) throws Exception {
		for (int i = 0; i < USERS; i++) {
			int applied = checkWhole(root.resolve("user-" + i + "/kiwi.db"));
			assertThat(applied).isBetween(FleetProcess.OLD, FleetProcess.MIGRATIONS);
			if (applied > FleetProcess.OLD && applied < FleetProcess.MIGRATIONS) {
				this.midway.incrementAndGet();
			}
		}
		for (int i = 0; i < FleetProcess.NEW_USERS; i++) {
			Path file = root.resolve("new-" + i + "/kiwi.db");
			if (Files.exists(file)) {
				assertThat(checkWhole(file)).isEqualTo(FleetProcess.MIGRATIONS);
			}
		}
		try (Stream<Path> files = Files.walk(root)) {
			this.unfinished.addAndGet((int) files.filter((file) -> file.toString().contains(".new-")).count());
		}
	}

	/**
	 * How many migrations a database has, after looking that every trace of them agrees.
	 */
	private static int checkWhole(Path file) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
			assertThat(query(connection, "PRAGMA integrity_check")).isEqualTo("ok");
			int applied = number(connection, "SELECT count(*) FROM _migrations");
			assertThat(number(connection, "SELECT n FROM counter")).isEqualTo(applied);
			assertThat(number(connection, "SELECT count(*) FROM steps")).isEqualTo(applied);
			assertThat(number(connection, "SELECT max(step) FROM steps")).isEqualTo(applied);
			assertThat(number(connection, "SELECT count(*) FROM sqlite_schema WHERE name GLOB 't[0-9]*'"))
				.isEqualTo(applied);
			assertThat(number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'steps_new'")).isZero();
			return applied;
		}
	}

	private static void complete(Path directory) throws IOException, SQLException {
		DataRoot root = FleetProcess.root(directory);
		TestDatabases parts = TestDatabases.of(root,
				FleetProcess.migrations(FleetProcess.MIGRATIONS, "fleet").toArray(Migration[]::new));
		try (FleetMigration fleet = new FleetMigration(root, parts.opener, 1, Duration.ofMinutes(1),
				parts.events::add)) {
			MigrationReport report = fleet.run((event) -> {
			});
			assertThat(report.failures()).isEmpty();
			assertThat(report.upToDate() + report.migrated()).isGreaterThanOrEqualTo(USERS);
		}
		for (int i = 0; i < USERS; i++) {
			assertThat(checkWhole(directory.resolve("user-" + i + "/kiwi.db"))).isEqualTo(FleetProcess.MIGRATIONS);
		}
		// A newcomer whose file was not finished gets one now.
		for (int i = 0; i < FleetProcess.NEW_USERS; i++) {
			DatabaseName newcomer = DatabaseName.of(new UserId("new-" + i));
			parts.creator.create(newcomer);
			assertThat(checkWhole(root.locate(newcomer))).isEqualTo(FleetProcess.MIGRATIONS);
		}
	}

	private static int number(Connection connection, String sql) throws SQLException {
		return (query(connection, sql) instanceof Number number) ? number.intValue() : -1;
	}

}
