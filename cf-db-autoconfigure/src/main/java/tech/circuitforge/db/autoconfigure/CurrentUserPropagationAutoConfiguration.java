package tech.circuitforge.db.autoconfigure;

import io.micrometer.context.ContextRegistry;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;
import tech.circuitforge.db.propagation.CurrentUserThreadLocalAccessor;
import tech.circuitforge.db.reactor.CurrentUserScheduling;
import tech.circuitforge.db.user.CurrentUserTaskDecorator;
import tech.circuitforge.db.user.ScopedCurrentUser;

/**
 * Auto-configuration of the current user on other threads, beyond the application's task
 * executor.
 */
@AutoConfiguration(after = CfDbAutoConfiguration.class)
@ConditionalOnMode(Mode.CLOUD)
@ConditionalOnBean(ScopedCurrentUser.class)
public final class CurrentUserPropagationAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ContextRegistry.class)
	static class ContextPropagationConfiguration {

		@Bean
		@Lazy(false)
		CurrentUserThreadLocalAccessor cfDbThreadLocalAccessor(ScopedCurrentUser currentUser) {
			return new CurrentUserThreadLocalAccessor(currentUser, ContextRegistry.getInstance());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Schedulers.class)
	static class ReactorConfiguration {

		@Bean
		@Lazy(false)
		CurrentUserScheduling cfDbReactorScheduling(ScopedCurrentUser currentUser) {
			return new CurrentUserScheduling(new CurrentUserTaskDecorator(currentUser));
		}

	}

}
