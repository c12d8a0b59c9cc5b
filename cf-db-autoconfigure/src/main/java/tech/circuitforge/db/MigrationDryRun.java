package tech.circuitforge.db;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What migrating one database would do, tried on a copy of it.
 *
 * @param applied names of the migrations that were applied to the copy, in order
 * @param failure why the next one failed, or {@code null} if none did
 * @param brokenReferences a sentence for each row without its parent, afterwards
 */
public record MigrationDryRun(List<String> applied, @Nullable String failure, List<String> brokenReferences) {

	/** Creates a copy. */
	public MigrationDryRun {
		applied = List.copyOf(applied);
		brokenReferences = List.copyOf(brokenReferences);
	}

	/**
	 * Tells whether the database can be migrated.
	 * @return whether nothing failed
	 */
	public boolean succeeds() {
		return this.failure == null;
	}

}
