package tech.circuitforge.db.lifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.MigrationEvent;
import tech.circuitforge.db.MigrationReport;
import tech.circuitforge.db.MigrationReport.Failure;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.pool.DatabaseOpener;
import tech.circuitforge.db.pool.MigrationListener;

/**
 * One migration of a fleet: counts what becomes of each database and tells listeners.
 */
final class FleetMigrationRun {

	private static final Log logger = LogFactory.getLog(FleetMigration.class);

	private final DatabaseOpener opener;

	private final MigrationListener listener;

	private final MigrationListener events;

	private final long start = System.nanoTime();

	private final LongAdder upToDate = new LongAdder();

	private final LongAdder migrated = new LongAdder();

	private final LongAdder failed = new LongAdder();

	/** Deleted meanwhile, or left as they are because the run was stopped. */
	private final LongAdder left = new LongAdder();

	private final LongAdder listed = new LongAdder();

	private final BooleanSupplier stopped;

	/** Guarded by itself. */
	private final List<Failure> failures = new ArrayList<>();

	private volatile @Nullable Throwable listingFailure;

	private long total;

	FleetMigrationRun(DatabaseOpener opener, Consumer<? super MigrationEvent> listener,
			Consumer<? super MigrationEvent> events, BooleanSupplier stopped) {
		this.opener = opener;
		this.stopped = stopped;
		this.listener = new MigrationListener(listener);
		this.events = new MigrationListener(events);
	}

	/** Counts one that is to be migrated now. */
	void listed() {
		this.listed.increment();
	}

	void migrate(DatabaseName name) {
		long begun = System.nanoTime();
		try {
			List<String> applied = this.opener.migrate(name);
			if (applied.isEmpty()) {
				this.upToDate.increment();
				return;
			}
			this.migrated.increment();
			// The events have it already: they are told of every migration.
			this.listener.accept(new MigrationEvent.Migrated(name.user(), applied, since(begun)));
		}
		catch (DatabaseNotFoundException ex) {
			this.left.increment();
			logger.debug("Gone before it could be migrated: the database of " + name);
		}
		catch (RuntimeException ex) {
			if (this.stopped.getAsBoolean()) {
				this.left.increment();
				logger.debug("Stopped while it was migrated: the database of " + name, ex);
			}
			else {
				failed(name, ex);
			}
		}
		catch (Throwable ex) {
			// OutOfMemoryError, StackOverflowError: the thread lives, and goes on with
			// the others.
			failed(name,
					new IllegalStateException("The database of %s could not be migrated: %s".formatted(name, ex), ex));
		}
	}

	private void failed(DatabaseName name, RuntimeException ex) {
		this.failed.increment();
		synchronized (this.failures) {
			if (this.failures.size() < MigrationReport.MAX_FAILURES) {
				this.failures.add(new Failure(name.user(), String.valueOf(ex.getMessage())));
			}
		}
		logger.error("A database could not be brought up to date. " + ex.getMessage());
		logger.debug("Reason", ex);
		MigrationEvent.Failed event = new MigrationEvent.Failed(name.user(), ex);
		this.listener.accept(event);
		if (!(ex instanceof DatabaseQuarantinedException)) {
			this.events.accept(event);
		}
	}

	void listingFailed(Throwable ex) {
		this.listingFailure = ex;
	}

	void reportProgress(LongSupplier count) {
		long done = this.upToDate.sum() + this.migrated.sum() + this.failed.sum();
		if (this.total < done || this.total == 0) {
			// Only now, when it is taking long.
			this.total = Math.max(done, count.getAsLong());
		}
		double perSecond = Math.max(done, 1) * 1e9 / Math.max(1, System.nanoTime() - this.start);
		Duration remaining = Duration.ofSeconds(Math.round((this.total - done) / perSecond));
		logger.info("Migrating databases: %d of %d done, %.0f per second, %d failed, about %d s left".formatted(done,
				this.total, perSecond, this.failed.sum(), remaining.toSeconds()));
		MigrationEvent.Progress progress = new MigrationEvent.Progress(done, this.total, this.failed.sum(), perSecond,
				remaining);
		this.listener.accept(progress);
		this.events.accept(progress);
	}

	MigrationReport finish() {
		Throwable listing = this.listingFailure;
		if (listing != null) {
			throw new IllegalStateException("The databases below the data root could not be listed", listing);
		}
		long lost = this.listed.sum() - this.upToDate.sum() - this.migrated.sum() - this.failed.sum() - this.left.sum();
		if (lost != 0 && !this.stopped.getAsBoolean()) {
			throw new IllegalStateException("%d databases were begun and did not come to an end".formatted(lost));
		}
		List<Failure> reported;
		synchronized (this.failures) {
			reported = List.copyOf(this.failures);
		}
		MigrationReport report = new MigrationReport(this.upToDate.sum(), this.migrated.sum(), this.failed.sum(),
				reported, since(this.start));
		logger.info("%s%d databases were up to date, %d were migrated, %d failed; it took %.1f s".formatted(
				this.stopped.getAsBoolean() ? "Stopped before all databases were looked at. " : "", report.upToDate(),
				report.migrated(), report.failed(), report.duration().toMillis() / 1000.0));
		MigrationEvent.Finished finished = new MigrationEvent.Finished(report);
		this.listener.accept(finished);
		this.events.accept(finished);
		return report;
	}

	private static Duration since(long nanos) {
		return Duration.ofNanos(System.nanoTime() - nanos);
	}

}
