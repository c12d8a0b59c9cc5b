package tech.circuitforge.db.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import tech.circuitforge.db.DatabaseDamagedException;
import tech.circuitforge.db.DatabaseUnavailableException;
import tech.circuitforge.db.MigrationException;

/**
 * Explains why a database that is needed at start cannot be used.
 */
class DatabaseUnavailableFailureAnalyzer extends AbstractFailureAnalyzer<DatabaseUnavailableException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, DatabaseUnavailableException cause) {
		if (findCause(cause, MigrationException.class) != null) {
			// Explained by its own analyzer.
			return null;
		}
		DatabaseDamagedException damage = findCause(cause, DatabaseDamagedException.class);
		if (damage != null) {
			return new FailureAnalysis(damage.getMessage(), "Put a backup in the place of the file, with no -wal or "
					+ "-journal beside it, or move all of them aside to begin anew; and start again.", cause);
		}
		return new FailureAnalysis(cause.getMessage(),
				"Check what is named above, the file and the permissions of its directory, and start again.", cause);
	}

}
