package tech.circuitforge.db.lifecycle;

import java.sql.SQLException;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.pool.DatabaseOpener;
import tech.circuitforge.db.sqlite.WriteQueue;

/**
 * Brings every existing database below the data root up to date, several at once. One
 * that fails stops nobody else: it is reported here, and tried again when its user asks.
 */
public final class FleetMigration {

	private static final Log logger = LogFactory.getLog(FleetMigration.class);

	private final DataRoot root;

	private final DatabaseOpener opener;

	private final int parallelism;

	/**
	 * Creates the migration of a fleet.
	 * @param root where the databases are
	 * @param opener opens and migrates each
	 * @param parallelism how many at once, at least 1
	 */
	public FleetMigration(DataRoot root, DatabaseOpener opener, int parallelism) {
		this.root = root;
		this.opener = opener;
		this.parallelism = parallelism;
	}

	/**
	 * Migrates all of them and returns when that is done.
	 * @return how many there were and how many failed
	 */
	public Result run() {
		LongAdder done = new LongAdder();
		LongAdder failed = new LongAdder();
		ExecutorService executor = Executors.newFixedThreadPool(this.parallelism, (task) -> {
			Thread thread = new Thread(task, "cf-db-migration");
			thread.setDaemon(true);
			return thread;
		});
		try (Stream<DatabaseName> names = this.root.list()) {
			Iterator<DatabaseName> remaining = names.iterator();
			Future<?>[] workers = new Future<?>[this.parallelism];
			for (int i = 0; i < workers.length; i++) {
				workers[i] = executor.submit(() -> work(remaining, done, failed));
			}
			for (Future<?> worker : workers) {
				worker.get();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("The databases below the data root could not be listed", ex.getCause());
		}
		finally {
			executor.shutdownNow();
		}
		Result result = new Result(done.sum(), failed.sum());
		logger.info("%d databases are up to date, %d failed".formatted(result.upToDate(), result.failed()));
		return result;
	}

	private void work(Iterator<DatabaseName> remaining, LongAdder done, LongAdder failed) {
		while (!Thread.currentThread().isInterrupted()) {
			DatabaseName name;
			synchronized (remaining) {
				if (!remaining.hasNext()) {
					return;
				}
				name = remaining.next();
			}
			try {
				this.opener.openMigrated(name, new WriteQueue()).close();
				done.increment();
			}
			catch (SQLException | RuntimeException ex) {
				failed.increment();
				logger.error("A database could not be brought up to date; its user's requests will fail until it is: "
						+ ex.getMessage());
				logger.debug("Reason", ex);
			}
		}
	}

	/**
	 * What became of the databases.
	 *
	 * @param upToDate how many have every migration now
	 * @param failed how many could not be opened or migrated
	 */
	public record Result(long upToDate, long failed) {

	}

}
