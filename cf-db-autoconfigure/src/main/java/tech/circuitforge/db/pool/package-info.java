/**
 * Open databases: leases, bounds, eviction, and the DataSource that routes to them.
 * Public types are public for the other packages of cf-db only; products must not use
 * them.
 */
@NullMarked
package tech.circuitforge.db.pool;

import org.jspecify.annotations.NullMarked;
