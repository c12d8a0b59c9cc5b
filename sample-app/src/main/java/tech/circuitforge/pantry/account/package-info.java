/**
 * Who uses Pantry: accounts, and the end of their sessions.
 */
@NullMarked
package tech.circuitforge.pantry.account;

import org.jspecify.annotations.NullMarked;
