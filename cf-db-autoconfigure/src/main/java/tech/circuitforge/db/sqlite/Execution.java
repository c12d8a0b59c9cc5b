package tech.circuitforge.db.sqlite;

import java.sql.SQLException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * One run of a statement: from the moment it may start until its result is read or
 * closed. Holds what has to be given back then, the turn to write and the time limit.
 */
final class Execution {

	private final SqliteConnection connection;

	private final CompiledStatement statement;

	private final boolean writing;

	private final QueryTimer.@Nullable Timeout timeout;

	/** Guarded by this. */
	private boolean ended;

	Execution(SqliteConnection connection, CompiledStatement statement, boolean writing,
			QueryTimer.@Nullable Timeout timeout) {
		this.connection = connection;
		this.statement = statement;
		this.writing = writing;
		this.timeout = timeout;
	}

	/** Ends the run; further calls do nothing. */
	void end() {
		synchronized (this) {
			if (this.ended) {
				return;
			}
			this.ended = true;
		}
		if (this.timeout != null) {
			this.timeout.end();
		}
		this.connection.executionEnded(this);
	}

	/**
	 * Stops the run, from another thread. Under the same lock as {@link #end()}: whatever
	 * runs next on the connection, perhaps for another borrower, is never interrupted.
	 */
	synchronized void cancel() {
		if (!this.ended) {
			this.connection.cancel();
		}
	}

	SqlKind kind() {
		return this.statement.kind();
	}

	boolean isWriting() {
		return this.writing;
	}

	/**
	 * Whether the statement may have changed rows: its result has to be read before a
	 * commit.
	 */
	boolean isOfWritingStatement() {
		return this.statement.kind() == SqlKind.WRITE;
	}

	String sql() {
		return this.statement.sql();
	}

	/** Ends the run because of an error, and explains it. */
	SQLException failed(SQLException ex) {
		Duration exceeded = (this.timeout != null && this.timeout.fired()) ? this.timeout.limit() : null;
		end();
		return this.connection.explain(ex, exceeded);
	}

}
