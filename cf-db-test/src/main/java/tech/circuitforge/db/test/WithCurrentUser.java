package tech.circuitforge.db.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the current user of a test, in whose database its statements run. On a method it
 * comes before that on its class. Works in every test that has a Spring context with
 * cf-db in cloud mode, {@code @BeforeEach} methods, scripts of {@code @Sql} and
 * test-managed transactions included, and beside {@code @WithMockUser}, before whose user
 * it comes. On a class it holds for {@code @BeforeAll} and {@code @AfterAll} methods, for
 * scripts before and after the class, and for {@code @Nested} classes too.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface WithCurrentUser {

	/**
	 * The user's id.
	 * @return a valid id
	 */
	String value();

}
