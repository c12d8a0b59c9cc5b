/**
 * What Spring promises about JDBC, held against what a product gets: an application
 * context with Boot's own beans on top of our DataSource.
 */
package tech.circuitforge.db.jdbc;
