/**
 * The current user as Spring Security knows it. The only package that imports Spring
 * Security.
 */
@NullMarked
package tech.circuitforge.db.security;

import org.jspecify.annotations.NullMarked;
