/**
 * How all databases fare, for whoever runs Pantry.
 */
@NullMarked
package tech.circuitforge.pantry.operator;

import org.jspecify.annotations.NullMarked;
