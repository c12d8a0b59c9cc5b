package tech.circuitforge.db.jdbc;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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

	private ApplicationContextRunner runner;

	@BeforeEach
	void prepare() {
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CfDbAutoConfiguration.class,
					CurrentUserPropagationAutoConfiguration.class, TaskExecutionAutoConfiguration.class))
			.withBean(CurrentUserResolver.class, () -> SIGNED_IN::get)
			.withUserConfiguration(AsyncConfiguration.class)
			.withPropertyValues("cf.db.mode=cloud", "cf.db.cloud.data-root=" + this.directory,
					"spring.task.execution.pool.core-size=1", "spring.task.execution.pool.max-size=1");
	}

	@AfterEach
	void signOut() {
		SIGNED_IN.remove();
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
			Mono<UserId> work = Mono.fromCallable(currentUser::find).subscribeOn(Schedulers.boundedElastic());
			SIGNED_IN.set(ALICE);
			assertThat(work.block(Duration.ofSeconds(10))).isEqualTo(ALICE);
			SIGNED_IN.remove();
			for (int i = 0; i < 20; i++) {
				assertThat(work.block(Duration.ofSeconds(10))).isNull();
			}
		});
	}

	@Test
	void contextSnapshotsCarryTheUserAndPutBackWhatWas() {
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
		assertThat(ContextRegistry.getInstance().getThreadLocalAccessors()).extracting(ThreadLocalAccessor::key)
			.doesNotContain("tech.circuitforge.db.user");
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
