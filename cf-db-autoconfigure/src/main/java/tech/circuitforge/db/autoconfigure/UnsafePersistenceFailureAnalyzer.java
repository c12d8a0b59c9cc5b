package tech.circuitforge.db.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import tech.circuitforge.db.hibernate.UnsafePersistenceException;

/**
 * Explains an {@link UnsafePersistenceException}.
 */
class UnsafePersistenceFailureAnalyzer extends AbstractFailureAnalyzer<UnsafePersistenceException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnsafePersistenceException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
	}

}
