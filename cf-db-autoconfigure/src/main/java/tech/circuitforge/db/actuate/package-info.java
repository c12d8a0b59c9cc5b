/**
 * What operators see: health, the {@code cfdb} endpoint and information about the
 * application. The only package that imports Spring Boot's Actuator.
 */
@NullMarked
package tech.circuitforge.db.actuate;

import org.jspecify.annotations.NullMarked;
