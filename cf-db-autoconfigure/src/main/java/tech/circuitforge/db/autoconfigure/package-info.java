/**
 * Wires the other packages into a Spring Boot application; imports them all, imported by
 * none.
 */
@NullMarked
package tech.circuitforge.db.autoconfigure;

import org.jspecify.annotations.NullMarked;
