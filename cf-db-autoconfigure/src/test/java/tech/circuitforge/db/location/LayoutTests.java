package tech.circuitforge.db.location;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LayoutTests {

	@Test
	void replacesTokens() {
		assertThat(new Layout("{user}/{app}.db", "kiwi").resolve("alice")).containsExactly("alice", "kiwi.db");
		assertThat(new Layout("{user}/snipe/user.db", "x").resolve("alice")).containsExactly("alice", "snipe",
				"user.db");
		assertThat(new Layout("{shard}/{user}.db", "x").resolve("alice").get(0)).matches("[0-9a-f]{2}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{user}/{app}.db", "{shard}/{user}/{app}.db", "u-{user}.db", "{shard}-{user}/data.db" })
	void readsTheUserBack(String template) {
		Layout layout = new Layout(template, "kiwi");
		for (String token : List.of("alice", "%41lice", "a.b-c_d", "x.db")) {
			assertThat(layout.tokenOf(layout.resolve(token))).isEqualTo(token);
		}
	}

	@Test
	void anotherFileIsNobodys() {
		Layout layout = new Layout("{shard}/{user}/{app}.db", "kiwi");
		assertThat(layout.tokenOf(List.of("zz", "alice", "kiwi.db"))).isNull();
		assertThat(layout.tokenOf(List.of(PathToken.shard("bob"), "alice", "kiwi.db"))).isNull();
		assertThat(layout.tokenOf(List.of(PathToken.shard("alice"), "alice", "other.db"))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{app}.db", "{user}/{user}.db", "{user}/../{app}.db", "/{user}.db", "{user}//x.db",
			"{user}/.db", "{user}/{app}", "{user}/{tenant}.db", "{user}\\x.db", "{user}/x?.db", "" })
	void refusesWhatCannotKeepUsersApart(String template) {
		assertThatExceptionOfType(DatabaseLocationException.class).isThrownBy(() -> new Layout(template, "kiwi"))
			.withMessageContaining("cf.db.cloud.layout");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/b", "..", "a b", "a?b", "" })
	void refusesApplicationNamesThatAreNoFileNames(String application) {
		assertThatExceptionOfType(DatabaseLocationException.class)
			.isThrownBy(() -> new Layout("{user}/{app}.db", application))
			.withMessageContaining("spring.application.name");
	}

}
