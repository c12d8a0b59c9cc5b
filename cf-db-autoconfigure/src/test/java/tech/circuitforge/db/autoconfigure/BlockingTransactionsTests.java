package tech.circuitforge.db.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import tech.circuitforge.db.reactor.ReactiveCurrentUser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@code @Transactional} where the work is done after the method has returned.
 */
class BlockingTransactionsTests {

	@TempDir
	Path directory;

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(CfDbAutoConfiguration.class, CurrentUserPropagationAutoConfiguration.class,
							JdbcTemplateAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
							TransactionAutoConfiguration.class, TransactionManagerCustomizationAutoConfiguration.class))
			.withPropertyValues("cf.db.mode=local", "cf.db.path=" + this.directory.resolve("app.db"),
					"cf.db.migrations.locations=classpath:db/test-migrations");
	}

	@ParameterizedTest
	@ValueSource(classes = { OnMethod.class, OnType.class, ReturnsPublisher.class, ThroughAnInterface.class })
	void refusesWhatIsDoneOnceSomebodySubscribes(Class<?> type) {
		runner().withBean(type).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = new InvalidConfigurationFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains(type.getSimpleName() + ".add")
				.contains("the transaction is over by then");
			assertThat(analysis.getAction()).contains("ReactiveCurrentUser.mono");
		});
	}

	@Test
	void leavesEverythingElseAlone() {
		runner().withBean(Innocent.class)
			.run((context) -> assertThat(context.getBean(Innocent.class).blocking()).isTrue());
		// Whoever has R2DBC beside says which one is meant.
		runner().withBean("r2dbc", ReactiveTransactionManager.class, NoReactiveTransactions::new)
			.withBean(Qualified.class)
			.run((context) -> assertThat(context).hasNotFailed());
		runner()
			.withBean("r2dbc", ReactiveTransactionManager.class, NoReactiveTransactions::new,
					(bean) -> bean.setPrimary(true))
			.withBean(OnMethod.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void whatToWriteInsteadRollsBack() {
		runner().withBean(Blocking.class).run((context) -> {
			Blocking blocking = context.getBean(Blocking.class);
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> context.getBean(ReactiveCurrentUser.class)
					.mono(blocking::addAndFail)
					.block(Duration.ofSeconds(10)));
			assertThat(context.getBean(JdbcTemplate.class).queryForObject("SELECT count(*) FROM notes", Integer.class))
				.isZero();
		});
	}

	static class OnMethod {

		@Transactional
		public Mono<Integer> add() {
			return Mono.empty();
		}

	}

	@Transactional
	static class OnType {

		public Boolean blocking() {
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

		public Flux<Integer> add() {
			return Flux.empty();
		}

	}

	static class ReturnsPublisher {

		@Transactional
		public Publisher<Integer> add() {
			return Flux.empty();
		}

	}

	interface Notes {

		Mono<Integer> add();

	}

	static class ThroughAnInterface implements Notes {

		@Override
		@Transactional
		public Mono<Integer> add() {
			return Mono.empty();
		}

	}

	@Transactional
	static class Innocent {

		public Boolean blocking() {
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

		public CompletableFuture<String> future() {
			return CompletableFuture.completedFuture("x");
		}

		public Supplier<String> supplier() {
			return () -> "x";
		}

		@Transactional(propagation = Propagation.NOT_SUPPORTED)
		public Mono<String> outside() {
			return Mono.empty();
		}

	}

	static class Qualified {

		@Transactional("r2dbc")
		public Mono<String> add() {
			return Mono.empty();
		}

	}

	static class Blocking {

		private final JdbcTemplate jdbc;

		Blocking(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@Transactional
		public Integer addAndFail() {
			this.jdbc.update("INSERT INTO notes (text) VALUES ('x')");
			throw new IllegalStateException("after the insert");
		}

	}

	private static final class NoReactiveTransactions implements ReactiveTransactionManager {

		@Override
		public Mono<ReactiveTransaction> getReactiveTransaction(TransactionDefinition definition) {
			return Mono.empty();
		}

		@Override
		public Mono<Void> commit(ReactiveTransaction transaction) {
			return Mono.empty();
		}

		@Override
		public Mono<Void> rollback(ReactiveTransaction transaction) {
			return Mono.empty();
		}

	}

}
