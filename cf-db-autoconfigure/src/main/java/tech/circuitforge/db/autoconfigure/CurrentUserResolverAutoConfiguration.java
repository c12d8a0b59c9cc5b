package tech.circuitforge.db.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.util.ClassUtils;

import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.security.ClaimUserIdSource;
import tech.circuitforge.db.security.SecurityContextUserResolver;

/**
 * Auto-configuration of the current user as Spring Security knows it.
 */
@AutoConfiguration(before = CfDbAutoConfiguration.class)
@ConditionalOnClass(SecurityContextHolder.class)
public final class CurrentUserResolverAutoConfiguration {

	private static final String CLAIM_ACCESSOR = "org.springframework.security.oauth2.core.ClaimAccessor";

	@Bean
	@ConditionalOnMissingBean
	CurrentUserResolver currentUserResolver(Environment environment) {
		String claim = environment.getProperty("cf.db.cloud.user-claim");
		if (claim == null) {
			return new SecurityContextUserResolver(Authentication::getName);
		}
		if (!ClassUtils.isPresent(CLAIM_ACCESSOR, getClass().getClassLoader())) {
			throw new InvalidConfigurationException(
					"cf.db.cloud.user-claim is set, but spring-security-oauth2-core is not on the class path, so nobody has claims.",
					"Add spring-boot-starter-security-oauth2-resource-server or -client, or remove the property.");
		}
		return new SecurityContextUserResolver(new ClaimUserIdSource(claim));
	}

}
