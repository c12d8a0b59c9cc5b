package tech.circuitforge.db.autoconfigure;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.aot.AotServices;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

import static org.assertj.core.api.Assertions.assertThat;

class CfDbRuntimeHintsTests {

	private final RuntimeHints hints = new RuntimeHints();

	@BeforeEach
	void register() {
		AotServices.factories()
			.load(RuntimeHintsRegistrar.class)
			.forEach((registrar) -> registrar.registerHints(this.hints, getClass().getClassLoader()));
	}

	@Test
	void scriptsAreInTheImage() {
		assertThat(RuntimeHintsPredicates.resource().forResource("db/migrations/001_initial.sql")).accepts(this.hints);
		assertThat(RuntimeHintsPredicates.resource().forResource("db/shared-migrations/001_a.sql")).accepts(this.hints);
		assertThat(RuntimeHintsPredicates.resource().forResource("db/other/001_a.sql")).rejects(this.hints);
	}

	@Test
	void valuesOfPropertiesCanBeReadInTheImage() throws NoSuchMethodException {
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(CfDbProperties.Pool.class.getDeclaredMethod("acquireTimeout"))).accepts(this.hints);
	}

}
