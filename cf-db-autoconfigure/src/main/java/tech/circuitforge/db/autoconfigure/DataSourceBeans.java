package tech.circuitforge.db.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.db.pool.RoutingDataSource;

/**
 * The {@code DataSource} beans that are injected where a product asks for one without
 * saying which.
 */
final class DataSourceBeans {

	private DataSourceBeans() {
	}

	/** Their names, cf-db's own among them; those of parents too. */
	static List<String> find(ConfigurableListableBeanFactory beans) {
		List<String> names = new ArrayList<>(findHere(beans));
		if (beans.getParentBeanFactory() instanceof ConfigurableListableBeanFactory parent) {
			names.addAll(find(parent));
		}
		return names;
	}

	/** The names of those that are not cf-db's. */
	static List<String> findOthers(ConfigurableListableBeanFactory beans) {
		List<String> names = new ArrayList<>(findHere(beans).stream()
			.filter((name) -> beans.getType(name, false) != RoutingDataSource.class)
			.toList());
		// A parent that has cf-db has looked at its own beans.
		if (beans.getParentBeanFactory() instanceof ConfigurableListableBeanFactory parent
				&& !parent.containsLocalBean(CfDbConfigurationCheckAutoConfiguration.CHECK)) {
			names.addAll(findOthers(parent));
		}
		return names;
	}

	private static List<String> findHere(ConfigurableListableBeanFactory beans) {
		List<String> names = new ArrayList<>();
		for (String name : beans.getBeanNamesForType(DataSource.class, true, false)) {
			if (isDefaultCandidate(beans, name)
					&& beans.findAnnotationOnBean(name, SharedDatabase.class, false) == null) {
				names.add(name);
			}
		}
		return names;
	}

	static boolean isDefaultCandidate(ConfigurableListableBeanFactory beans, String name) {
		if (!beans.containsBeanDefinition(name)) {
			return true;
		}
		BeanDefinition definition = beans.getMergedBeanDefinition(name);
		return definition.isAutowireCandidate()
				&& !(definition instanceof AbstractBeanDefinition candidate && !candidate.isDefaultCandidate());
	}

	/** What a person reads who has one of them in cloud mode. */
	static InvalidConfigurationException refused(ConfigurableListableBeanFactory beans, List<String> others) {
		List<String> described = others.stream().map((name) -> describe(beans, name)).toList();
		return new InvalidConfigurationException(
				"cf-db works in cloud mode, where every user has a file, but the application has a DataSource of its own: %s. Everybody would work in that one database."
					.formatted(String.join(", ", described)),
				"""
						Say what that DataSource is for:
						  beside the users' own: @Bean(defaultCandidate = false) and a @Qualifier by which it is asked for
						  what all users share: @SharedDatabase, with cf.db.shared.enabled=true
						  instead of cf-db: cf.db.enabled=false
						  a test's embedded database: spring.test.database.replace=none, as cf-db-test sets it""");
	}

	static String describe(ConfigurableListableBeanFactory beans, String name) {
		String where = beans.containsBeanDefinition(name) ? beans.getBeanDefinition(name).getResourceDescription()
				: null;
		return "the bean '%s'%s".formatted(name, (where != null) ? " (" + where + ")" : "");
	}

}
