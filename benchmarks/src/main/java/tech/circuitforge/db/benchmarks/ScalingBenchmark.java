package tech.circuitforge.db.benchmarks;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

import org.springframework.jdbc.core.JdbcTemplate;

import tech.circuitforge.db.UserId;

/**
 * Each thread reads another user's file; run with one thread and with two.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class ScalingBenchmark {

	/** A read by primary key. */
	@Benchmark
	public @Nullable String read(Shared shared, Own own) throws Exception {
		Databases databases = shared.databases;
		JdbcTemplate jdbc = shared.jdbcTemplate;
		if (databases == null || jdbc == null) {
			throw new IllegalStateException("not set up");
		}
		return databases.currentUser()
			.<@Nullable String>callAs(own.user,
					() -> jdbc.queryForObject("SELECT text FROM notes WHERE id = ?", String.class, 2));
	}

	/** What all threads use. */
	@State(Scope.Benchmark)
	public static class Shared {

		private @Nullable Databases databases;

		private @Nullable JdbcTemplate jdbcTemplate;

		/** Makes the set. */
		@Setup
		public void setUp() {
			this.databases = Databases.small(Databases.temporaryDirectory(), 8);
			this.jdbcTemplate = new JdbcTemplate(this.databases.ours());
		}

		/** Closes it. */
		@TearDown
		public void tearDown() {
			if (this.databases != null) {
				this.databases.close();
			}
		}

	}

	/** Who a thread is. */
	@State(Scope.Thread)
	public static class Own {

		private UserId user = new UserId("nobody");

		/** Gives each thread its user. */
		@Setup
		public void setUp(ThreadParams thread) {
			this.user = new UserId("user-" + thread.getThreadIndex());
		}

	}

}
