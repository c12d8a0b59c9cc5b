package tech.circuitforge.db.autoconfigure;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.SQLExceptionTranslator;

import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.db.pool.RoutingDataSource;

/**
 * Auto-configuration of the database that all users share: a second SQLite file, or
 * whatever {@code DataSource} the application marks as such. None of these beans is
 * injected where nobody asks for it by {@link SharedDatabase}.
 */
@AutoConfiguration(after = CfDbAutoConfiguration.class)
@ConditionalOnBooleanProperty("cf.db.shared.enabled")
@Import(SharedFileConfiguration.class)
public final class SharedDatabaseAutoConfiguration {

	@Bean(defaultCandidate = false)
	@SharedDatabase
	JdbcTemplate sharedJdbcTemplate(@SharedDatabase DataSource dataSource,
			ObjectProvider<SQLExceptionTranslator> translator) {
		JdbcTemplate jdbcTemplate = new JdbcTemplate(dataSource);
		if (isOurs(dataSource)) {
			translator.ifUnique(jdbcTemplate::setExceptionTranslator);
		}
		return jdbcTemplate;
	}

	@Bean(defaultCandidate = false)
	@SharedDatabase
	JdbcClient sharedJdbcClient(@SharedDatabase JdbcTemplate jdbcTemplate) {
		return JdbcClient.create(jdbcTemplate);
	}

	@Bean(defaultCandidate = false)
	@SharedDatabase
	JdbcTransactionManager sharedTransactionManager(@SharedDatabase DataSource dataSource,
			ObjectProvider<SQLExceptionTranslator> translator) {
		JdbcTransactionManager transactionManager = new JdbcTransactionManager(dataSource);
		if (isOurs(dataSource)) {
			translator.ifUnique(transactionManager::setExceptionTranslator);
		}
		return transactionManager;
	}

	/** Another database has other error codes. */
	private static boolean isOurs(DataSource dataSource) {
		return dataSource instanceof RoutingDataSource;
	}

}
