package tech.circuitforge.db.lifecycle;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;

/**
 * Makes backups at certain times, by a thread of its own.
 */
public final class BackupSchedule implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(BackupSchedule.class);

	private final @Nullable CronExpression times;

	private final Backups backups;

	private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "cf-db-backup");
		thread.setDaemon(true);
		return thread;
	});

	/**
	 * Begins.
	 * @param times when, in the system's time zone, or {@code null} for never
	 * @param backups makes them
	 */
	public BackupSchedule(@Nullable CronExpression times, Backups backups) {
		this.times = times;
		this.backups = backups;
		scheduleNext();
	}

	private void scheduleNext() {
		ZonedDateTime now = ZonedDateTime.now(ZoneId.systemDefault());
		ZonedDateTime next = (this.times != null) ? this.times.next(now) : null;
		if (next != null && !this.executor.isShutdown()) {
			Future<?> unused = this.executor.schedule(this::run, Math.max(1, Duration.between(now, next).toMillis()),
					TimeUnit.MILLISECONDS);
		}
	}

	private void run() {
		try {
			this.backups.makeAll((progress) -> {
			});
		}
		catch (RuntimeException ex) {
			logger.error(ex.getMessage());
			logger.debug("Reason", ex);
		}
		finally {
			scheduleNext();
		}
	}

	/** Stops after the database that is being backed up right now. */
	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
