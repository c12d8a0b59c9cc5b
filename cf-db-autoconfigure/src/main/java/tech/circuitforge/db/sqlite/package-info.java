/**
 * The SQLite driver tamed: connections, PRAGMAs, transactions. Public types are public
 * for the other packages of cf-db only; products must not use them.
 */
@NullMarked
package tech.circuitforge.db.sqlite;

import org.jspecify.annotations.NullMarked;
