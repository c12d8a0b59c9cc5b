/**
 * Spring's cache, kept apart by user. Public types are public for the other packages of
 * cf-db only; products must not use them.
 */
@NullMarked
package tech.circuitforge.db.cache;

import org.jspecify.annotations.NullMarked;
