package tech.circuitforge.db.migration;

import java.util.List;

import tech.circuitforge.db.sqlite.SqlScript;

/**
 * One migration script.
 *
 * @param name its file name, which is its identity
 * @param source where it was read from, for messages
 * @param checksum of what it means: the same whatever its comments, line endings and
 * spaces are
 * @param formerChecksum of its text, as earlier versions recorded it; the same whatever
 * its line endings are
 * @param statements its statements, without BEGIN and COMMIT
 */
public record Migration(String name, String source, String checksum, String formerChecksum,
		List<SqlScript.Statement> statements) {

	/** Creates a migration. */
	public Migration {
		statements = List.copyOf(statements);
	}

}
