package tech.circuitforge.db;

import java.util.List;

/**
 * What was found when a database was looked through.
 *
 * @param damage what SQLite found to be wrong with the file, at most 100 sentences; with
 * any, the database is in quarantine
 * @param brokenReferences rows whose parents are missing, a sentence for each
 */
public record DatabaseVerification(List<String> damage, List<String> brokenReferences) {

	/** Creates a copy. */
	public DatabaseVerification {
		damage = List.copyOf(damage);
		brokenReferences = List.copyOf(brokenReferences);
	}

	/**
	 * Tells whether nothing was found.
	 * @return whether file and references are whole
	 */
	public boolean isClean() {
		return this.damage.isEmpty() && this.brokenReferences.isEmpty();
	}

}
