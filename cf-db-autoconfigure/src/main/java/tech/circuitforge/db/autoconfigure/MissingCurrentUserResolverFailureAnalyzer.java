package tech.circuitforge.db.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a {@link MissingCurrentUserResolverException}.
 */
class MissingCurrentUserResolverFailureAnalyzer extends AbstractFailureAnalyzer<MissingCurrentUserResolverException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MissingCurrentUserResolverException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Add spring-boot-starter-security, or declare a bean of type CurrentUserResolver; or leave cloud mode (cf.db.mode=local).",
				cause);
	}

}
