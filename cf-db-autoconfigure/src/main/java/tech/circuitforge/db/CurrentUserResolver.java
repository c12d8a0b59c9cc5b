package tech.circuitforge.db;

import org.jspecify.annotations.Nullable;

/**
 * Knows which user is asking now.
 * <p>
 * In cloud mode each statement runs in the file of the user returned here. With Spring
 * Security on the class path a resolver that takes the authenticated name is there
 * already; declare a bean of this type to decide otherwise, for instance to give a whole
 * household one database.
 * <p>
 * Called on the thread that runs the statement, for every statement, by many threads at
 * once: answer from memory.
 */
@FunctionalInterface
public interface CurrentUserResolver {

	/**
	 * Returns the user asking now.
	 * @return the user, or {@code null} if nobody is signed in
	 */
	@Nullable UserId resolveCurrentUser();

}
