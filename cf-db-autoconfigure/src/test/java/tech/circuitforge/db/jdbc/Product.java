package tech.circuitforge.db.jdbc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import tech.circuitforge.db.autoconfigure.CfDbAutoConfiguration;
import tech.circuitforge.db.autoconfigure.CurrentUserPropagationAutoConfiguration;
import tech.circuitforge.db.autoconfigure.CurrentUserResolverAutoConfiguration;

/**
 * A small product: an application context as Boot makes it.
 */
public final class Product implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private Product(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * On one file, or with plain Boot, HikariCP and the driver if cf-db is turned off by
	 * a property.
	 */
	public static Product local(Path file, String... properties) {
		return start(List.of("cf.db.path=" + file), properties);
	}

	/** On a file per user. */
	public static Product cloud(Path root, String... properties) {
		return start(List.of("cf.db.mode=cloud", "cf.db.cloud.data-root=" + root), properties);
	}

	/** What a product has without cf-db. */
	public static Product plain(Path file, String... properties) {
		return start(
				List.of("cf.db.enabled=false",
						"spring.datasource.url=jdbc:sqlite:" + file
								+ "?journal_mode=WAL&foreign_keys=true&busy_timeout=1000&transaction_mode=IMMEDIATE"),
				properties);
	}

	private static Product start(List<String> defaults, String... properties) {
		List<String> all = new ArrayList<>(defaults);
		all.addAll(List.of(properties));
		return new Product(new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.bannerMode(org.springframework.boot.Banner.Mode.OFF)
			.logStartupInfo(false)
			.run(all.stream().map((property) -> "--" + property).toArray(String[]::new)));
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	public <T> T bean(String name, Class<T> type) {
		return this.context.getBean(name, type);
	}

	public JdbcTemplate jdbc() {
		return bean(JdbcTemplate.class);
	}

	public JdbcClient client() {
		return bean(JdbcClient.class);
	}

	public DataSource dataSource() {
		return bean(DataSource.class);
	}

	public TransactionTemplate transaction() {
		return new TransactionTemplate(bean(PlatformTransactionManager.class));
	}

	public TransactionTemplate transaction(int propagation) {
		TransactionTemplate template = transaction();
		template.setPropagationBehavior(propagation);
		return template;
	}

	public TransactionTemplate readOnly() {
		TransactionTemplate template = transaction(TransactionDefinition.PROPAGATION_REQUIRED);
		template.setReadOnly(true);
		return template;
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ CfDbAutoConfiguration.class, CurrentUserResolverAutoConfiguration.class,
			CurrentUserPropagationAutoConfiguration.class, DataSourceAutoConfiguration.class,
			TransactionManagerCustomizationAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
			JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class,
			TaskExecutionAutoConfiguration.class })
	static class Application {

	}

}
