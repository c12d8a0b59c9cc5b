package tech.circuitforge.db.location;

import java.nio.file.Path;

/**
 * Knows the file of each database.
 */
@FunctionalInterface
public interface DatabaseFiles {

	/**
	 * Returns where a database is, or would be; looks at the disk, creates nothing.
	 * @param name the database
	 * @return an absolute path without links
	 */
	Path locate(DatabaseName name);

	/**
	 * Makes ready for a database file to be put at its path.
	 * @param name the database
	 */
	default void prepare(DatabaseName name) {
	}

}
