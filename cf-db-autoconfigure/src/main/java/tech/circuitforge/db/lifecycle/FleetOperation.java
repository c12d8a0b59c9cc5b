package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.OperationProgress;
import tech.circuitforge.db.OperationReport;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;

/**
 * Does the same with every database, one after the other: such work is not urgent and
 * must leave the disk to those who are waiting for it. One that fails stops no other.
 */
final class FleetOperation {

	private static final Log logger = LogFactory.getLog(FleetOperation.class);

	private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

	private final String description;

	private final DatabaseFiles files;

	private final Consumer<? super OperationProgress> listener;

	private final List<OperationReport.Failure> failures = new ArrayList<>();

	private long succeeded;

	private long unchanged;

	private long failed;

	private long total;

	FleetOperation(String description, DatabaseFiles files, Consumer<? super OperationProgress> listener) {
		this.description = description;
		this.files = files;
		this.listener = listener;
	}

	/** Runs an operation until it is through or the thread is interrupted. */
	OperationReport run(Step step) {
		long start = System.nanoTime();
		long logged = start;
		try (Stream<DatabaseName> names = this.files.list()) {
			this.total = names.count();
		}
		try (Stream<DatabaseName> names = this.files.list()) {
			Iterator<DatabaseName> remaining = names.iterator();
			while (!Thread.currentThread().isInterrupted() && remaining.hasNext()) {
				run(step, remaining.next());
				if (System.nanoTime() - logged > LOG_INTERVAL.toNanos()) {
					logged = System.nanoTime();
					logger.info("%s: %d of %d done, %d failed".formatted(this.description, done(), this.total,
							this.failed));
				}
			}
		}
		OperationReport report = new OperationReport(this.succeeded, this.unchanged, this.failed, this.failures,
				Duration.ofNanos(System.nanoTime() - start));
		logger.info("%s: %d done, %d needed nothing, %d failed; it took %.1f s".formatted(this.description,
				report.succeeded(), report.unchanged(), report.failed(), report.duration().toMillis() / 1000.0));
		return report;
	}

	private void run(Step step, DatabaseName name) {
		@Nullable String failure = null;
		try {
			if (step.run(name)) {
				this.succeeded++;
			}
			else {
				this.unchanged++;
			}
		}
		catch (DatabaseNotFoundException ex) {
			// Deleted meanwhile.
			this.unchanged++;
		}
		catch (IOException | SQLException | RuntimeException | Error ex) {
			// An Error, such as OutOfMemoryError, is that of one database too.
			failure = (ex instanceof Error) ? ex.toString() : String.valueOf(ex.getMessage());
			failed(name, failure, ex);
		}
		tell(new OperationProgress(done(), Math.max(done(), this.total), this.files.userOf(name), failure));
	}

	private void failed(DatabaseName name, String failure, Throwable ex) {
		this.failed++;
		if (this.failures.size() < OperationReport.MAX_FAILURES) {
			this.failures.add(new OperationReport.Failure(this.files.userOf(name), failure));
		}
		logger.error("%s: failed for the database of %s. %s".formatted(this.description, name, failure));
		logger.debug("Reason", ex);
	}

	private void tell(OperationProgress progress) {
		try {
			this.listener.accept(progress);
		}
		catch (RuntimeException | Error ex) {
			logger.warn("A listener failed", ex);
		}
	}

	private long done() {
		return this.succeeded + this.unchanged + this.failed;
	}

	/** What to do with each database. */
	@FunctionalInterface
	interface Step {

		/**
		 * Does it.
		 * @param name the database
		 * @return {@code false} if there was nothing to do
		 */
		boolean run(DatabaseName name) throws IOException, SQLException;

	}

}
