/**
 * cf-db beside the modules that products use.
 */
package tech.circuitforge.compatibility;
