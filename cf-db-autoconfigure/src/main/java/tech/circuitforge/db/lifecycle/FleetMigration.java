package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.MigrationEvent;
import tech.circuitforge.db.MigrationReport;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.pool.DatabaseOpener;

/**
 * Brings every existing database below the data root up to date, several at once. One
 * that fails stops no other.
 * <p>
 * Databases are migrated while the root is still being read. How many there are is only
 * counted when it takes long enough for somebody to ask. Files that a killed process was
 * building are removed on the way.
 * <p>
 * Safe for use by several threads: two runs at once do the same work twice, and nothing
 * else.
 */
public final class FleetMigration implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(FleetMigration.class);

	/** Nobody takes this long to build a file, so whoever began it is gone. */
	private static final Duration ABANDONED = Duration.ofHours(1);

	private final DatabaseFiles files;

	private final DatabaseOpener opener;

	private final int parallelism;

	private final Duration progressInterval;

	private final Consumer<? super MigrationEvent> events;

	private final AtomicInteger running = new AtomicInteger();

	private volatile boolean closed;

	private volatile @Nullable MigrationReport lastReport;

	/**
	 * Creates the migration of a fleet.
	 * @param files where the databases are
	 * @param opener opens and migrates each
	 * @param parallelism how many at once, at least 1
	 * @param progressInterval how often to say how far it has come
	 * @param events is told of every run's progress and end
	 */
	public FleetMigration(DatabaseFiles files, DatabaseOpener opener, int parallelism, Duration progressInterval,
			Consumer<? super MigrationEvent> events) {
		this.files = files;
		this.opener = opener;
		this.parallelism = parallelism;
		this.progressInterval = progressInterval;
		this.events = events;
	}

	/**
	 * Migrates all of them and returns when that is done, or when this is closed.
	 * @param listener is told what happens, by several threads
	 * @return what became of them
	 */
	public MigrationReport run(Consumer<? super MigrationEvent> listener) {
		this.running.incrementAndGet();
		try {
			return runAll(listener);
		}
		finally {
			this.running.decrementAndGet();
		}
	}

	private MigrationReport runAll(Consumer<? super MigrationEvent> listener) {
		FleetMigrationRun run = new FleetMigrationRun(this.opener, listener, this.events,
				() -> this.closed || Thread.currentThread().isInterrupted());
		ExecutorService executor = Executors.newFixedThreadPool(this.parallelism, (task) -> {
			Thread thread = new Thread(task, "cf-db-migration");
			thread.setDaemon(true);
			return thread;
		});
		try (Stream<DatabaseName> names = this.files.list(FleetMigration::removeAbandoned)) {
			Iterator<DatabaseName> remaining = names.iterator();
			for (int i = 0; i < this.parallelism; i++) {
				executor.execute(() -> work(remaining, run));
			}
			executor.shutdown();
			while (!executor.awaitTermination(this.progressInterval.toMillis(), TimeUnit.MILLISECONDS)) {
				if (this.closed) {
					// Some wait for a lock, which nobody can end.
					break;
				}
				run.reportProgress(this::count);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			executor.shutdownNow();
		}
		MigrationReport report = run.finish();
		this.lastReport = report;
		return report;
	}

	private void work(Iterator<DatabaseName> remaining, FleetMigrationRun run) {
		try {
			DatabaseName name;
			while ((name = next(remaining, run)) != null) {
				run.migrate(name);
			}
		}
		catch (Throwable ex) {
			run.listingFailed(ex);
		}
	}

	private @Nullable DatabaseName next(Iterator<DatabaseName> remaining, FleetMigrationRun run) {
		synchronized (remaining) {
			boolean more = !this.closed && !Thread.currentThread().isInterrupted() && remaining.hasNext();
			if (!more) {
				return null;
			}
			DatabaseName name = remaining.next();
			run.listed();
			return name;
		}
	}

	private long count() {
		try (Stream<DatabaseName> names = this.files.list()) {
			return names.count();
		}
	}

	private static void removeAbandoned(Path file) {
		try {
			if (Companions.isTemporary(file) && Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
				.toInstant()
				.isBefore(Instant.now().minus(ABANDONED))) {
				Files.deleteIfExists(file);
				logger.info("Removed a database file that was never finished");
				logger.debug("It was " + file);
			}
		}
		catch (IOException ex) {
			// It is in nobody's way; the next start tries again.
			logger.debug("Could not remove " + file, ex);
		}
	}

	/**
	 * Tells whether databases are being migrated now.
	 * @return whether a run has begun and not ended
	 */
	public boolean isRunning() {
		return this.running.get() > 0;
	}

	/**
	 * Returns what the last run came to.
	 * @return its report, or {@code null} if none has ended yet
	 */
	public @Nullable MigrationReport lastReport() {
		return this.lastReport;
	}

	/**
	 * Tells whether it was stopped.
	 * @return whether databases may be left that nobody has looked at
	 */
	public boolean isClosed() {
		return this.closed;
	}

	/**
	 * Stops runs after the databases that they are migrating right now; whoever closes
	 * the migrator too ends those.
	 */
	@Override
	public void close() {
		this.closed = true;
	}

}
