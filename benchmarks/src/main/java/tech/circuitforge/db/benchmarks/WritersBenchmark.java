package tech.circuitforge.db.benchmarks;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Sixteen threads that write one user's file.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 2)
@Threads(16)
@Fork(1)
public class WritersBenchmark {

	/**
	 * {@code ours}, or {@code busyHandler}: a connection for each thread, waiting inside
	 * SQLite.
	 */
	@Param({ "ours", "busyHandler" })
	public String side = "ours";

	private @Nullable Databases databases;

	private @Nullable HikariDataSource hikari;

	private @Nullable JdbcTemplate jdbcTemplate;

	/** Makes the file. */
	@Setup
	public void setUp() {
		Databases made = Databases.large(Databases.temporaryDirectory());
		Path file = made.fileOf(Databases.ALICE);
		this.databases = made;
		this.hikari = Databases.hikari(file, 16);
		this.jdbcTemplate = new JdbcTemplate(this.side.equals("ours") ? made.ours() : this.hikari);
	}

	/** Closes it. */
	@TearDown
	public void tearDown() {
		if (this.hikari != null) {
			this.hikari.close();
		}
		if (this.databases != null) {
			this.databases.close();
		}
	}

	/** An insert by itself. */
	@Benchmark
	public int insert() {
		JdbcTemplate jdbc = this.jdbcTemplate;
		if (jdbc == null) {
			throw new IllegalStateException("not set up");
		}
		return jdbc.update("INSERT INTO notes (text) VALUES (?)", "a note of ordinary length");
	}

}
