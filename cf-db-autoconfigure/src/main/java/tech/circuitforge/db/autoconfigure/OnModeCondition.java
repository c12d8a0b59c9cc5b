package tech.circuitforge.db.autoconfigure;

import java.util.Locale;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;

/**
 * Compares the mode that is needed with the one that is {@linkplain ModeDecision
 * decided}.
 */
class OnModeCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Mode wanted = metadata.getAnnotations().get(ConditionalOnMode.class).getEnum("value", Mode.class);
		Mode mode = ModeDecision.of(context.getEnvironment()).mode();
		ConditionMessage message = ConditionMessage.forCondition(ConditionalOnMode.class)
			.because("cf-db works in " + mode.name().toLowerCase(Locale.ROOT) + " mode");
		return new ConditionOutcome(mode == wanted, message);
	}

}
