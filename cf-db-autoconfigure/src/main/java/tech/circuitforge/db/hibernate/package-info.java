/**
 * What Hibernate keeps in memory, kept apart by user: sessions, ids, caches. Found by
 * Hibernate itself ({@code META-INF/services}), so that it holds for every session
 * factory on cf-db's DataSource, whoever makes it. Public types are public for the other
 * packages of cf-db only; products must not use them.
 */
@NullMarked
package tech.circuitforge.db.hibernate;

import org.jspecify.annotations.NullMarked;
