package tech.circuitforge.db.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.sqlite.SqlScript.Statement;

/**
 * Leaves out a script's own BEGIN and COMMIT where the script means the same without
 * them.
 * <p>
 * A script that SQLite itself would run to its end leaves the same behind in one
 * transaction as in several, or in several and none by turns: each statement sees what
 * those before it have done. So it is enough that BEGIN and COMMIT take turns. A script
 * written for a runner that has begun a transaction starts inside of one: its first is a
 * COMMIT, its last a BEGIN. A transaction that the script itself rolls back does nothing.
 */
final class OwnTransactions {

	private static final Log logger = LogFactory.getLog(OwnTransactions.class);

	private final ScriptProblems problems;

	private final List<Statement> kept = new ArrayList<>();

	/** The BEGIN of the transaction that is open, unless the runner began it. */
	private @Nullable Statement begin;

	/** How many statements were kept before it. */
	private int before;

	private boolean open;

	private boolean removed;

	private OwnTransactions(ScriptProblems problems) {
		this.problems = problems;
	}

	static List<Statement> leaveOut(List<Statement> statements, ScriptProblems problems) {
		return new OwnTransactions(problems).run(statements);
	}

	private List<Statement> run(List<Statement> statements) {
		List<Control> controls = statements.stream()
			.map(Control::of)
			.filter((control) -> control != Control.NONE)
			.toList();
		boolean opened = controls.size() > 1 && controls.get(0) == Control.COMMIT
				&& controls.get(controls.size() - 1) == Control.BEGIN;
		this.open = opened;
		for (Statement statement : statements) {
			Control control = Control.of(statement);
			control.refuseMore(statement, this.problems);
			switch (control) {
				case BEGIN -> begin(statement);
				case COMMIT -> commit(statement);
				case ROLLBACK -> rollBack(statement);
				case NONE -> this.kept.add(statement);
			}
		}
		if (this.open && !opened && this.begin != null) {
			refuse(this.begin, "No COMMIT follows it");
		}
		if (this.removed) {
			logger.warn(("Migration %s has BEGIN and COMMIT around its statements. They are left out: each migration "
					+ "runs in a transaction anyway.")
				.formatted(this.problems.migration()));
		}
		return this.kept;
	}

	private void begin(Statement statement) {
		if (this.open) {
			refuse(statement, "A transaction is open there already");
		}
		this.open = true;
		this.begin = statement;
		this.before = this.kept.size();
	}

	private void commit(Statement statement) {
		if (!this.open) {
			refuse(statement, "There is no BEGIN before it");
		}
		this.open = false;
		this.removed = true;
	}

	private void rollBack(Statement statement) {
		if (!this.open || this.begin == null) {
			refuse(statement, "There is no BEGIN before it");
			return;
		}
		this.kept.subList(this.before, this.kept.size()).clear();
		this.open = false;
		logger.warn("Migration %s, line %d: ROLLBACK undoes the statements since BEGIN in line %d: they are not run."
			.formatted(this.problems.migration(), statement.line(), this.begin.line()));
	}

	private void refuse(Statement statement, String reason) {
		this.problems.add(statement, Control.of(statement).name(), reason
				+ ", and the script cannot end or divide the migration's own transaction; remove it from the script");
	}

	/** How a statement begins or ends a transaction. */
	private enum Control {

		BEGIN("BEGIN\\b.*"), COMMIT("(?:COMMIT|END)\\b.*"),

		/** ROLLBACK TO goes back to a savepoint and ends nothing. */
		ROLLBACK("ROLLBACK\\b(?! TO | TRANSACTION (?:\\S+ )?TO ).*"),

		NONE(".*");

		/** All that may stand before the semicolon. */
		private static final Pattern WHOLE = Pattern.compile(
				"(?:BEGIN (?:(?:DEFERRED|IMMEDIATE|EXCLUSIVE) )?|COMMIT |END |ROLLBACK )(?:TRANSACTION (?:\\S+ )?)?;?");

		private final Pattern words;

		Control(String words) {
			this.words = Pattern.compile(words);
		}

		static Control of(Statement statement) {
			for (Control control : values()) {
				if (control.words.matcher(statement.words()).matches()) {
					return control;
				}
			}
			return NONE;
		}

		/** What is more would be left out with it. */
		void refuseMore(Statement statement, ScriptProblems problems) {
			if (this != NONE && !WHOLE.matcher(statement.words()).matches()) {
				problems.add(statement, name(),
						"What follows it is no part of it; put a semicolon between them, or correct it");
			}
		}

	}

}
