package tech.circuitforge.db.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

import org.springframework.jdbc.core.JdbcTemplate;

import tech.circuitforge.db.UserId;

/**
 * From a closed, migrated file to its first row, and closed again.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class ColdOpenBenchmark {

	private static final String READ = "SELECT count(*) FROM notes";

	private final UserId[] users = { new UserId("first"), new UserId("second") };

	private @Nullable Databases databases;

	private @Nullable JdbcTemplate jdbcTemplate;

	private final Path[] files = new Path[2];

	private int next;

	/**
	 * Makes two files; only one of them is ever open, so that each use opens the other.
	 */
	@Setup
	public void setUp() {
		Databases made = Databases.small(Databases.temporaryDirectory(), 1);
		for (int i = 0; i < this.users.length; i++) {
			this.files[i] = made.fileOf(this.users[i]);
		}
		this.databases = made;
		this.jdbcTemplate = new JdbcTemplate(made.ours());
	}

	/** Closes them. */
	@TearDown
	public void tearDown() {
		if (this.databases != null) {
			this.databases.close();
		}
	}

	private int next() {
		this.next = 1 - this.next;
		return this.next;
	}

	/** Ours: evict one user's database, open the other's, check its migrations, read. */
	@Benchmark
	public @Nullable Integer ours() throws Exception {
		Databases databases = this.databases;
		JdbcTemplate jdbc = this.jdbcTemplate;
		if (databases == null || jdbc == null) {
			throw new IllegalStateException("not set up");
		}
		return databases.currentUser()
			.<@Nullable Integer>callAs(this.users[next()], () -> jdbc.queryForObject(READ, Integer.class));
	}

	/** The driver alone: open with PRAGMAs, read, close. */
	@Benchmark
	public int bare() throws SQLException {
		try (Connection connection = DriverManager.getConnection(Databases.url(this.files[next()]));
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(READ)) {
			rows.next();
			return rows.getInt(1);
		}
	}

}
