package tech.circuitforge.db.migration;

/**
 * What to do about a migration that a database has and for which there is no script.
 */
public enum MissingScript {

	/** Say so in the log. */
	WARN,

	/** Refuse the database. */
	FAIL

}
