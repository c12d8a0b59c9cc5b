package tech.circuitforge.compatibility;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;

import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.autoconfigure.CfDbAutoConfiguration;
import tech.circuitforge.db.autoconfigure.DataJdbcDialectAutoConfiguration;
import tech.circuitforge.db.autoconfigure.SharedDatabaseAutoConfiguration;

/**
 * A product in cloud mode with nobody signed in, plus the modules under test.
 */
final class Product {

	static final UserId ALICE = new UserId("alice");

	static final UserId BOB = new UserId("bob");

	private Product() {
	}

	static ApplicationContextRunner with(Path root, Class<?>... modules) {
		return configured(new ApplicationContextRunner(), root, modules);
	}

	static WebApplicationContextRunner web(Path root, Class<?>... modules) {
		return configured(new WebApplicationContextRunner(), root, modules);
	}

	private static <T extends AbstractApplicationContextRunner<T, ?, ?>> T configured(T runner, Path root,
			Class<?>... modules) {
		List<Class<?>> all = new ArrayList<>(List.of(CfDbAutoConfiguration.class, SharedDatabaseAutoConfiguration.class,
				DataJdbcDialectAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, DataSourceInitializationAutoConfiguration.class,
				TransactionAutoConfiguration.class, TransactionManagerCustomizationAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class));
		all.addAll(List.of(modules));
		return runner.withConfiguration(AutoConfigurations.of(all.toArray(Class<?>[]::new)))
			.withBean(CurrentUserResolver.class, () -> () -> null)
			.withPropertyValues("spring.application.name=kiwi", "cf.db.mode=cloud", "cf.db.cloud.data-root=" + root);
	}

	/** The first column of the first row, by the plain driver. */
	static Object look(Path file, String sql) {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			return rows.next() ? rows.getObject(1) : null;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
