package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
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

import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DatabaseName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that restores, renames, deletes and backs up at once is killed, again and
 * again, at random moments: each kill meets all four somewhere.
 */
@Tag("process")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGKILL")
class LifecycleCrashTests {

	/** Few, for a quick build; CI asks for 200 once. */
	private static final int KILLS = Math.min(200, Integer.getInteger("kills", 20));

	private static final int AT_ONCE = 2;

	@TempDir
	Path directory;

	private final AtomicInteger kills = new AtomicInteger();

	/** Kills that left something begun behind. */
	private final AtomicInteger midway = new AtomicInteger();

	@Test
	void killedAtAnyMomentEveryDatabaseIsWholeAsItWasOrAsItWasToBe() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE);
		try {
			List<Callable<Void>> lanes = new ArrayList<>();
			for (int i = 0; i < AT_ONCE; i++) {
				Path lane = Files.createDirectory(this.directory.resolve("lane-" + i));
				Random random = new Random(i);
				lanes.add(() -> killRepeatedly(lane, random));
			}
			for (Future<Void> lane : executor.invokeAll(lanes)) {
				lane.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
		System.out.printf("%d kills of restore, rename, delete and backup at once; %d left something unfinished%n",
				this.kills.get(), this.midway.get());
		// Otherwise the moments were badly chosen and this test shows nothing.
		assertThat(this.midway).hasValueGreaterThan(KILLS / 10);
	}

	private Void killRepeatedly(Path lane, Random random) throws Exception {
		Files.createDirectory(lane.resolve("root"));
		Files.createDirectory(lane.resolve("backups"));
		Set<Long> yesterday = makeDatabases(lane);
		for (int i = 1; this.kills.get() < KILLS; i++) {
			try (ChildJvm child = ChildJvm.start(LifecycleProcess.class, lane, lane.toString(), String.valueOf(i),
					String.valueOf(i * 1_000_000L))) {
				child.awaitReady();
				Thread.sleep(random.nextInt(250));
				assertThat(child.kill()).as(() -> output(child)).isTrue();
				this.kills.incrementAndGet();
			}
			check(lane, yesterday);
			recover(lane);
		}
		return null;
	}

	private static String output(ChildJvm child) {
		try {
			return child.remainingOutput();
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private static Set<Long> makeDatabases(Path directory) throws Exception {
		try (TestUserDatabases databases = LifecycleProcess.open(directory)) {
			UserDatabases users = databases.users;
			for (UserId user : new UserId[] { LifecycleProcess.RESTORED, LifecycleProcess.RENAMED.get(0),
					LifecycleProcess.DELETED, LifecycleProcess.BACKED_UP }) {
				users.create(user);
			}
			try (Bank bank = new Bank(databases.open, 0, name(LifecycleProcess.RESTORED)).open(1, 0)) {
				bank.await(100);
			}
			users.export(LifecycleProcess.RESTORED, directory.resolve("yesterday.db"));
			// What a rename has to take along.
			users.restore(LifecycleProcess.RENAMED.get(0), directory.resolve("yesterday.db"));
			users.backUp(LifecycleProcess.RENAMED.get(0));
			users.suspend(LifecycleProcess.RENAMED.get(0), "under way");
		}
		return Bank.check(directory.resolve("yesterday.db"));
	}

	private void check(Path directory, Set<Long> yesterday) throws Exception {
		List<Path> unfinished;
		try (Stream<Path> files = Files.walk(directory)) {
			unfinished = files.filter(Companions::isTemporary).toList();
		}
		this.midway.addAndGet(unfinished.isEmpty() ? 0 : 1);
		for (Path file : unfinished) {
			Files.delete(file);
		}
		Path root = directory.resolve("root");
		// One of yesterday's or of a restore since, with what was written to it.
		Set<Long> restored = Bank.check(root.resolve("restored/kiwi.db"));
		Bank.assertContainsAll(restored, yesterday);
		for (Path kept : Companions.kept(root.resolve("restored/kiwi.db"))) {
			Bank.check(kept);
		}
		// Under one id, never under two or none.
		Set<Path> renamed = new HashSet<>();
		for (UserId user : LifecycleProcess.RENAMED) {
			Path file = root.resolve(user.value()).resolve("kiwi.db");
			if (Files.exists(file)) {
				Bank.check(file);
				renamed.add(file);
			}
		}
		assertThat(renamed).hasSize(1);
		Path deleted = root.resolve("deleted/kiwi.db");
		if (Files.exists(deleted)) {
			Bank.check(deleted);
		}
		Bank.check(root.resolve("backed-up/kiwi.db"));
		try (Stream<Path> backups = Files.list(directory.resolve("backups/backed-up/kiwi.db"))) {
			for (Path backup : backups.filter((file) -> file.toString().endsWith(".db")).toList()) {
				Bank.check(backup);
			}
		}
	}

	/** The next start: everything works on. */
	private static void recover(Path directory) throws Exception {
		try (TestUserDatabases databases = LifecycleProcess.open(directory)) {
			assertThat(databases.fleet.run((event) -> {
			}).failed()).isZero();
			if (!databases.users.exists(LifecycleProcess.DELETED)) {
				databases.users.create(LifecycleProcess.DELETED);
			}
			assertThat(databases.users.verify(LifecycleProcess.RESTORED).isClean()).isTrue();
			// What was begun is ended, and nothing that belongs to it was left behind.
			List<UserId> ids = LifecycleProcess.RENAMED;
			boolean first = databases.users.exists(ids.get(0));
			UserId holder = ids.get(first ? 1 : 0);
			databases.users.rename(ids.get(first ? 0 : 1), holder);
			assertThat(databases.users.backups(holder)).hasSize(1);
			assertThat(databases.users.info(holder).keptCopies()).hasSize(1);
			assertThat(databases.users.info(holder).problem()).isEqualTo("under way");
			assertThat(directory.resolve("root/" + ids.get(first ? 0 : 1))).doesNotExist();
		}
	}

	private static DatabaseName name(UserId user) {
		return DatabaseName.of(user);
	}

}
