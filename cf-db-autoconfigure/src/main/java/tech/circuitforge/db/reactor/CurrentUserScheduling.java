package tech.circuitforge.db.reactor;

import org.springframework.core.task.TaskDecorator;

import reactor.core.scheduler.Schedulers;

/**
 * Carries the current user of the thread that schedules a task to Reactor's workers, such
 * as {@code boundedElastic}, as long as the application runs.
 */
public final class CurrentUserScheduling implements AutoCloseable {

	private static final String KEY = "tech.circuitforge.db.user";

	/**
	 * Creates and installs the hook.
	 * @param decorator carries the user
	 */
	public CurrentUserScheduling(TaskDecorator decorator) {
		Schedulers.onScheduleHook(KEY, decorator::decorate);
	}

	@Override
	public void close() {
		Schedulers.resetOnScheduleHook(KEY);
	}

}
