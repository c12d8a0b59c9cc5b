package tech.circuitforge.db.migration;

import java.util.List;

import tech.circuitforge.db.sqlite.SqlScript;

/**
 * One migration script.
 *
 * @param name its file name, which is its identity
 * @param source where it was read from, for messages
 * @param checksum of its text; the same whatever its line endings are
 * @param statements its statements, without a BEGIN and COMMIT around them
 */
public record Migration(String name, String source, String checksum, List<SqlScript.Statement> statements) {

	/** Creates a migration. */
	public Migration {
		statements = List.copyOf(statements);
	}

}
