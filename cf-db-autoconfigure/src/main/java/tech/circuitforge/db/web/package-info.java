/**
 * What a web client is told when a database cannot be used. The only package that imports
 * Spring Web.
 */
@NullMarked
package tech.circuitforge.db.web;

import org.jspecify.annotations.NullMarked;
