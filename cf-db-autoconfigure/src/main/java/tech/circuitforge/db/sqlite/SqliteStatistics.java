package tech.circuitforge.db.sqlite;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what happens on all connections of one factory. Safe for use by several threads.
 */
public final class SqliteStatistics {

	private final LongAdder busy = new LongAdder();

	private final LongAdder statementHits = new LongAdder();

	private final LongAdder statementMisses = new LongAdder();

	SqliteStatistics() {
	}

	void countBusy() {
		this.busy.increment();
	}

	void countStatement(boolean kept) {
		(kept ? this.statementHits : this.statementMisses).increment();
	}

	/**
	 * Returns how often a statement failed because another connection held a lock.
	 * @return the number of SQLITE_BUSY
	 */
	public long busy() {
		return this.busy.sum();
	}

	/**
	 * Returns how often a statement was compiled already.
	 * @return the number of hits of the statement caches
	 */
	public long statementHits() {
		return this.statementHits.sum();
	}

	/**
	 * Returns how often a statement had to be compiled.
	 * @return the number of misses of the statement caches
	 */
	public long statementMisses() {
		return this.statementMisses.sum();
	}

}
