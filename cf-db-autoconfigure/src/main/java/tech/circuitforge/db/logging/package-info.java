/**
 * The current user in log lines. The only package that imports SLF4J.
 */
@NullMarked
package tech.circuitforge.db.logging;

import org.jspecify.annotations.NullMarked;
