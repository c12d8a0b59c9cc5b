/**
 * The current user on Reactor's schedulers. The only package that imports Reactor.
 */
@NullMarked
package tech.circuitforge.db.reactor;

import org.jspecify.annotations.NullMarked;
