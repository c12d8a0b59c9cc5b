package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseBackup;
import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.OperationProgress;
import tech.circuitforge.db.OperationReport;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.pool.DatabaseFailures;

/**
 * Makes backups and finds them again. Safe for use by several threads.
 */
public final class Backups {

	private final DatabaseFiles files;

	private final BackupDirectory directory;

	private final DatabaseFailures failures;

	private final InstantSource clock;

	private volatile @Nullable Run last;

	private volatile boolean running;

	private final LongAdder made = new LongAdder();

	private final LongAdder failed = new LongAdder();

	/**
	 * Creates it.
	 * @param files lists the databases
	 * @param directory where backups are
	 * @param failures says what went wrong
	 * @param clock tells when a run has ended
	 */
	public Backups(DatabaseFiles files, BackupDirectory directory, DatabaseFailures failures, InstantSource clock) {
		this.files = files;
		this.directory = directory;
		this.failures = failures;
		this.clock = clock;
	}

	BackupDirectory directory() {
		return this.directory;
	}

	List<DatabaseBackup> list(DatabaseName name, UserId user) {
		try {
			return this.directory.list(name).stream().map((backup) -> describe(backup, user)).toList();
		}
		catch (IOException ex) {
			throw this.failures.failed(name, this.directory.place(name), ex);
		}
	}

	DatabaseBackup make(DatabaseName name, UserId user) {
		try {
			return describe(this.directory.make(name), user);
		}
		catch (IOException ex) {
			throw this.failures.failed(name, this.directory.place(name), ex);
		}
	}

	static DatabaseBackup describe(BackupDirectory.Backup backup, UserId user) {
		return new DatabaseBackup(user, backup.time(), backup.size());
	}

	BackupDirectory.Backup newestUntil(DatabaseName name, Instant time) {
		try {
			BackupDirectory.@Nullable Backup backup = this.directory.newestUntil(name, time);
			if (backup == null) {
				throw new DatabaseNotFoundException(name.toString(), time);
			}
			return backup;
		}
		catch (IOException ex) {
			throw this.failures.failed(name, this.directory.place(name), ex);
		}
	}

	/**
	 * Backs up every database that has changed since its last backup.
	 * @param listener is told after each
	 * @return what became of them
	 * @throws IllegalStateException if somebody else is doing it
	 */
	public OperationReport makeAll(Consumer<? super OperationProgress> listener) {
		try (FileChannel channel = FileChannel.open(this.directory.lockFile(), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE); FileLock lock = channel.tryLock()) {
			if (lock == null) {
				throw alreadyRunning();
			}
			return runAll(listener);
		}
		catch (OverlappingFileLockException ex) {
			throw alreadyRunning();
		}
		catch (IOException ex) {
			ended(failure(ex));
			throw new IllegalStateException(
					"No backup was made: the directory %s (cf.db.backup.directory) cannot be written: %s"
						.formatted(this.directory.lockFile().getParent(), ex),
					ex);
		}
	}

	private OperationReport runAll(Consumer<? super OperationProgress> listener) {
		this.running = true;
		try {
			OperationReport report = new FleetOperation("Backup", this.files, listener)
				.run(this.directory::makeIfChanged);
			ended(report);
			return report;
		}
		catch (RuntimeException ex) {
			ended(failure(ex));
			throw ex;
		}
		finally {
			this.running = false;
		}
	}

	private static OperationReport failure(Exception ex) {
		return new OperationReport(0, 0, 1, List.of(new OperationReport.Failure(null, String.valueOf(ex))),
				Duration.ZERO);
	}

	private void ended(OperationReport report) {
		this.last = new Run(report, this.clock.instant(), System.nanoTime());
		this.made.add(report.succeeded());
		this.failed.add(report.failed());
	}

	private static IllegalStateException alreadyRunning() {
		return new IllegalStateException("No backup was begun: another one into the same directory is under way.");
	}

	/**
	 * Returns how many backups runs have made so far.
	 * @return the number
	 */
	public long made() {
		return this.made.sum();
	}

	/**
	 * Returns how many backups have failed so far.
	 * @return the number
	 */
	public long failed() {
		return this.failed.sum();
	}

	/**
	 * Tells how long ago the last run ended.
	 * @return seconds, or not a number if none has ended yet
	 */
	public double secondsSinceLastEnd() {
		Run run = this.last;
		return (run != null) ? (System.nanoTime() - run.nanoTime()) / 1e9 : Double.NaN;
	}

	/**
	 * Describes how backups fare.
	 * @return a sentence for operators
	 */
	public String describe() {
		if (this.running) {
			return "running";
		}
		Run run = this.last;
		return (run == null) ? "not run" : "%d made, %d unchanged, %d failed at %s".formatted(run.report().succeeded(),
				run.report().unchanged(), run.report().failed(), run.end());
	}

	/**
	 * A run that has ended.
	 *
	 * @param report what it came to
	 * @param end when, for people
	 * @param nanoTime the same, to tell how long ago that is
	 */
	private record Run(OperationReport report, Instant end, long nanoTime) {

	}

}
