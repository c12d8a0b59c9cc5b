package tech.circuitforge.db.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;

/**
 * Matches when cf-db works in the given mode. For products too: sign-in that only cloud
 * mode needs, for instance.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnModeCondition.class)
public @interface ConditionalOnMode {

	/**
	 * The mode that is needed.
	 * @return the mode
	 */
	Mode value();

}
