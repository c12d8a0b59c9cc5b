/**
 * What persistence layers and caches keep in memory, and whose it is.
 */
package tech.circuitforge.compatibility.persistence;
