package tech.circuitforge.db.autoconfigure;

import java.util.Locale;
import java.util.Set;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;

/**
 * Decides the mode: the property {@code cf.db.mode}, or else the environment's
 * {@code CLOUD_MODE}.
 */
class OnModeCondition extends SpringBootCondition {

	private static final Set<String> YES = Set.of("1", "true", "yes");

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Mode wanted = metadata.getAnnotations().get(ConditionalOnMode.class).getEnum("value", Mode.class);
		Mode mode = modeOf(context.getEnvironment());
		ConditionMessage message = ConditionMessage.forCondition(ConditionalOnMode.class)
			.because("cf-db works in " + mode.name().toLowerCase(Locale.ROOT) + " mode");
		return new ConditionOutcome(mode == wanted, message);
	}

	private static Mode modeOf(Environment environment) {
		return Binder.get(environment).bind("cf.db.mode", Mode.class).orElseGet(() -> {
			String cloud = environment.getProperty("CLOUD_MODE", "").trim().toLowerCase(Locale.ROOT);
			return YES.contains(cloud) ? Mode.CLOUD : Mode.LOCAL;
		});
	}

}
