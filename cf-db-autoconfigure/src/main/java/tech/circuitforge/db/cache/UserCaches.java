package tech.circuitforge.db.cache;

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

	private final Supplier<CurrentDatabase> currentDatabase;

	private final ListableBeanFactory beanFactory;

	/**
	 * Creates a post-processor.
	 * @param currentDatabase gives what says whose call it is; not asked before a cache
	 * is
	 * @param beanFactory knows the annotations of beans
	 */
	public UserCaches(Supplier<CurrentDatabase> currentDatabase, ListableBeanFactory beanFactory) {
		this.currentDatabase = currentDatabase;
		this.beanFactory = beanFactory;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof CacheManager) || isShared(beanName)) {
			return bean;
		}
		// A proxy of its class: products may inject it by that.
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(true);
		factory.addAdvice((MethodInterceptor) (invocation) -> {
			Object result = invocation.proceed();
			return (result instanceof Cache cache) ? new UserCache(cache, this.currentDatabase.get()) : result;
		});
		return factory.getProxy();
	}

	private boolean isShared(String beanName) {
		return this.beanFactory.containsBean(beanName)
				&& this.beanFactory.findAnnotationOnBean(beanName, SharedDatabase.class) != null;
	}

}
