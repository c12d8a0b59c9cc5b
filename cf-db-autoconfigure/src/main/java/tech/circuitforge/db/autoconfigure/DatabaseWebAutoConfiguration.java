package tech.circuitforge.db.autoconfigure;

import java.util.Objects;

import jakarta.servlet.Filter;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;
import tech.circuitforge.db.logging.CurrentUserMdc;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.security.PrincipalOwner;
import tech.circuitforge.db.user.ScopedCurrentUser;
import tech.circuitforge.db.web.CurrentUserMdcFilter;
import tech.circuitforge.db.web.DatabaseExceptionAdvice;

/**
 * Auto-configuration of what web clients are told when a database cannot be used.
 */
@AutoConfiguration(after = CfDbAutoConfiguration.class)
@ConditionalOnClass(RestControllerAdvice.class)
@ConditionalOnWebApplication
@ConditionalOnBean(OpenDatabases.class)
public final class DatabaseWebAutoConfiguration {

	private static final String AUTHENTICATION = "org.springframework.security.core.Authentication";

	@Bean
	DatabaseExceptionAdvice cfDbExceptionAdvice(ScopedCurrentUser currentUser) {
		if (ClassUtils.isPresent(AUTHENTICATION, getClass().getClassLoader())) {
			return WithSpringSecurity.advice(currentUser);
		}
		return new DatabaseExceptionAdvice(currentUser, (principal) -> true, (principal) -> currentUser.seen());
	}

	/** A class of its own, which is not loaded without Spring Security. */
	private static final class WithSpringSecurity {

		static DatabaseExceptionAdvice advice(ScopedCurrentUser currentUser) {
			return new DatabaseExceptionAdvice(currentUser, PrincipalOwner::isSignedIn,
					new PrincipalOwner(currentUser));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Filter.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnMode(Mode.CLOUD)
	@ConditionalOnProperty("cf.db.cloud.mdc-key")
	static class LoggingConfiguration {

		@Bean
		CurrentUserMdcFilter cfDbMdcFilter(ScopedCurrentUser currentUser, CfDbProperties properties) {
			return new CurrentUserMdcFilter(currentUser,
					new CurrentUserMdc(Objects.requireNonNull(properties.cloud().mdcKey())));
		}

	}

}
