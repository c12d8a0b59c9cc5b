/**
 * What README.md and docs/ say is compiled, run or looked up here.
 */
package tech.circuitforge.compatibility.documentation;
