package tech.circuitforge.db.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import tech.circuitforge.db.location.DatabaseLocationException;

/**
 * Explains a {@link DatabaseLocationException}.
 */
class DatabaseLocationFailureAnalyzer extends AbstractFailureAnalyzer<DatabaseLocationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DatabaseLocationException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
	}

}
