package tech.circuitforge.db.lifecycle;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;

/**
 * Makes backups at certain times, by a thread of its own.
 */
public final class BackupSchedule implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(BackupSchedule.class);

	/** How long not to look at the clock: it may be set, and a machine may sleep. */
	private static final Duration LOOK = Duration.ofMinutes(1);

	private final @Nullable CronExpression times;

	private final Supplier<ZonedDateTime> clock;

	private final Duration look;

	private @Nullable ZonedDateTime next;

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
		this(times, backups, () -> ZonedDateTime.now(ZoneId.systemDefault()), LOOK);
	}

	BackupSchedule(@Nullable CronExpression times, Backups backups, Supplier<ZonedDateTime> clock, Duration look) {
		this.times = times;
		this.backups = backups;
		this.clock = clock;
		this.look = look;
		scheduleNext();
	}

	private void scheduleNext() {
		ZonedDateTime now = this.clock.get();
		ZonedDateTime first = (this.times != null) ? this.times.next(now) : null;
		if (first != null && (this.next == null || first.isBefore(this.next))) {
			this.next = first;
		}
		if (this.next != null && !this.executor.isShutdown()) {
			long millis = Math.min(Duration.between(now, this.next).toMillis(), this.look.toMillis());
			Future<?> unused = this.executor.schedule(this::runIfDue, Math.max(1, millis), TimeUnit.MILLISECONDS);
		}
	}

	private void runIfDue() {
		try {
			if (this.next != null && !this.clock.get().isBefore(this.next)) {
				this.next = null;
				this.backups.makeAll((progress) -> {
				});
			}
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
