/**
 * What is in the pantry.
 */
@NullMarked
package tech.circuitforge.pantry.item;

import org.jspecify.annotations.NullMarked;
