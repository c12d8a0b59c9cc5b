/**
 * Operations on users' databases as a whole. Public types are public for the other
 * packages of cf-db only; products must not use them.
 */
@NullMarked
package tech.circuitforge.db.lifecycle;

import org.jspecify.annotations.NullMarked;
