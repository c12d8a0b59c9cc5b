package tech.circuitforge.pantry.guest;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;
import tech.circuitforge.db.autoconfigure.ConditionalOnMode;

/**
 * Matches where guests are welcome. In local mode nobody needs an account anyway.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnMode(Mode.CLOUD)
@ConditionalOnBooleanProperty("pantry.guests.enabled")
@interface ConditionalOnGuests {

}
