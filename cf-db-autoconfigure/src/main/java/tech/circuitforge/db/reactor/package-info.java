/**
 * The current user in Reactor. Public API is {@link ReactiveCurrentUser} alone; the other
 * types are public for the other packages of cf-db only.
 */
@NullMarked
package tech.circuitforge.db.reactor;

import org.jspecify.annotations.NullMarked;
