package tech.circuitforge.db.user;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.UserId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ScopedCurrentUserTests {

	private static final UserId ALICE = new UserId("alice");

	private static final UserId BOB = new UserId("bob");

	private final ScopedCurrentUser nobody = new ScopedCurrentUser(() -> null, () -> null);

	@Test
	void namedUserComesBeforeTheResolver() throws Exception {
		ScopedCurrentUser alice = new ScopedCurrentUser(() -> ALICE, () -> null);
		assertThat(alice.require()).isEqualTo(ALICE);
		assertThat(alice.<UserId>callAs(BOB, alice::require)).isEqualTo(BOB);
		assertThat(alice.require()).isEqualTo(ALICE);
	}

	@Test
	void nestedCallsRestore() {
		this.nobody.runAs(ALICE, () -> {
			this.nobody.runAs(BOB, () -> assertThat(this.nobody.require()).isEqualTo(BOB));
			assertThat(this.nobody.require()).isEqualTo(ALICE);
		});
		assertThat(this.nobody.find()).isNull();
	}

	@Test
	void failingCallsRestoreAndPassTheirExceptionOn() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.nobody.callAs(ALICE, () -> {
			throw new IOException("x");
		}));
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.nobody.runAs(ALICE, () -> {
			throw new IllegalStateException("y");
		}));
		assertThatExceptionOfType(NoCurrentUserException.class).isThrownBy(this.nobody::require);
	}

	@Test
	void otherThreadsDoNotInheritTheUser() {
		this.nobody.runAs(ALICE, () -> assertThat(CompletableFuture.supplyAsync(this.nobody::find).join()).isNull());
	}

}
