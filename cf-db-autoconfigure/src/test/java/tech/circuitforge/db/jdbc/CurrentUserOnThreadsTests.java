package tech.circuitforge.db.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.autoconfigure.CfDbAutoConfiguration;
import tech.circuitforge.db.autoconfigure.CurrentUserPropagationAutoConfiguration;
import tech.circuitforge.db.reactor.ReactiveCurrentUser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Where the current user goes along by itself, and where it does not; with no property
 * set.
 */
class CurrentUserOnThreadsTests {

	private static final UserId ALICE = new UserId("alice");

	private static final UserId BOB = new UserId("bob");

	@TempDir
	Path directory;

	private static final ThreadLocal<UserId> SIGNED_IN = new ThreadLocal<>();

	private static final ThreadLocal<Boolean> NO_USER = new ThreadLocal<>();

	private static final ThreadLocal<Boolean> FAILING = new ThreadLocal<>();

	private ApplicationContextRunner runner;

	@BeforeEach
	void prepare() {
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CfDbAutoConfiguration.class,
					CurrentUserPropagationAutoConfiguration.class, TaskExecutionAutoConfiguration.class))
			.withBean(CurrentUserResolver.class, () -> CurrentUserOnThreadsTests::resolve)
			.withUserConfiguration(AsyncConfiguration.class)
			.withPropertyValues("cf.db.mode=cloud", "cf.db.cloud.data-root=" + this.directory,
					"spring.task.execution.pool.core-size=1", "spring.task.execution.pool.max-size=1");
	}

	private static UserId resolve() {
		if (FAILING.get() != null) {
			throw new IllegalStateException("the directory does not answer");
		}
		if (NO_USER.get() != null) {
			throw new NoCurrentUserException("Whoever is signed in has no claim.", null);
		}
		return SIGNED_IN.get();
	}

	@AfterEach
	void signOut() {
		SIGNED_IN.remove();
	}

	@AfterAll
	static void leaveReactorAsItWas() {
		Hooks.disableAutomaticContextPropagation();
	}

	@Test
	void asyncMethodsRunAsWhoeverCalledThem() {
		this.runner.run((context) -> {
			Worker worker = context.getBean(Worker.class);
			SIGNED_IN.set(ALICE);
			assertThat(worker.whoAmI().get(10, TimeUnit.SECONDS)).isEqualTo(ALICE);
			assertThat(context.getBean(CurrentUser.class)
				.<Future<UserId>>callAs(BOB, worker::whoAmI)
				.get(10, TimeUnit.SECONDS)).isEqualTo(BOB);
			SIGNED_IN.remove();
			// The same pooled thread: nothing of the users before is left.
			assertThat(worker.whoAmI().get(10, TimeUnit.SECONDS)).isNull();
		});
	}

	@Test
	void applicationTaskExecutorWhichMvcAsyncUsesToo() {
		this.runner.run((context) -> {
			AsyncTaskExecutor executor = context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			SIGNED_IN.set(ALICE);
			assertThat(executor.submitCompletable(currentUser::find).get(10, TimeUnit.SECONDS)).isEqualTo(ALICE);
			SIGNED_IN.set(BOB);
			assertThat(executor.submitCompletable(currentUser::find).get(10, TimeUnit.SECONDS)).isEqualTo(BOB);
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void applicationTaskExecutorOnVirtualThreads() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true").run((context) -> {
			AsyncTaskExecutor executor = context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
			SIGNED_IN.set(ALICE);
			assertThat(executor.submitCompletable(context.getBean(CurrentUser.class)::find).get(10, TimeUnit.SECONDS))
				.isEqualTo(ALICE);
		});
	}

	@Test
	void reactorsWorkersRunAsWhoeverSubscribed() {
		this.runner.run((context) -> {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			Mono<Optional<UserId>> work = Mono.fromCallable(() -> Optional.ofNullable(currentUser.find()))
				.subscribeOn(Schedulers.boundedElastic());
			SIGNED_IN.set(ALICE);
			assertThat(work.block(Duration.ofSeconds(10))).contains(ALICE);
			SIGNED_IN.remove();
			for (int i = 0; i < 20; i++) {
				assertThat(work.block(Duration.ofSeconds(10))).isEmpty();
			}
		});
	}

	static Stream<Arguments> hotSources() {
		Scheduler workers = Schedulers.boundedElastic();
		return Stream.of(hotSource("on the emitting thread", (source, work) -> source.map((x) -> work.get())),
				hotSource("publishOn", (source, work) -> source.publishOn(workers).map((x) -> work.get())),
				hotSource("delayElements",
						(source, work) -> source.delayElements(Duration.ofMillis(1)).map((x) -> work.get())),
				hotSource("bufferTimeout",
						(source, work) -> source.bufferTimeout(9, Duration.ofMillis(100)).map((x) -> work.get())),
				hotSource("flatMap", (source, work) -> source
					.flatMap((x) -> Mono.fromSupplier(work).subscribeOn(Schedulers.boundedElastic()))));
	}

	private static Arguments hotSource(String name,
			BiFunction<Flux<Integer>, Supplier<Optional<UserId>>, Flux<Optional<UserId>>> pipeline) {
		return Arguments.of(Named.of(name, pipeline));
	}

	@ParameterizedTest
	@MethodSource("hotSources")
	void hotSourcesWorkIsItsSubscribersAndNotTheEmittersOrNobodys(
			BiFunction<Flux<Integer>, Supplier<Optional<UserId>>, Flux<Optional<UserId>>> pipeline) {
		this.runner.run((context) -> {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			Sinks.Many<Integer> sink = Sinks.many().multicast().directBestEffort();
			Flux<Optional<UserId>> work = pipeline.apply(sink.asFlux(), () -> Optional.ofNullable(currentUser.find()));
			List<CompletableFuture<Optional<UserId>>> seen = new ArrayList<>();
			for (ContextView subscriber : List.of(context.getBean(ReactiveCurrentUser.class).withUser(BOB),
					Context.empty())) {
				seen.add(work.next().contextWrite(subscriber).toFuture());
			}
			SIGNED_IN.set(ALICE);
			assertThat(sink.tryEmitNext(1)).isEqualTo(Sinks.EmitResult.OK);
			assertThat(seen.get(0).get(10, TimeUnit.SECONDS)).contains(BOB);
			assertThat(seen.get(1).get(10, TimeUnit.SECONDS)).isEmpty();
			// The emitting thread is as it was, also for whoever signs in on it next.
			assertThat(currentUser.find()).isEqualTo(ALICE);
			SIGNED_IN.set(BOB);
			assertThat(currentUser.find()).isEqualTo(BOB);
		});
	}

	/** Spring Boot's module for Reactor, which heeds the property, is not there. */
	@ParameterizedTest
	@ValueSource(strings = { "auto", "AUTO", "" })
	void automaticPropagationIsOnWhereItIsAskedFor(String propagation) {
		Hooks.disableAutomaticContextPropagation();
		this.runner.withPropertyValues("spring.reactor.context-propagation=" + propagation).run((context) -> {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			Sinks.Many<Integer> sink = Sinks.many().multicast().directBestEffort();
			CompletableFuture<UserId> seen = sink.asFlux()
				.map((x) -> currentUser.require())
				.next()
				.contextWrite(context.getBean(ReactiveCurrentUser.class).withUser(BOB))
				.toFuture();
			SIGNED_IN.set(ALICE);
			assertThat(sink.tryEmitNext(1)).isEqualTo(Sinks.EmitResult.OK);
			assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo(BOB);
		});
	}

	@Test
	void withoutPropagationReactorsWorkersHaveNoUserAndSayWhatToSet() {
		Hooks.disableAutomaticContextPropagation();
		this.runner.withPropertyValues("spring.reactor.context-propagation=limited").run((context) -> {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			SIGNED_IN.set(ALICE);
			Mono<UserId> work = Mono.fromCallable(currentUser::require).subscribeOn(Schedulers.boundedElastic());
			assertThatExceptionOfType(NoCurrentUserException.class).isThrownBy(() -> work.block(Duration.ofSeconds(10)))
				.withMessageContaining("spring.reactor.context-propagation=auto")
				.withMessageContaining("ReactiveCurrentUser");
			// Taken from the Context, and not from a thread.
			ReactiveCurrentUser reactive = context.getBean(ReactiveCurrentUser.class);
			assertThat(reactive.mono(currentUser::require)
				.contextWrite(reactive.withUser(BOB))
				.block(Duration.ofSeconds(10))).isEqualTo(BOB);
			assertThat(reactive.flux(() -> List.of(currentUser.require(), ALICE))
				.contextWrite(reactive.withUser(BOB))
				.collectList()
				.block(Duration.ofSeconds(10))).containsExactly(BOB, ALICE);
		});
	}

	@Test
	void belowShareOnlyTheReactiveCurrentUserIsRight() {
		this.runner.run((context) -> {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			ReactiveCurrentUser reactive = context.getBean(ReactiveCurrentUser.class);
			Flux<Long> ticks = Flux.interval(Duration.ofMillis(5)).share();
			CountDownLatch firstIsThere = new CountDownLatch(1);
			Disposable first = ticks.doOnNext((tick) -> firstIsThere.countDown())
				.contextWrite(reactive.withUser(ALICE))
				.subscribe();
			try {
				assertThat(firstIsThere.await(10, TimeUnit.SECONDS)).isTrue();
				// Reactor runs every subscriber with the thread locals of the first.
				assertThat(ticks.map((tick) -> currentUser.require())
					.contextWrite(reactive.withUser(BOB))
					.blockFirst(Duration.ofSeconds(10))).isEqualTo(ALICE);
				assertThat(ticks.concatMap((tick) -> reactive.mono(currentUser::require))
					.contextWrite(reactive.withUser(BOB))
					.blockFirst(Duration.ofSeconds(10))).isEqualTo(BOB);
			}
			finally {
				first.dispose();
			}
		});
	}

	@Test
	void inLocalModeTheReactiveCurrentUserIsTheLocalOne() {
		this.runner.withPropertyValues("cf.db.mode=local", "cf.db.path=" + this.directory.resolve("local.db"))
			.run((context) -> assertThat(context.getBean(ReactiveCurrentUser.class)
				.mono(context.getBean(CurrentUser.class)::require)
				.block(Duration.ofSeconds(10))).isEqualTo(new UserId("local")));
	}

	@Test
	void wrappedStagesAreOfWhoeverWroteThem() {
		this.runner.run((context) -> {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			AsyncTaskExecutor executor = context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
			CompletableFuture<Integer> gate = new CompletableFuture<>();
			SIGNED_IN.set(ALICE);
			CompletableFuture<UserId> onExecutor = gate.thenApplyAsync(currentUser.wrap((x) -> currentUser.require()),
					executor);
			CompletableFuture<UserId> onCompletingThread = gate.thenApply(currentUser.wrap((x) -> currentUser.find()));
			Supplier<UserId> supplier = currentUser.wrap(() -> currentUser.require());
			List<UserId> ran = new CopyOnWriteArrayList<>();
			CompletableFuture<Void> running = gate
				.thenRun(currentUser.wrap((Runnable) () -> ran.add(currentUser.require())))
				.thenRun(() -> assertThat(currentUser.find()).isEqualTo(BOB));
			CompletableFuture<UserId> supplied = gate
				.thenCompose((x) -> CompletableFuture.completedFuture(supplier.get()));
			SIGNED_IN.remove();
			CompletableFuture<UserId> nobodys = gate.thenApply(currentUser.wrap((x) -> currentUser.find()));
			SIGNED_IN.set(BOB);
			gate.complete(1);
			assertThat(onExecutor.get(10, TimeUnit.SECONDS)).isEqualTo(ALICE);
			assertThat(onCompletingThread.get(10, TimeUnit.SECONDS)).isEqualTo(ALICE);
			running.get(10, TimeUnit.SECONDS);
			assertThat(ran).containsExactly(ALICE);
			assertThat(supplied.get(10, TimeUnit.SECONDS)).isEqualTo(ALICE);
			// Nobody was there when it was written: not Bob's either.
			assertThat(nobodys.get(10, TimeUnit.SECONDS)).isNull();
			assertThat(currentUser.find()).isEqualTo(BOB);
		});
	}

	@Test
	void chainsOfOneUserOnTheTaskExecutorNeedNothing() {
		this.runner.run((context) -> {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			AsyncTaskExecutor executor = context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
			SIGNED_IN.set(ALICE);
			CompletableFuture<List<UserId>> chain = CompletableFuture.supplyAsync(currentUser::require, executor)
				.thenComposeAsync(
						(user) -> CompletableFuture.supplyAsync(() -> List.of(user, currentUser.require()), executor),
						executor)
				.thenApplyAsync((users) -> List.of(users.get(0), users.get(1), currentUser.require()), executor);
			assertThat(chain.get(10, TimeUnit.SECONDS)).containsExactly(ALICE, ALICE, ALICE);
		});
	}

	@Test
	void closingOneContextTakesNothingFromAnother(@TempDir Path second) {
		this.runner.run((first) -> this.runner.withPropertyValues("cf.db.cloud.data-root=" + second).run((other) -> {
			CurrentUser ofFirst = first.getBean(CurrentUser.class);
			CurrentUser ofSecond = other.getBean(CurrentUser.class);
			Mono<List<UserId>> both = Mono.fromCallable(() -> List.of(ofFirst.require(), ofSecond.require()))
				.subscribeOn(Schedulers.boundedElastic());
			assertThat(ofFirst.callAs(ALICE, () -> ofSecond.callAs(BOB, () -> both.block(Duration.ofSeconds(10)))))
				.containsExactly(ALICE, BOB);
			first.close();
			Mono<UserId> ofSecondOnly = Mono.fromCallable(ofSecond::require).subscribeOn(Schedulers.boundedElastic());
			assertThat(ofSecond.callAs(BOB, () -> ofSecondOnly.block(Duration.ofSeconds(10)))).isEqualTo(BOB);
		}));
	}

	@Test
	void contextSnapshotsCarryTheUserAndPutBackWhatWas() {
		int before = ContextRegistry.getInstance().getThreadLocalAccessors().size();
		this.runner.run((context) -> {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			ContextSnapshotFactory snapshots = ContextSnapshotFactory.builder().build();
			SIGNED_IN.set(ALICE);
			ContextSnapshot snapshot = snapshots.captureAll();
			SIGNED_IN.remove();
			assertThat(seenIn(snapshot, currentUser)).isEqualTo(ALICE);
			assertThat(currentUser.find()).isNull();
			currentUser.runAs(BOB, () -> {
				assertThat(seenIn(snapshot, currentUser)).isEqualTo(ALICE);
				assertThat(currentUser.find()).isEqualTo(BOB);
			});
			assertThat(currentUser.find()).isNull();
		});
		assertThat(ContextRegistry.getInstance().getThreadLocalAccessors()).hasSize(before);
	}

	@Test
	void snapshotsScopeNamesNobodyForLater() {
		// A resolver whose own thread local is put back after ours, as Spring Security's
		// is: at that moment it still sees the scope's user.
		this.runner.run((context) -> {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			SIGNED_IN.set(ALICE);
			ContextSnapshot alices = ContextSnapshotFactory.builder().build().captureAll();
			SIGNED_IN.set(BOB);
			try (ContextSnapshot.Scope scope = alices.setThreadLocals()) {
				assertThat(scope).isNotNull();
				SIGNED_IN.set(ALICE);
			}
			SIGNED_IN.set(new UserId("carol"));
			assertThat(currentUser.find()).isEqualTo(new UserId("carol"));
		});
	}

	@Test
	void somebodyWithoutUsableIdIsToldSoOnOtherThreadsToo() {
		this.runner.run((context) -> {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			AsyncTaskExecutor executor = context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
			NO_USER.set(Boolean.TRUE);
			try {
				Future<UserId> task = executor.submitCompletable(currentUser::require);
				assertThatExceptionOfType(Exception.class).isThrownBy(() -> task.get(10, TimeUnit.SECONDS))
					.withCauseInstanceOf(NoCurrentUserException.class)
					.withMessageContaining("no claim");
				assertThatExceptionOfType(NoCurrentUserException.class)
					.isThrownBy(() -> Mono.fromCallable(currentUser::require)
						.subscribeOn(Schedulers.boundedElastic())
						.block(Duration.ofSeconds(10)))
					.withMessageContaining("no claim");
			}
			finally {
				NO_USER.remove();
			}
		});
	}

	@Test
	void resolverThatFailsIsNotOneThatSeesNobody() {
		this.runner.withPropertyValues("cf.db.cloud.anonymous=shared").run((context) -> {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			AsyncTaskExecutor executor = context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
			Connecting connecting = () -> {
				try (Connection connection = context.getBean(DataSource.class).getConnection();
						Statement statement = connection.createStatement()) {
					statement.execute("SELECT 1");
				}
			};
			connecting.run();
			FAILING.set(Boolean.TRUE);
			try {
				Runnable wrapped = currentUser.wrap((Runnable) connecting::runUnchecked);
				Future<?> task = executor.submit((Callable<Void>) connecting::call);
				Mono<Void> work = Mono.fromCallable(connecting::call).subscribeOn(Schedulers.boundedElastic());
				for (ThrowingCallable each : List.<ThrowingCallable>of(connecting::run, wrapped::run,
						() -> task.get(10, TimeUnit.SECONDS), () -> work.block(Duration.ofSeconds(10)))) {
					assertThatThrownBy(each).hasStackTraceContaining("the directory does not answer");
				}
				assertThat(executor.submitCompletable(() -> currentUser.callAs(BOB, currentUser::find))
					.get(10, TimeUnit.SECONDS)).isEqualTo(BOB);
			}
			finally {
				FAILING.remove();
			}
			assertThat(executor.submitCompletable(currentUser::find).get(10, TimeUnit.SECONDS)).isNull();
		});
	}

	@Test
	void resolverMayBlockOnReactor() {
		CurrentUserResolver blocking = () -> Mono.delay(Duration.ofMillis(1)).map((x) -> ALICE).block();
		this.runner
			.withBean("blocking", CurrentUserResolver.class, () -> blocking,
					(definition) -> definition.setPrimary(true))
			.run((context) -> {
				CurrentUser currentUser = context.getBean(CurrentUser.class);
				assertThat(currentUser.find()).isEqualTo(ALICE);
				assertThat(Mono.fromCallable(currentUser::find)
					.subscribeOn(Schedulers.boundedElastic())
					.block(Duration.ofSeconds(10))).isEqualTo(ALICE);
			});
	}

	@Test
	void ownThreadsAndExecutorsHaveNoUser() {
		this.runner.run((context) -> {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			ExecutorService own = Executors.newSingleThreadExecutor();
			try {
				SIGNED_IN.set(ALICE);
				assertThat(own.submit(currentUser::find).get(10, TimeUnit.SECONDS)).isNull();
				currentUser.runAs(ALICE,
						() -> assertThat(CompletableFuture.supplyAsync(currentUser::find).join()).isNull());
			}
			finally {
				own.shutdownNow();
			}
		});
	}

	@Test
	void scheduledCodeIsToldToNameTheUser() {
		this.runner.withBean(TaskScheduler.class, ThreadPoolTaskScheduler::new).run((context) -> {
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			ThreadPoolTaskScheduler scheduler = context.getBean(ThreadPoolTaskScheduler.class);
			scheduler.setThreadNamePrefix("nightly-");
			Future<?> scheduled = scheduler.schedule(currentUser::require, java.time.Instant.now());
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> scheduled.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(NoCurrentUserException.class)
				.withMessageContaining("nightly-")
				.withMessageContaining("CurrentUser.runAs");
		});
	}

	@FunctionalInterface
	private interface Connecting {

		void run() throws Exception;

		default Void call() throws Exception {
			run();
			return null;
		}

		default void runUnchecked() {
			try {
				run();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	private static UserId seenIn(ContextSnapshot snapshot, CurrentUser currentUser) {
		try (ContextSnapshot.Scope scope = snapshot.setThreadLocals()) {
			assertThat(scope).isNotNull();
			return currentUser.find();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AsyncConfiguration {

		@Bean
		Worker worker(CurrentUser currentUser) {
			return new Worker(currentUser);
		}

	}

	static class Worker {

		private final CurrentUser currentUser;

		Worker(CurrentUser currentUser) {
			this.currentUser = currentUser;
		}

		@Async
		public Future<UserId> whoAmI() {
			return CompletableFuture.completedFuture(this.currentUser.find());
		}

	}

}
