/**
 * What docs/coming-from-circuitforge-core.md tells, done: files that Python wrote, the
 * family's session token, households. Whatever stands in the document stands here.
 */
package tech.circuitforge.compatibility.circuitforge;
