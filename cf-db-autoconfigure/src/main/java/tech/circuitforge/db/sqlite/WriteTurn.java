package tech.circuitforge.db.sqlite;

import java.sql.SQLException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * A connection's turn to write to its file. Its transaction and its running statements
 * share it, from the first that needs it until the last of them ends.
 * <p>
 * <b>A transaction inside a transaction</b> (Spring's REQUIRES_NEW) asks for the turn
 * that another connection of the same thread has, and waiting for that would never end.
 * If the other transaction has only read so far it steps aside: it lets go of SQLite's
 * lock and takes it again as soon as the inner one has ended. In the queue the turn is
 * handed over and back, so that no other thread of this process gets in between; whether
 * another process did is asked of SQLite, and the outer transaction is then refused to
 * write, because what it has read may no longer be true.
 * <p>
 * Not for use by several threads at once.
 */
final class WriteTurn {

	private static final long UNKNOWN = -1;

	private final SqliteConnection connection;

	private final WriteQueue writers;

	private final Duration busyTimeout;

	/** How many need it. */
	private int needed;

	private boolean taken;

	/** Whether the connection's transaction is one of them. */
	private boolean ofTransaction;

	/** Whether the transaction has run anything but reads. */
	private boolean changed;

	/** Whether the transaction has lent it. */
	private boolean lent;

	/** Why the transaction cannot write any more. */
	private @Nullable String refusal;

	/** Who lent it. */
	private @Nullable WriteTurn lender;

	/** What {@link #version()} was before the lender let go of its lock. */
	private long versionBefore;

	WriteTurn(SqliteConnection connection, WriteQueue writers, Duration busyTimeout) {
		this.connection = connection;
		this.writers = writers;
		this.busyTimeout = busyTimeout;
	}

	// For a statement outside of transactions

	/**
	 * Waits for it.
	 * @param limit how long at most, if that is less than the busy timeout
	 * @throws SQLException SQLITE_BUSY if it does not come in time, or never can
	 */
	void enter(@Nullable Duration limit) throws SQLException {
		if (this.needed == 0 && !this.writers.tryEnter(this)) {
			WriteTurn own = this.writers.ownTurn();
			if (own == null) {
				this.writers.enter(this,
						(limit != null && limit.compareTo(this.busyTimeout) < 0) ? limit : this.busyTimeout);
			}
			else {
				borrow(own);
			}
		}
		this.needed++;
		this.taken = true;
	}

	/** Whether this connection has ever had it. */
	boolean wasTaken() {
		return this.taken;
	}

	void leave() {
		if (--this.needed == 0) {
			end();
		}
	}

	/** Gives it up, whoever still needs it. */
	void abandon() {
		if (this.needed > 0) {
			this.needed = 0;
			end();
		}
	}

	// For a transaction

	/**
	 * Waits for it when a transaction begins.
	 * @param reading whether it begins by reading
	 * @return false if it can read only, beside a transaction of this thread that has
	 * changed something
	 */
	boolean enterTransaction(boolean reading, @Nullable Duration limit) throws SQLException {
		this.changed = false;
		this.refusal = null;
		if (reading && this.needed == 0) {
			WriteTurn own = this.writers.ownTurn();
			if (own != null && !own.isLendable()) {
				return false;
			}
		}
		enter(limit);
		this.ofTransaction = true;
		return true;
	}

	/** Says that the transaction is going to run something that does not only read. */
	void change(boolean writes, @Nullable Duration limit) throws SQLException {
		if (this.lent) {
			// What is done now would end with the transaction that stands in for this
			// one.
			throw WriteQueue.waitingForItself();
		}
		if (writes && (this.refusal != null || !this.ofTransaction)) {
			if (this.refusal != null) {
				throw new SqliteException(
						"This transaction cannot write any more, since what it has read may no longer be true: "
								+ this.refusal,
						SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT);
			}
			enter(limit);
			this.ofTransaction = true;
		}
		this.changed = true;
	}

	void leaveTransaction() {
		this.lent = false;
		if (this.ofTransaction) {
			this.ofTransaction = false;
			leave();
		}
	}

	boolean isUsedByAnotherThread() {
		return this.connection.isUsedByAnotherThread();
	}

	// Lending

	/** Nothing has changed that could not be let go of and taken up again. */
	private boolean isLendable() {
		return this.ofTransaction && this.needed == 1 && !this.changed && !this.lent;
	}

	private void borrow(WriteTurn own) throws SQLException {
		if (!own.isLendable()) {
			throw WriteQueue.waitingForItself();
		}
		this.versionBefore = version();
		own.connection.restartTransaction("BEGIN");
		if (!this.writers.handOver(own, this)) {
			// Another thread has closed the other connection at this very moment.
			throw WriteQueue.waitingForItself();
		}
		own.lent = true;
		this.lender = own;
	}

	private void end() {
		WriteTurn lender = this.lender;
		this.lender = null;
		if (lender == null) {
			this.writers.leave(this);
		}
		else if (!lender.lent) {
			// The transaction that lent it is over; its connection may be in another one.
			this.writers.leave(this);
		}
		else if (this.writers.isTurnOfThisThread(this)) {
			giveBack(lender);
		}
		else {
			lender.lose("the transaction inside of it was closed by another thread, or not before this one");
			this.writers.leave(this);
		}
	}

	private void giveBack(WriteTurn lender) {
		try {
			lender.connection.restartTransaction("BEGIN IMMEDIATE");
		}
		catch (SQLException ex) {
			lender.lose(reason(ex));
			this.writers.leave(this);
			return;
		}
		lender.lent = false;
		this.writers.handOver(this, lender);
		long version = version();
		if (this.versionBefore == UNKNOWN || version == UNKNOWN) {
			lender.refusal = "whoever wrote inside of it was reading rows at that time, or was closed, so that it cannot be told whether another process wrote too. Read all rows before that, or write first.";
		}
		else if (version != this.versionBefore) {
			lender.refusal = "another process wrote to the same database after a transaction inside of this one. Run it again.";
		}
		else if (lender.lender != null) {
			// What was committed inside of it was this thread's doing.
			lender.versionBefore = lender.version();
		}
	}

	private static String reason(SQLException ex) {
		return (ex instanceof SQLiteException known && known.getResultCode() == SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT)
				? "its rows were still being read when a transaction inside of it wrote. Read them all before that, or write first."
				: "a transaction inside of it wrote, and after that it could not take its own turn to write again ("
						+ ex.getMessage() + "). Run it again.";
	}

	/** The transaction goes on, but only reading; and so do those that lent it theirs. */
	private void lose(String why) {
		this.lent = false;
		this.refusal = why;
		this.ofTransaction = false;
		this.needed = 0;
		WriteTurn lender = this.lender;
		this.lender = null;
		if (lender != null) {
			lender.lose(why);
		}
	}

	/**
	 * Changes whenever somebody else than this connection has committed
	 * (https://www.sqlite.org/pragma.html#pragma_data_version); unknown while it reads,
	 * since it then sees what was there before.
	 */
	private long version() {
		try {
			return this.connection.isReading() ? UNKNOWN : this.connection.dataVersion();
		}
		catch (SQLException ex) {
			return UNKNOWN;
		}
	}

}
