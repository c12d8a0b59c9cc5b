package tech.circuitforge.db.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.jdbc.core.JdbcTemplate;

import tech.circuitforge.db.UserId;
import tech.circuitforge.db.pool.PoolStatistics;

/**
 * Ten thousand users, of whom a few ask often (Zipf's law), and room for five hundred
 * open files.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 4, time = 2)
@Threads(2)
@Fork(1)
public class ZipfBenchmark {

	private static final int USERS = 10_000;

	private static final int OPEN = 500;

	/**
	 * Chosen so that about 95 % of the requests find their file open; the run prints how
	 * many did.
	 */
	private static final double EXPONENT = 1.47;

	private static final String READ = "SELECT text FROM notes WHERE id = ?";

	private final UserId[] users = IntStream.range(0, USERS)
		.mapToObj((i) -> new UserId("user-" + i))
		.toArray(UserId[]::new);

	private final Path[] files = new Path[USERS];

	private final double[] cumulated = new double[USERS];

	private @Nullable Databases databases;

	private @Nullable JdbcTemplate jdbcTemplate;

	/** Makes the files. */
	@Setup
	public void setUp() throws IOException {
		Databases made = Databases.small(Databases.temporaryDirectory(), OPEN);
		double sum = 0;
		for (int i = 0; i < USERS; i++) {
			this.files[i] = (i == 0) ? made.fileOf(this.users[i]) : made.copyFor(this.users[i], this.files[0]);
			sum += 1 / Math.pow(i + 1, EXPONENT);
			this.cumulated[i] = sum;
		}
		this.databases = made;
		this.jdbcTemplate = new JdbcTemplate(made.ours());
	}

	/** Closes them and prints how often a file was open already. */
	@TearDown
	public void tearDown() {
		if (this.databases != null) {
			PoolStatistics figures = this.databases.open().statistics();
			if (figures.opened() > 0) {
				System.out.printf("hits: %.1f %%, opening one took %d us on average%n",
						100.0 * figures.hits() / (figures.hits() + figures.opened()),
						figures.opening().dividedBy(figures.opened()).toNanos() / 1000);
			}
			this.databases.close();
		}
	}

	private int next() {
		double point = ThreadLocalRandom.current().nextDouble() * this.cumulated[USERS - 1];
		int found = Arrays.binarySearch(this.cumulated, point);
		return (found >= 0) ? found : -found - 1;
	}

	/** Ours. */
	@Benchmark
	public @Nullable String ours() throws Exception {
		Databases databases = this.databases;
		JdbcTemplate jdbc = this.jdbcTemplate;
		if (databases == null || jdbc == null) {
			throw new IllegalStateException("not set up");
		}
		return databases.currentUser()
			.<@Nullable String>callAs(this.users[next()], () -> jdbc.queryForObject(READ, String.class, 2));
	}

	/** What the Python products do: open, set up, read, close. */
	@Benchmark
	public String openPerRequest() throws SQLException {
		try (Connection connection = DriverManager.getConnection(Databases.url(this.files[next()]));
				PreparedStatement statement = connection.prepareStatement(READ)) {
			statement.setInt(1, 2);
			try (ResultSet rows = statement.executeQuery()) {
				rows.next();
				return rows.getString(1);
			}
		}
	}

}
