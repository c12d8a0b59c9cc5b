package tech.circuitforge.db.location;

import java.nio.file.Path;

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

}
