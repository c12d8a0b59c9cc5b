package tech.circuitforge.db.pool;

import java.time.Duration;

/**
 * Figures of a set of open databases: four of the moment, the others since it was made.
 *
 * @param open databases open now
 * @param leased databases in use now
 * @param activeConnections connections in use now
 * @param idleConnections connections that are open and not in use
 * @param hits how often a database was open already when it was wanted
 * @param opened how often one was opened
 * @param failed how often opening one failed
 * @param evicted how often one was closed to make room
 * @param expired how often one was closed because nobody had used it for long
 * @param waits how often somebody had to wait for room
 * @param opening the time that opening took, migrations included, in all
 * @param slowestOpening the longest that opening one took
 */
public record PoolStatistics(int open, int leased, int activeConnections, int idleConnections, long hits, long opened,
		long failed, long evicted, long expired, long waits, Duration opening, Duration slowestOpening) {

}
