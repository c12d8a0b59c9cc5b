/**
 * The current user of WebFlux requests. The only package that imports both Spring Web and
 * Reactor.
 */
@NullMarked
package tech.circuitforge.db.webflux;

import org.jspecify.annotations.NullMarked;
