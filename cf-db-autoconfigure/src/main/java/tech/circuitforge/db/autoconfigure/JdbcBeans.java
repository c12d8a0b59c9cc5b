package tech.circuitforge.db.autoconfigure;

import java.util.Arrays;
import java.util.List;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.JdbcAccessor;
import org.springframework.transaction.TransactionManager;

import tech.circuitforge.db.pool.RoutingDataSource;

/**
 * The {@code JdbcTemplate} and the transaction manager that are taken where a product
 * does not say which. Spring Boot makes neither where a product has one of its own, so
 * one for another {@code DataSource} would be used for everything.
 */
final class JdbcBeans {

	private final ConfigurableListableBeanFactory beans;

	JdbcBeans(ConfigurableListableBeanFactory beans) {
		this.beans = beans;
	}

	/**
	 * Looks whether they lead to users' databases.
	 * @throws InvalidConfigurationException if one of them does not
	 */
	void refuseOthers() {
		DataSource ours = this.beans.getBeanProvider(DataSource.class).getIfUnique();
		if (ours == null) {
			return;
		}
		String template = onlyOne(JdbcOperations.class);
		if (template != null && this.beans.isTypeMatch(template, JdbcAccessor.class)) {
			refuseUnless(ours, template, this.beans.getBean(template, JdbcAccessor.class).getDataSource(),
					"Everybody's statements would run in that one database.");
		}
		String named = onlyOne(NamedParameterJdbcOperations.class);
		if (named != null && this.beans.getBean(named, NamedParameterJdbcOperations.class)
			.getJdbcOperations() instanceof JdbcAccessor accessor) {
			refuseUnless(ours, named, accessor.getDataSource(),
					"Everybody's statements would run in that one database.");
		}
		String transactions = onlyOne(TransactionManager.class);
		if (transactions != null && this.beans.isTypeMatch(transactions, DataSourceTransactionManager.class)) {
			refuseUnless(ours, transactions,
					this.beans.getBean(transactions, DataSourceTransactionManager.class).getDataSource(),
					"Statements on users' databases would run outside the transaction, and not be rolled back.");
		}
	}

	/** The one that is injected, without making any. */
	private @Nullable String onlyOne(Class<?> type) {
		List<String> candidates = Arrays.stream(this.beans.getBeanNamesForType(type, true, false))
			.filter((name) -> DataSourceBeans.isDefaultCandidate(this.beans, name))
			.toList();
		List<String> primary = candidates.stream()
			.filter((name) -> this.beans.containsBeanDefinition(name)
					&& this.beans.getMergedBeanDefinition(name).isPrimary())
			.toList();
		List<String> chosen = primary.isEmpty() ? candidates : primary;
		return (chosen.size() == 1) ? chosen.get(0) : null;
	}

	private void refuseUnless(DataSource ours, String name, @Nullable DataSource used, String consequence) {
		if (used != null && used != ours && !isBehind(RoutingDataSource.behind(ours), used)) {
			throw new InvalidConfigurationException(
					"cf-db works in cloud mode, where every user has a file, but %s, which is taken where none is named, works on another DataSource. %s"
						.formatted(DataSourceBeans.describe(this.beans, name), consequence),
					"Make it @Bean(defaultCandidate = false) with a @Qualifier by which it is asked for; then there is also one for users' databases.");
		}
	}

	private static boolean isBehind(@Nullable RoutingDataSource routing, DataSource used) {
		return routing != null && RoutingDataSource.behind(used) == routing;
	}

}
