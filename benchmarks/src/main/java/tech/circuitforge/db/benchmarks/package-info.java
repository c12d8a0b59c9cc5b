/**
 * Ratios of cf-db against its peers, measured in turn in the same run.
 */
@NullMarked
package tech.circuitforge.db.benchmarks;

import org.jspecify.annotations.NullMarked;
