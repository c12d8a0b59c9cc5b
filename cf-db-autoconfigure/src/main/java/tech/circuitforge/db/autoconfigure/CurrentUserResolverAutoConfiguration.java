package tech.circuitforge.db.autoconfigure;

import java.util.List;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.util.ClassUtils;

import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.security.ClaimUserIdSource;
import tech.circuitforge.db.security.NameUserIdSource;
import tech.circuitforge.db.security.SecurityContextUserResolver;
import tech.circuitforge.db.security.TokenNameUserIdSource;

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
		boolean tokens = ClassUtils.isPresent(CLAIM_ACCESSOR, getClass().getClassLoader());
		BindResult<List<String>> claims = Binder.get(environment)
			.bind("cf.db.cloud.user-claim", Bindable.listOf(String.class));
		if (!claims.isBound()) {
			return new SecurityContextUserResolver(tokens ? new TokenNameUserIdSource() : new NameUserIdSource());
		}
		if (claims.get().isEmpty() || claims.get().stream().anyMatch(String::isBlank)) {
			throw new InvalidConfigurationException("cf.db.cloud.user-claim is set, but names no claim.",
					"Name the claim that is the user's id, or several separated by commas; or remove the property.");
		}
		if (!tokens) {
			throw new InvalidConfigurationException(
					"cf.db.cloud.user-claim is set, but spring-security-oauth2-core is not on the class path, so nobody has claims.",
					"Add spring-boot-starter-security-oauth2-resource-server or -client, or remove the property.");
		}
		return new SecurityContextUserResolver(new ClaimUserIdSource(claims.get()));
	}

}
