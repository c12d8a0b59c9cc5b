package tech.circuitforge.db.autoconfigure;

import javax.sql.DataSource;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

import tech.circuitforge.db.SharedDatabase;

/**
 * Matches unless the application has a {@code DataSource} bean marked
 * {@link SharedDatabase}. {@code @ConditionalOnMissingBean} does not see it, as it is no
 * default candidate.
 */
class OnMissingSharedDataSourceCondition extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConfigurableListableBeanFactory beans = context.getBeanFactory();
		if (beans != null) {
			for (String name : beans.getBeanNamesForType(DataSource.class, true, false)) {
				if (beans.findAnnotationOnBean(name, SharedDatabase.class, false) != null) {
					return ConditionOutcome
						.noMatch(ConditionMessage.of("found the shared DataSource '%s'".formatted(name)));
				}
			}
		}
		return ConditionOutcome.match("found no DataSource marked @SharedDatabase");
	}

}
