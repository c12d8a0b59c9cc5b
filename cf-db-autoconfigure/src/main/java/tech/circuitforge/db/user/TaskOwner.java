package tech.circuitforge.db.user;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.UserId;

/**
 * Whose work a task is: a user's, nobody's, or that of somebody whose id cannot have a
 * database, or whom the resolver could not name. Found out where the task is written, and
 * taken along to the thread that runs it.
 *
 * @param user the user, or {@code null}
 * @param refusal why somebody who may be signed in is no user, or {@code null}
 * @param named whether it comes before the resolver's answer on the thread it is taken
 * from
 */
public record TaskOwner(@Nullable UserId user, @Nullable RuntimeException refusal, boolean named) {

	/** Work of nobody, whoever runs it. */
	public static final TaskOwner NOBODY = new TaskOwner(null, null, true);

	/**
	 * Names the owner of a task.
	 * @param user whose work it is
	 * @return that user as an owner
	 */
	public static TaskOwner of(UserId user) {
		return new TaskOwner(user, null, true);
	}

	/**
	 * Tells whether nobody is there, not even somebody without a usable id.
	 * @return whether this is nobody
	 */
	public boolean isNobody() {
		return this.user == null && this.refusal == null;
	}

	@Nullable UserId find() {
		// New ones: those of another thread have that thread's stack.
		if (this.refusal instanceof NoCurrentUserException) {
			throw new NoCurrentUserException(String.valueOf(this.refusal.getMessage()), this.refusal);
		}
		if (this.refusal != null) {
			throw new IllegalStateException(
					"The CurrentUserResolver failed where this work was written, so nobody knows whose it is",
					this.refusal);
		}
		return this.user;
	}

	TaskOwner asNamed() {
		return this.named ? this : new TaskOwner(this.user, this.refusal, true);
	}

}
