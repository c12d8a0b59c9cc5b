/**
 * Meters and observations. The only package that imports Micrometer, but for the context
 * propagation.
 */
@NullMarked
package tech.circuitforge.db.metrics;

import org.jspecify.annotations.NullMarked;
