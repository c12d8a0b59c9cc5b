package tech.circuitforge.db.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import tech.circuitforge.db.DatabaseOpenException;

/**
 * Explains a {@link DatabaseOpenException}.
 */
class DatabaseOpenFailureAnalyzer extends AbstractFailureAnalyzer<DatabaseOpenException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DatabaseOpenException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Check the file and the permissions of its directory, and start again.", cause);
	}

}
