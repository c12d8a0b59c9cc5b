package tech.circuitforge.db.autoconfigure;

import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.aot.AotServices;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

import static org.assertj.core.api.Assertions.assertThat;

class CfDbRuntimeHintsTests {

	@Test
	void scriptsAreInTheImage() {
		RuntimeHints hints = new RuntimeHints();
		AotServices.factories()
			.load(RuntimeHintsRegistrar.class)
			.forEach((registrar) -> registrar.registerHints(hints, getClass().getClassLoader()));
		assertThat(RuntimeHintsPredicates.resource().forResource("db/migrations/001_initial.sql")).accepts(hints);
		assertThat(RuntimeHintsPredicates.resource().forResource("db/shared-migrations/001_a.sql")).accepts(hints);
		assertThat(RuntimeHintsPredicates.resource().forResource("db/other/001_a.sql")).rejects(hints);
	}

}
