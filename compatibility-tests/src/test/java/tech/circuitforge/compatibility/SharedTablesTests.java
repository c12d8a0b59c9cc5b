package tech.circuitforge.compatibility;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import javax.sql.DataSource;

import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchDataSource;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchTransactionManager;
import org.springframework.boot.session.autoconfigure.SessionAutoConfiguration;
import org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.jdbc.config.annotation.SpringSessionDataSource;
import org.springframework.transaction.PlatformTransactionManager;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.SharedDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.circuitforge.compatibility.Product.look;

/**
 * Modules whose tables belong to no user: they live in the shared database.
 */
class SharedTablesTests {

	private static final String SHARED = "cf.db.shared.enabled=true";

	@TempDir
	Path root;

	@Test
	void session() {
		Product.web(this.root, JdbcSessionAutoConfiguration.class, SessionAutoConfiguration.class)
			.withPropertyValues(SHARED, "spring.session.jdbc.initialize-schema=always")
			.withUserConfiguration(Sessions.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				roundTrip((SessionRepository<?>) context.getBean("sessionRepository"));
				assertThat(look(this.root.resolve("shared/shared.db"), "SELECT count(*) FROM spring_session"))
					.isEqualTo(1);
				assertThat(this.root).isDirectoryContaining("glob:**/shared");
			});
	}

	private static <S extends Session> void roundTrip(SessionRepository<S> sessions) {
		S session = sessions.createSession();
		session.setAttribute("basket", "rice");
		sessions.save(session);
		assertThat(sessions.findById(session.getId()).<String>getAttribute("basket")).isEqualTo("rice");
	}

	@Test
	void batch() {
		Product.with(this.root, BatchJdbcAutoConfiguration.class)
			.withPropertyValues(SHARED, "spring.batch.jdbc.initialize-schema=always", "spring.batch.job.enabled=false")
			.withUserConfiguration(Batch.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				JobExecution execution = context.getBean(JobOperator.class)
					.start(context.getBean(Job.class), new JobParameters());
				assertThat(execution.getAllFailureExceptions()).isEmpty();
				assertThat(execution.getExitStatus().getExitCode()).isEqualTo("COMPLETED");
				assertThat(look(this.root.resolve("shared/shared.db"), "SELECT status FROM batch_job_execution"))
					.isEqualTo("COMPLETED");
				// The step's own work was done in a user's database.
				assertThat(look(this.root.resolve("alice/kiwi.db"), "SELECT name FROM item")).isEqualTo("from a job");
			});
	}

	@Test
	void shedLock() {
		Product.with(this.root)
			.withPropertyValues(SHARED, "cf.db.shared.migrations.locations=classpath:shared/ours")
			.withUserConfiguration(Locks.class)
			.run((context) -> {
				LockProvider locks = context.getBean(LockProvider.class);
				LockConfiguration nightly = new LockConfiguration(Instant.now(), "nightly", Duration.ofMinutes(5),
						Duration.ZERO);
				Optional<SimpleLock> first = locks.lock(nightly);
				assertThat(first).isPresent();
				assertThat(locks.lock(nightly)).isEmpty();
				first.orElseThrow().unlock();
				assertThat(locks.lock(nightly)).isPresent();
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class Sessions {

		@Bean(defaultCandidate = false)
		@SpringSessionDataSource
		DataSource sessionDataSource(@SharedDatabase DataSource shared) {
			return shared;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Batch {

		@Bean(defaultCandidate = false)
		@BatchDataSource
		DataSource batchDataSource(@SharedDatabase DataSource shared) {
			return shared;
		}

		@Bean(defaultCandidate = false)
		@BatchTransactionManager
		PlatformTransactionManager batchTransactionManager(@SharedDatabase PlatformTransactionManager shared) {
			return shared;
		}

		@Bean
		Job job(JobRepository repository, PlatformTransactionManager users, CurrentUser currentUser,
				JdbcTemplate jdbc) {
			return new JobBuilder("job", repository)
				.start(new StepBuilder("step", repository).tasklet((contribution, chunk) -> {
					currentUser.runAs(Product.ALICE,
							() -> jdbc.update("INSERT INTO item (name) VALUES ('from a job')"));
					return RepeatStatus.FINISHED;
				}, users).build())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Locks {

		@Bean
		LockProvider lockProvider(@SharedDatabase DataSource shared) {
			return new JdbcTemplateLockProvider(shared);
		}

	}

}
