package tech.circuitforge.db.mybatis;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.LocalCacheScope;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;

import tech.circuitforge.db.pool.RoutingDataSource;

/**
 * Switches MyBatis' caches off for users' databases: the second-level cache is all
 * users', and a session's own cache answers without a statement, whose user nobody would
 * ask for then.
 */
public final class MyBatisCaches implements BeanPostProcessor {

	private static final Log logger = LogFactory.getLog(MyBatisCaches.class);

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Configuration configuration = configuration(bean);
		if (configuration != null && isOnUsersDatabases(configuration)) {
			switchOff(configuration);
		}
		return bean;
	}

	/** The factory of a session (a SqlSessionTemplate) may be no bean. */
	private static @Nullable Configuration configuration(Object bean) {
		if (bean instanceof SqlSession session) {
			return session.getConfiguration();
		}
		return (bean instanceof SqlSessionFactory factory) ? factory.getConfiguration() : null;
	}

	private static boolean isOnUsersDatabases(Configuration configuration) {
		Environment environment = configuration.getEnvironment();
		RoutingDataSource dataSource = (environment != null) ? RoutingDataSource.behind(environment.getDataSource())
				: null;
		return dataSource != null && dataSource.ofUsers() != null;
	}

	private static void switchOff(Configuration configuration) {
		if (configuration.isCacheEnabled() && !configuration.getCacheNames().isEmpty()) {
			logger.warn("MyBatis' second-level caches are off in cloud mode, they would be shared by all users: "
					+ String.join(", ", configuration.getCacheNames()));
		}
		configuration.setCacheEnabled(false);
		configuration.setLocalCacheScope(LocalCacheScope.STATEMENT);
	}

}
