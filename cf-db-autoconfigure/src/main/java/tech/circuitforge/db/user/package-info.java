/**
 * Whose statement this is: the user of the current thread. Public types are public for
 * the other packages of cf-db only; products must not use them.
 */
@NullMarked
package tech.circuitforge.db.user;

import org.jspecify.annotations.NullMarked;
