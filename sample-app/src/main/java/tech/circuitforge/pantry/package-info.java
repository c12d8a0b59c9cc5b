/**
 * Pantry: a household's stock of food, in each user's own database.
 */
@NullMarked
package tech.circuitforge.pantry;

import org.jspecify.annotations.NullMarked;
