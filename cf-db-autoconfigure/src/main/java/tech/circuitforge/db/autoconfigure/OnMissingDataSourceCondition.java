package tech.circuitforge.db.autoconfigure;

import java.util.List;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;

/**
 * Matches unless the application has a {@code DataSource} that is injected where none is
 * named. In local mode cf-db leaves the work to that one; in cloud mode it refuses to, as
 * users' rows would meet there.
 */
class OnMissingDataSourceCondition extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConfigurableListableBeanFactory beans = context.getBeanFactory();
		List<String> found = (beans != null) ? DataSourceBeans.find(beans) : List.of();
		if (beans == null || found.isEmpty()) {
			return ConditionOutcome.match(ConditionMessage.of("found no other DataSource"));
		}
		List<String> others = DataSourceBeans.findOthers(beans);
		if (!others.isEmpty() && ModeDecision.of(context.getEnvironment()).require() == Mode.CLOUD) {
			throw DataSourceBeans.refused(beans, others);
		}
		return ConditionOutcome.noMatch(ConditionMessage.of("found the DataSource " + found));
	}

}
