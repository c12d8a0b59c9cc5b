package tech.circuitforge.db;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Asks for the database that all users share, where the current user's own would be
 * injected otherwise: on an injection point of type {@code DataSource},
 * {@code JdbcTemplate}, {@code JdbcClient} or {@code PlatformTransactionManager}.
 * <p>
 * On a {@code DataSource} bean of the application it says that this is the shared
 * database, in place of a file. Beans that are marked so stay out of other injection
 * points, as with {@code @Bean(defaultCandidate = false)}.
 */
@Target({ ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Qualifier
public @interface SharedDatabase {

}
