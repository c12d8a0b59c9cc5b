package tech.circuitforge.db.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import tech.circuitforge.db.migration.MigrationsNotFoundException;

/**
 * Explains a {@link MigrationsNotFoundException}.
 */
class MigrationsNotFoundFailureAnalyzer extends AbstractFailureAnalyzer<MigrationsNotFoundException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MigrationsNotFoundException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Put the first script there (001_initial.sql), correct the location, or "
						+ (cause.property().equals(MigrationScripts.SHARED)
								? "do not set it: a shared database needs no scripts."
								: "set cf.db.migrations.enabled=false."),
				cause);
	}

}
