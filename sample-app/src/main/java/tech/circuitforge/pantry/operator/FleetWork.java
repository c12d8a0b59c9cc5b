package tech.circuitforge.pantry.operator;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskExecutor;
import org.springframework.stereotype.Component;

import tech.circuitforge.db.MigrationEvent;
import tech.circuitforge.db.MigrationReport;
import tech.circuitforge.db.OperationProgress;
import tech.circuitforge.db.OperationReport;
import tech.circuitforge.db.UserDatabases;

/**
 * What is done with all databases, one thing at a time, while the operator watches.
 */
@Component
class FleetWork {

	private final UserDatabases databases;

	private final TaskExecutor executor;

	private volatile @Nullable Progress progress;

	FleetWork(UserDatabases databases, TaskExecutor applicationTaskExecutor) {
		this.databases = databases;
		this.executor = applicationTaskExecutor;
	}

	/**
	 * Starts something.
	 * @param task what to do
	 * @return whether it was started, because nothing else is under way
	 */
	synchronized boolean start(Task task) {
		Progress current = this.progress;
		if (current != null && current.outcome() == null) {
			return false;
		}
		this.progress = new Progress(task, 0, null, null, List.of());
		this.executor.execute(() -> run(task));
		return true;
	}

	/**
	 * Returns how far it has come.
	 * @return what is under way or was last, or {@code null} if nothing was yet
	 */
	@Nullable Progress progress() {
		return this.progress;
	}

	private void run(Task task) {
		try {
			this.progress = switch (task) {
				case MIGRATE -> finished(task, this.databases.migrateAll((event) -> show(task, event)));
				case VERIFY -> finished(task, "whole", this.databases.verifyAll((event) -> show(task, event)));
				case BACK_UP -> finished(task, "backed up", this.databases.backUpAll((event) -> show(task, event)));
			};
		}
		catch (RuntimeException ex) {
			this.progress = new Progress(task, 0, null, "It stopped: " + ex.getMessage(), List.of());
		}
	}

	private void show(Task task, MigrationEvent event) {
		if (event instanceof MigrationEvent.Progress now) {
			this.progress = new Progress(task, now.done(), now.total(), null, List.of());
		}
	}

	private void show(Task task, OperationProgress now) {
		this.progress = new Progress(task, now.done(), now.total(), null, List.of());
	}

	private static Progress finished(Task task, MigrationReport report) {
		long done = report.migrated() + report.upToDate() + report.failed();
		return new Progress(task, done, done,
				"%d brought up to date, %d were already, %d failed.".formatted(report.migrated(), report.upToDate(),
						report.failed()),
				report.failures()
					.stream()
					.map((failure) -> new Failure(String.valueOf(failure.user()), failure.reason()))
					.toList());
	}

	private static Progress finished(Task task, String good, OperationReport report) {
		long done = report.succeeded() + report.unchanged() + report.failed();
		return new Progress(task, done, done,
				"%d %s, %d did not need it, %d failed.".formatted(report.succeeded(), good, report.unchanged(),
						report.failed()),
				report.failures()
					.stream()
					.map((failure) -> new Failure(String.valueOf(failure.user()), failure.reason()))
					.toList());
	}

	/**
	 * What can be done with all databases.
	 */
	enum Task {

		MIGRATE("Bring all up to date"), VERIFY("Verify all"), BACK_UP("Back up all");

		private final String title;

		Task(String title) {
			this.title = title;
		}

		@Override
		public String toString() {
			return this.title;
		}

	}

	/**
	 * How far something has come.
	 *
	 * @param task what it is
	 * @param done how many databases it is through with
	 * @param total how many there are, or {@code null} if that is not known yet
	 * @param outcome what became of it, or {@code null} while it is under way
	 * @param failures those with which it failed
	 */
	record Progress(Task task, long done, @Nullable Long total, @Nullable String outcome, List<Failure> failures) {

	}

	/**
	 * A database with which something failed.
	 *
	 * @param user whose it is
	 * @param reason what went wrong
	 */
	record Failure(String user, String reason) {

	}

}
