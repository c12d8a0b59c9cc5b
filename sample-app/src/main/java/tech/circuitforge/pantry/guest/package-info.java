/**
 * People without an account: each has an own database, and keeps it when signing up.
 */
@NullMarked
package tech.circuitforge.pantry.guest;

import org.jspecify.annotations.NullMarked;
