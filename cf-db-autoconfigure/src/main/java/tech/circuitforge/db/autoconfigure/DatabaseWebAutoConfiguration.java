package tech.circuitforge.db.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.web.DatabaseExceptionAdvice;

/**
 * Auto-configuration of what web clients are told when a database cannot be used.
 */
@AutoConfiguration(after = CfDbAutoConfiguration.class)
@ConditionalOnClass(RestControllerAdvice.class)
@ConditionalOnWebApplication
@ConditionalOnBean(OpenDatabases.class)
public final class DatabaseWebAutoConfiguration {

	@Bean
	DatabaseExceptionAdvice cfDbExceptionAdvice() {
		return new DatabaseExceptionAdvice();
	}

}
