package tech.circuitforge.db.autoconfigure;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.UserId;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A product's own {@link CurrentUser} is refused: some of cf-db would follow it, and some
 * not.
 */
class OneCurrentUserTests {

	@TempDir
	Path root;

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void refusesTheApplicationsOwn(boolean primary) {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(CfDbAutoConfiguration.class))
			.withBean(CurrentUserResolver.class, () -> () -> new UserId("alice"))
			.withBean("whoItIs", CurrentUser.class, AlwaysBob::new, (bean) -> bean.setPrimary(primary))
			.withPropertyValues("cf.db.mode=cloud", "cf.db.cloud.data-root=" + this.root)
			.run((context) -> {
				assertThat(context).hasFailed();
				FailureAnalysis analysis = new InvalidConfigurationFailureAnalyzer()
					.analyze(context.getStartupFailure());
				assertThat(analysis).isNotNull();
				assertThat(analysis.getDescription()).contains("'whoItIs'");
				assertThat(analysis.getAction()).contains("CurrentUserResolver").contains("@WithCurrentUser");
			});
	}

	private static final class AlwaysBob implements CurrentUser {

		@Override
		public UserId find() {
			return new UserId("bob");
		}

		@Override
		public <T> T callAs(UserId user, Callable<T> task) throws Exception {
			return task.call();
		}

		@Override
		public void runAs(UserId user, Runnable task) {
			task.run();
		}

		@Override
		public Runnable wrap(Runnable task) {
			return task;
		}

		@Override
		public <T> Supplier<T> wrap(Supplier<T> task) {
			return task;
		}

		@Override
		public <T, R> Function<T, R> wrap(Function<T, R> task) {
			return task;
		}

	}

}
