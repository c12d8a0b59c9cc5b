package tech.circuitforge.db.autoconfigure;

import javax.sql.DataSource;

import org.sqlite.SQLiteConnection;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Auto-configuration of the check of cf-db's configuration. Apart from the
 * {@code DataSource}, so that it takes place as well where cf-db does not provide one.
 */
@AutoConfiguration(before = CfDbAutoConfiguration.class)
@ConditionalOnClass({ DataSource.class, JdbcTemplate.class, SQLiteConnection.class })
@Conditional(CfDbConfigurationCheckAutoConfiguration.UnlessOff.class)
@Import(SharedDatabaseCandidates.class)
public final class CfDbConfigurationCheckAutoConfiguration {

	static final String CHECK = "cfDbConfigurationCheck";

	@Bean(CHECK)
	static ConfigurationCheck configurationCheck(Environment environment) {
		return new ConfigurationCheck(environment);
	}

	/** A word that is neither true nor false does not turn it off. */
	static class UnlessOff extends NoneNestedConditions {

		UnlessOff() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnBooleanProperty(name = "cf.db.enabled", havingValue = false)
		static class Off {

		}

	}

}
