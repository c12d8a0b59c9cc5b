/**
 * Spring Data JDBC on SQLite. The only package that imports Spring Data.
 */
@NullMarked
package tech.circuitforge.db.data;

import org.jspecify.annotations.NullMarked;
