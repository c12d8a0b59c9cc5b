/**
 * Which path below the data root belongs to whom. Public types are public for the other
 * packages of cf-db only; products must not use them.
 */
@NullMarked
package tech.circuitforge.db.location;

import org.jspecify.annotations.NullMarked;
