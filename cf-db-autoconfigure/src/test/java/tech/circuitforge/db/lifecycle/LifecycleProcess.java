package tech.circuitforge.db.lifecycle;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;

/**
 * A process that restores, renames, deletes and backs up databases that are in use, until
 * it is killed.
 */
final class LifecycleProcess {

	/** Its database is replaced by the file {@code yesterday.db} again and again. */
	static final UserId RESTORED = new UserId("restored");

	/** The two ids between which one database goes to and fro. */
	static final List<UserId> RENAMED = List.of(new UserId("renamed-a"), new UserId("renamed-b"));

	/** Its database is deleted and made again. */
	static final UserId DELETED = new UserId("deleted");

	/** Its database is backed up. */
	static final UserId BACKED_UP = new UserId("backed-up");

	private LifecycleProcess() {
	}

	public static void main(String[] arguments) throws Exception {
		Path directory = Path.of(arguments[0]);
		Random random = new Random(Long.parseLong(arguments[1]));
		TestUserDatabases databases = open(directory);
		UserDatabases users = databases.users;
		AtomicBoolean ready = new AtomicBoolean();
		try (Bank bank = new Bank(databases.open, Long.parseLong(arguments[2]), DatabaseName.of(RESTORED));
				Bank another = new Bank(databases.open, Long.parseLong(arguments[2]), DatabaseName.of(BACKED_UP))) {
			bank.open(1, 0);
			another.open(1, 0);
			loop(random, ready, () -> users.restore(RESTORED, directory.resolve("yesterday.db")));
			loop(random, ready, () -> rename(users));
			loop(random, ready, () -> {
				if (!users.exists(DELETED)) {
					users.create(DELETED);
				}
				users.delete(DELETED);
				users.create(DELETED);
			});
			loop(random, ready, () -> users.backUp(BACKED_UP));
			System.out.println("ready");
			ready.set(true);
			Thread.sleep(Duration.ofMinutes(1).toMillis());
		}
	}

	static TestUserDatabases open(Path directory) {
		DataRoot root = new DataRoot(directory.resolve("root"), new Layout("{user}/{app}.db", "kiwi"));
		return new TestUserDatabases(root, directory.resolve("backups"), Duration.ofSeconds(20), Bank.SCHEMA);
	}

	private static void rename(UserDatabases users) {
		boolean first = users.exists(RENAMED.get(0));
		users.rename(RENAMED.get(first ? 0 : 1), RENAMED.get(first ? 1 : 0));
	}

	private static void loop(Random random, AtomicBoolean ready, Runnable operation) {
		Thread thread = new Thread(() -> {
			while (true) {
				if (!ready.get()) {
					Thread.onSpinWait();
					continue;
				}
				try {
					operation.run();
					Thread.sleep(random.nextInt(3));
				}
				catch (DatabaseNotFoundException ex) {
					// What the process before has left: begun and not ended.
					System.out.println(ex.getMessage());
				}
				catch (InterruptedException ex) {
					return;
				}
			}
		});
		thread.setDaemon(true);
		thread.setUncaughtExceptionHandler((failed, ex) -> {
			ex.printStackTrace(System.out);
			System.out.flush();
			Runtime.getRuntime().halt(3);
		});
		thread.start();
	}

}
