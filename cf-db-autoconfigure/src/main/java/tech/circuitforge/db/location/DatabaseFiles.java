package tech.circuitforge.db.location;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.UserId;

/**
 * Knows the file of each database.
 */
@FunctionalInterface
public interface DatabaseFiles {

	/**
	 * Returns where a database is, or would be, without looking at the disk.
	 * @param name the database
	 * @return an absolute path, to be opened without following links
	 */
	Path locate(DatabaseName name);

	/**
	 * Looks for links on the way to a database.
	 * @param name the database
	 * @throws tech.circuitforge.db.UnsafePathException if there is one
	 */
	default void refuseLinks(DatabaseName name) {
	}

	/**
	 * Makes ready for a database file to be put at its path.
	 * @param name the database
	 * @throws tech.circuitforge.db.UnsafePathException if a link is in the way
	 */
	default void prepare(DatabaseName name) {
	}

	/**
	 * Removes what {@link #prepare} has made, as far as it is of no use any more.
	 * @param name a database whose file is gone
	 * @throws IOException if that fails
	 */
	default void cleanUp(DatabaseName name) throws IOException {
	}

	/**
	 * Lists the databases that are there. The stream reads directories as it goes and
	 * must be closed.
	 * @return users' databases and, if there is one, the anonymous one
	 */
	default Stream<DatabaseName> list() {
		return list((other) -> {
		});
	}

	/**
	 * Lists the databases that are there, and shows what else lies beside them. The
	 * stream reads directories as it goes and must be closed.
	 * @param others is shown each file in the databases' directories that is none
	 * @return users' databases and, if there is one, the anonymous one
	 */
	default Stream<DatabaseName> list(Consumer<Path> others) {
		return Stream.empty();
	}

	/**
	 * Names the database of a user.
	 * @param user the user
	 * @return the name
	 */
	default DatabaseName nameOf(UserId user) {
		return DatabaseName.of(user);
	}

	/**
	 * Tells whose a database is.
	 * @param name the database
	 * @return the user, or {@code null} if it belongs to none
	 */
	default @Nullable UserId userOf(DatabaseName name) {
		return name.user();
	}

	/**
	 * Returns the same order of databases in another directory.
	 * @param property what names that directory, for messages
	 * @param directory an absolute path of a directory that exists and can be written
	 * @return where each database would be there
	 * @throws DatabaseLocationException if it is not such a directory
	 */
	default DatabaseFiles at(String property, Path directory) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Tells whether a file is, or would be, one of the databases' own.
	 * @param file an absolute path
	 * @return whether to leave it alone
	 */
	default boolean contains(Path file) {
		return false;
	}

}
