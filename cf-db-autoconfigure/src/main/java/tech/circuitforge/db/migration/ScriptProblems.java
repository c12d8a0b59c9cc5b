package tech.circuitforge.db.migration;

import java.util.ArrayList;
import java.util.List;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.SqlScript.Statement;

/**
 * What is wrong with the scripts: all of it is told at once, not one thing at each start.
 */
final class ScriptProblems {

	private final List<String> problems = new ArrayList<>();

	private String migration = "";

	/** The script that is looked at from now on. */
	void lookAt(String migration) {
		this.migration = migration;
	}

	String migration() {
		return this.migration;
	}

	void add(Statement statement, String what, String reason) {
		add(statement.line(), "%s is not allowed. %s".formatted(what, reason));
	}

	void add(int line, String problem) {
		add("Migration %s, line %d: %s.".formatted(this.migration, line, problem));
	}

	void add(String problem) {
		this.problems.add(problem);
	}

	void throwIfAny() {
		if (this.problems.size() == 1) {
			throw new MigrationException(this.problems.get(0), null);
		}
		if (!this.problems.isEmpty()) {
			throw new MigrationException("The migrations have %d faults, and nothing was applied:\n%s"
				.formatted(this.problems.size(), String.join("\n", this.problems)), null);
		}
	}

}
