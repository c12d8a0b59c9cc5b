package tech.circuitforge.db.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.data.jdbc.core.convert.DataAccessStrategy;
import org.springframework.data.jdbc.core.convert.DataAccessStrategyFactory;
import org.springframework.data.jdbc.core.convert.JdbcConverter;
import org.springframework.data.jdbc.core.convert.QueryMappingConfiguration;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

import tech.circuitforge.db.data.EscapedLikes;
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

	/**
	 * As Spring Boot makes it, but for LIKE. Lazy, because there is no converter where
	 * Spring Boot's configuration of repositories is switched off, and nobody asks then.
	 */
	@Bean
	@Lazy
	@ConditionalOnMissingBean(DataAccessStrategy.class)
	DataAccessStrategy cfDbDataAccessStrategy(NamedParameterJdbcOperations operations, JdbcConverter converter,
			JdbcDialect dialect, ObjectProvider<QueryMappingConfiguration> rowMappers) {
		NamedParameterJdbcOperations suited = (dialect instanceof SqliteDialect) ? EscapedLikes.in(operations)
				: operations;
		return new DataAccessStrategyFactory(converter, suited, dialect,
				rowMappers.getIfAvailable(() -> QueryMappingConfiguration.EMPTY))
			.create();
	}

}
