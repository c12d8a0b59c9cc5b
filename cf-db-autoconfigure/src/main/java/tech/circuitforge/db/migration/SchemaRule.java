package tech.circuitforge.db.migration;

/**
 * Which tables and indexes a file may have that is to become a user's database.
 */
public enum SchemaRule {

	/** Those that the migration scripts make, and no others. */
	STRICT,

	/**
	 * Others too: users make tables. Triggers and views only if the scripts make them.
	 */
	ANY

}
