package tech.circuitforge.db.user;

import org.springframework.core.task.TaskDecorator;

/**
 * Runs each task as the user who handed it in: {@code @Async} methods, MVC's async
 * results and whatever else goes to the application's task executor. The next task on the
 * same thread knows nothing of it.
 */
public final class CurrentUserTaskDecorator implements TaskDecorator {

	private final ScopedCurrentUser currentUser;

	/**
	 * Creates a decorator.
	 * @param currentUser tells who hands a task in
	 */
	public CurrentUserTaskDecorator(ScopedCurrentUser currentUser) {
		this.currentUser = currentUser;
	}

	@Override
	public Runnable decorate(Runnable task) {
		TaskOwner owner = this.currentUser.owner();
		// Nobody's work is not named so: a task may sign somebody in, as a consumer of
		// messages does.
		return owner.isNobody() ? task : () -> this.currentUser.runAs(owner, task);
	}

}
