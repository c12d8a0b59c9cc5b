/**
 * A small product and its tests, written as a product would write them: with cf-db-test
 * on the class path and no configuration of databases.
 */
package tech.circuitforge.compatibility.product;
