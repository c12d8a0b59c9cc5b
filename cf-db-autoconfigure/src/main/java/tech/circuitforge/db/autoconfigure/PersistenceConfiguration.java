package tech.circuitforge.db.autoconfigure;

import org.apache.ibatis.session.SqlSessionFactory;
import org.hibernate.SessionFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.orm.jpa.EntityManagerHolder;

import tech.circuitforge.db.cache.UserCaches;
import tech.circuitforge.db.hibernate.SessionOwner;
import tech.circuitforge.db.mybatis.MyBatisCaches;
import tech.circuitforge.db.pool.CurrentDatabase;
import tech.circuitforge.db.pool.WorkOwner;

/**
 * Cloud mode: what persistence layers keep in memory stays with its user.
 */
@Configuration(proxyBeanMethods = false)
class PersistenceConfiguration {

	@Bean
	static UserCaches cfDbUserCaches(ObjectProvider<CurrentDatabase> currentDatabase, ListableBeanFactory beanFactory) {
		return new UserCaches(currentDatabase::getObject, beanFactory);
	}

	@Bean
	@Lazy(false)
	CacheCheck cfDbCacheCheck(UserCaches caches, ConfigurableListableBeanFactory beanFactory) {
		return new CacheCheck(caches, beanFactory);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ SessionFactory.class, EntityManagerHolder.class })
	static class HibernateConfiguration {

		@Bean
		WorkOwner cfDbSessionOwner() {
			return new SessionOwner();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(SqlSessionFactory.class)
	static class MyBatisConfiguration {

		@Bean
		static MyBatisCaches cfDbMyBatisCaches() {
			return new MyBatisCaches();
		}

	}

}
