package tech.circuitforge.db.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.cache.interceptor.AbstractCacheResolver;
import org.springframework.cache.interceptor.CacheResolver;

import tech.circuitforge.db.cache.UserCaches;

/**
 * Refuses a {@link CacheManager} whose caches would be all users': one that is no bean,
 * or was made before cf-db could see it.
 */
final class CacheCheck implements SmartInitializingSingleton {

	private static final String SHARED = "If its data are all users', mark it @SharedDatabase.";

	private final UserCaches caches;

	private final ConfigurableListableBeanFactory beanFactory;

	CacheCheck(UserCaches caches, ConfigurableListableBeanFactory beanFactory) {
		this.caches = caches;
		this.beanFactory = beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		for (String name : this.beanFactory.getBeanNamesForType(CacheManager.class, false, false)) {
			if (this.beanFactory.containsSingleton(name) && !this.caches.isSafe(name)
					&& !isMock(this.beanFactory.getBean(name))) {
				throw new InvalidConfigurationException(
						"Users would share the entries of the CacheManager \"%s\": it was made before cf-db could keep them apart."
							.formatted(name),
						"Declare it with a static @Bean method, and let no BeanPostProcessor or BeanFactoryPostProcessor "
								+ "depend on it (inject an ObjectProvider there). " + SHARED);
			}
		}
		for (String name : this.beanFactory.getBeanNamesForType(CachingConfigurer.class, false, false)) {
			CachingConfigurer configurer = this.beanFactory.getBean(name, CachingConfigurer.class);
			if (!isBean(configurer.cacheManager()) || !isBean(managerOf(configurer.cacheResolver()))) {
				throw new InvalidConfigurationException(
						"Users would share the entries of a CacheManager that is no bean: the CachingConfigurer \"%s\" makes it."
							.formatted(name),
						"Make it a bean: @Bean on the method, in a @Configuration without proxyBeanMethods=false. "
								+ SHARED);
			}
		}
	}

	/** A test's stand-in ({@code @MockitoBean}) is put in without post-processing. */
	private static boolean isMock(Object manager) {
		return manager.getClass().getName().contains("$MockitoMock$");
	}

	private static @Nullable CacheManager managerOf(@Nullable CacheResolver resolver) {
		// Others have caches of their own, which only the product knows.
		return (resolver instanceof AbstractCacheResolver known) ? known.getCacheManager() : null;
	}

	private boolean isBean(@Nullable CacheManager manager) {
		return manager == null || this.beanFactory.getBeansOfType(CacheManager.class, false, false)
			.values()
			.stream()
			.anyMatch((bean) -> bean == manager);
	}

}
