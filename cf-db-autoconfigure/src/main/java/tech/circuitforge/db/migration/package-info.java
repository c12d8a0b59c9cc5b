/**
 * Scripts, which of them a database still lacks, and how they are applied. Public types
 * are public for the other packages of cf-db only; products must not use them.
 */
@NullMarked
package tech.circuitforge.db.migration;

import org.jspecify.annotations.NullMarked;
