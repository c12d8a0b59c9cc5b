package tech.circuitforge.db.cache;

import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.db.pool.CurrentDatabase;

/**
 * Makes the caches of every {@link CacheManager} keep users apart, but for one that is
 * marked as {@link SharedDatabase}. A key generator would not do: a method that states
 * its key does not ask it.
 */
public final class UserCaches implements BeanPostProcessor {

	private final CacheOwner owner;

	private final ListableBeanFactory beanFactory;

	private final Set<String> kept = ConcurrentHashMap.newKeySet();

	/**
	 * Creates a post-processor.
	 * @param currentDatabase gives what says whose call it is; not asked before a cache
	 * is
	 * @param beanFactory knows the annotations of beans
	 */
	public UserCaches(Supplier<CurrentDatabase> currentDatabase, ListableBeanFactory beanFactory) {
		this.owner = new CacheOwner(currentDatabase);
		this.beanFactory = beanFactory;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof CacheManager) || isShared(beanName)) {
			return bean;
		}
		this.kept.add(beanName);
		ProxyFactory factory = new ProxyFactory(bean);
		// A proxy of its class, if there can be one: products may inject it by that.
		factory.setProxyTargetClass(!Modifier.isFinal(bean.getClass().getModifiers()));
		factory.addAdvice((MethodInterceptor) (invocation) -> {
			Object result = invocation.proceed();
			return (result instanceof Cache cache) ? new UserCache(cache, this.owner) : result;
		});
		return factory.getProxy();
	}

	/**
	 * Tells whether users may share a manager.
	 * @param beanName the name of a bean that is a {@link CacheManager}
	 * @return whether its caches keep users apart, or are meant for all
	 */
	public boolean isSafe(String beanName) {
		return this.kept.contains(beanName) || isShared(beanName);
	}

	private boolean isShared(String beanName) {
		return this.beanFactory.containsBean(beanName)
				&& this.beanFactory.findAnnotationOnBean(beanName, SharedDatabase.class) != null;
	}

}
