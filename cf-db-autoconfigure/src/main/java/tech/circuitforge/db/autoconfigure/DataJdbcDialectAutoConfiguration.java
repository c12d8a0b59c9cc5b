package tech.circuitforge.db.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;

import tech.circuitforge.db.data.SqliteDialect;
import tech.circuitforge.db.pool.OpenDatabases;

/**
 * Auto-configuration of Spring Data JDBC's dialect, which it would otherwise look up
 * through a connection at start, when there is no user.
 */
@AutoConfiguration(after = CfDbAutoConfiguration.class, before = DataJdbcRepositoriesAutoConfiguration.class)
@ConditionalOnClass({ JdbcDialect.class, DataJdbcRepositoriesAutoConfiguration.class })
@ConditionalOnBean(OpenDatabases.class)
public final class DataJdbcDialectAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(JdbcDialect.class)
	SqliteDialect cfDbJdbcDialect() {
		return new SqliteDialect();
	}

}
