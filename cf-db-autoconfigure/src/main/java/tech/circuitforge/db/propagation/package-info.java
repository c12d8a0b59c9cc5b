/**
 * The current user through Micrometer's context propagation. The only package that
 * imports that library.
 */
@NullMarked
package tech.circuitforge.db.propagation;

import org.jspecify.annotations.NullMarked;
