package tech.circuitforge.db.migration;

/**
 * What to do about a database that has tables and no history of migrations.
 */
public enum OtherTables {

	/** It has lost its history, or is another product's. */
	REFUSE,

	/** Others make tables in it too, unless it has one that the scripts make. */
	ACCEPT

}
