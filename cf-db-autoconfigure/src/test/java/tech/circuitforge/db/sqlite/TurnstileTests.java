package tech.circuitforge.db.sqlite;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class TurnstileTests {

	@Test
	void neverMoreThanItsPlacesAndNobodyIsForgotten() throws Exception {
		Turnstile turnstile = new Turnstile(2);
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		ExecutorService executor = Executors.newFixedThreadPool(12);
		try {
			List<Callable<Void>> workers = new ArrayList<>();
			for (int i = 0; i < 12; i++) {
				workers.add(() -> {
					for (int turn = 0; turn < 20_000; turn++) {
						assertThat(turnstile.enter(Duration.ofSeconds(30))).isTrue();
						most.accumulateAndGet(inside.incrementAndGet(), Math::max);
						inside.decrementAndGet();
						turnstile.leave();
					}
					return null;
				});
			}
			for (Future<Void> worker : executor.invokeAll(workers)) {
				worker.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(most.get()).isLessThanOrEqualTo(2);
		assertThat(turnstile.tryEnter()).isTrue();
		assertThat(turnstile.tryEnter()).isTrue();
		assertThat(turnstile.tryEnter()).isFalse();
	}

	@Test
	void whoWaitsTooLongIsToldAndLeavesThePlaceToOthers() throws Exception {
		Turnstile turnstile = new Turnstile(1);
		assertThat(turnstile.tryEnter()).isTrue();
		assertThat(turnstile.enter(Duration.ofMillis(20))).isFalse();
		turnstile.leave();
		assertThat(turnstile.enter(Duration.ZERO)).isTrue();
	}

	@Test
	void newcomersDoNotOvertakeWhoHasWaitedLong() throws Exception {
		Turnstile turnstile = new Turnstile(1);
		assertThat(turnstile.tryEnter()).isTrue();
		CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> enter(turnstile));
		// Nobody is served while it waits; after its patience is over, the place is its
		// own.
		await().pollDelay(Duration.ofMillis(50)).until(() -> !waiting.isDone());
		turnstile.leave();
		assertThat(turnstile.tryEnter()).isFalse();
		assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void interruptedThreadTakesNoPlace() throws Exception {
		Turnstile turnstile = new Turnstile(1);
		assertThat(turnstile.tryEnter()).isTrue();
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> turnstile.enter(Duration.ofSeconds(10)));
		turnstile.leave();
		assertThat(turnstile.tryEnter()).isTrue();
	}

	private static boolean enter(Turnstile turnstile) {
		try {
			return turnstile.enter(Duration.ofSeconds(10));
		}
		catch (InterruptedException ex) {
			return false;
		}
	}

}
