package tech.circuitforge.db.user;

import org.springframework.core.task.TaskDecorator;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.UserId;

/**
 * Runs each task as the user who handed it in: {@code @Async} methods, MVC's async
 * results and whatever else goes to the application's task executor. The next task on the
 * same thread knows nothing of it.
 */
public final class CurrentUserTaskDecorator implements TaskDecorator {

	private final CurrentUser currentUser;

	/**
	 * Creates a decorator.
	 * @param currentUser tells who hands a task in
	 */
	public CurrentUserTaskDecorator(CurrentUser currentUser) {
		this.currentUser = currentUser;
	}

	@Override
	public Runnable decorate(Runnable task) {
		UserId user;
		try {
			user = this.currentUser.find();
		}
		catch (NoCurrentUserException ex) {
			// Somebody without a usable id: the task's statements will say so if it has
			// any.
			return task;
		}
		return (user != null) ? () -> this.currentUser.runAs(user, task) : task;
	}

}
