package tech.circuitforge.db.autoconfigure;

import io.micrometer.context.ContextRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Hooks;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.security.core.Authentication;
import org.springframework.web.server.WebFilter;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;
import tech.circuitforge.db.location.LocalFile;
import tech.circuitforge.db.propagation.CurrentUserThreadLocalAccessor;
import tech.circuitforge.db.reactor.ContextCurrentUser;
import tech.circuitforge.db.reactor.ReactiveCurrentUser;
import tech.circuitforge.db.security.PrincipalOwner;
import tech.circuitforge.db.user.ScopedCurrentUser;
import tech.circuitforge.db.user.TaskOwner;
import tech.circuitforge.db.webflux.CurrentUserWebFilter;

/**
 * Auto-configuration of the current user on other threads, beyond the application's task
 * executor.
 */
@AutoConfiguration(after = CfDbAutoConfiguration.class)
@ConditionalOnBean(ScopedCurrentUser.class)
public final class CurrentUserPropagationAutoConfiguration {

	private static final Log logger = LogFactory.getLog(CurrentUserPropagationAutoConfiguration.class);

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ContextRegistry.class)
	@ConditionalOnMode(Mode.CLOUD)
	static class ContextPropagationConfiguration {

		@Bean
		@Lazy(false)
		CurrentUserThreadLocalAccessor cfDbThreadLocalAccessor(ScopedCurrentUser currentUser) {
			return new CurrentUserThreadLocalAccessor(currentUser, ContextRegistry.getInstance());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Hooks.class, ContextRegistry.class })
	@ConditionalOnMode(Mode.CLOUD)
	static class AutomaticContextPropagationConfiguration {

		/**
		 * Before any bean is made, since only what is assembled later is concerned. Never
		 * undone: it is the process's, and others in it may have asked for it too.
		 */
		@Bean
		static BeanFactoryPostProcessor cfDbAutomaticContextPropagation(Environment environment) {
			return (beanFactory) -> {
				String propagation = environment.getProperty("spring.reactor.context-propagation", "");
				// Spring Boot itself heeds "auto" only where its module for Reactor is.
				if (propagation.isBlank() || propagation.strip().equalsIgnoreCase("auto")) {
					Hooks.enableAutomaticContextPropagation();
				}
				else if (propagation.strip().equalsIgnoreCase("limited")) {
					logger
						.warn("spring.reactor.context-propagation=limited: what a Flux or Mono does has the user of whichever thread "
								+ "runs it, which with hot sources is another user's. Set it to auto, cf-db's default in "
								+ "cloud mode, or make every call to the database with ReactiveCurrentUser.");
				}
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Hooks.class)
	static class ReactorConfiguration {

		@Bean
		@ConditionalOnMode(Mode.CLOUD)
		ReactiveCurrentUser reactiveCurrentUser(ScopedCurrentUser currentUser) {
			return new ContextCurrentUser(currentUser, TaskOwner.NOBODY);
		}

		@Bean
		@ConditionalOnMode(Mode.LOCAL)
		ReactiveCurrentUser localReactiveCurrentUser(ScopedCurrentUser currentUser) {
			return new ContextCurrentUser(currentUser, TaskOwner.of(LocalFile.LOCAL_USER));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass({ Hooks.class, WebFilter.class, Authentication.class })
	@ConditionalOnMode(Mode.CLOUD)
	static class WebFluxConfiguration {

		/** Directly after Spring Security's, which is at -100. */
		private static final int ORDER = -99;

		@Bean
		CurrentUserWebFilter cfDbCurrentUserWebFilter(ScopedCurrentUser currentUser) {
			return new CurrentUserWebFilter(currentUser, new PrincipalOwner(currentUser), ORDER);
		}

	}

}
