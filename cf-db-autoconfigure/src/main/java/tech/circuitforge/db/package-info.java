/**
 * The public API of cf-db, and nothing else: what a product names in its own code.
 * <p>
 * Every type here is safe for use by several threads at once unless it says otherwise.
 */
@NullMarked
package tech.circuitforge.db;

import org.jspecify.annotations.NullMarked;
