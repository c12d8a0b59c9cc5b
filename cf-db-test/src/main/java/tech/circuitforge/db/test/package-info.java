/**
 * Support for the tests of products that use cf-db.
 */
@NullMarked
package tech.circuitforge.db.test;

import org.jspecify.annotations.NullMarked;
