package tech.circuitforge.db.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

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
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Single statements of one user, through JdbcTemplate.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class StatementBenchmark {

	private static final String READ = "SELECT name FROM customers WHERE id = ?";

	private static final String JOIN = """
			SELECT c.city, p.name, count(*), sum(l.quantity * p.price)
			FROM customers c
			JOIN orders o ON o.customer_id = c.id
			JOIN lines l ON l.order_id = o.id
			JOIN products p ON p.id = l.product_id
			WHERE c.id BETWEEN ? AND ? + 2
			GROUP BY c.city, p.name
			ORDER BY 4 DESC
			""";

	/** Whose DataSource: {@code ours} or {@code hikari}. */
	@Param({ "ours", "hikari" })
	public String side = "ours";

	private @Nullable Databases databases;

	private @Nullable HikariDataSource hikari;

	private @Nullable Connection raw;

	private @Nullable PreparedStatement kept;

	private @Nullable JdbcTemplate jdbcTemplate;

	private @Nullable TransactionTemplate transactionTemplate;

	private int next;

	/** Makes the files and pools. */
	@Setup
	public void setUp() throws SQLException {
		this.databases = Databases.large(Databases.temporaryDirectory());
		Path file = this.databases.fileOf(Databases.ALICE);
		this.hikari = Databases.hikari(file, 4);
		DataSource dataSource = this.side.equals("ours") ? this.databases.ours() : this.hikari;
		this.jdbcTemplate = new JdbcTemplate(dataSource);
		this.transactionTemplate = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.raw = DriverManager.getConnection(Databases.url(file));
		this.kept = this.raw.prepareStatement(READ);
	}

	/** Closes them. */
	@TearDown
	public void tearDown() throws SQLException {
		close(this.raw);
		close(this.hikari);
		close(this.databases);
	}

	private static void close(@Nullable AutoCloseable closeable) {
		try {
			if (closeable != null) {
				closeable.close();
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static <T> T given(@Nullable T value) {
		if (value == null) {
			throw new IllegalStateException("not set up");
		}
		return value;
	}

	private int id() {
		this.next = (this.next + 7) % Databases.ROWS;
		return this.next + 1;
	}

	/** A read by primary key. */
	@Benchmark
	public @Nullable String read() {
		return given(this.jdbcTemplate).queryForObject(READ, String.class, id());
	}

	/** The same on the driver alone with a statement that is never closed: the floor. */
	@Benchmark
	public String rawRead() throws SQLException {
		PreparedStatement statement = given(this.kept);
		statement.setInt(1, id());
		try (ResultSet rows = statement.executeQuery()) {
			rows.next();
			return rows.getString(1);
		}
	}

	/** Four tables, grouped. */
	@Benchmark
	public List<?> join() {
		int id = id();
		return given(this.jdbcTemplate).queryForList(JOIN, id, id);
	}

	/** An insert by itself. */
	@Benchmark
	public int insert() {
		return given(this.jdbcTemplate).update("INSERT INTO notes (text) VALUES (?)", "a note of ordinary length");
	}

	/** A transaction with one read and one write. */
	@Benchmark
	public @Nullable Integer transaction() {
		JdbcTemplate jdbc = given(this.jdbcTemplate);
		return given(this.transactionTemplate).execute((status) -> {
			int id = id();
			String name = jdbc.queryForObject(READ, String.class, id);
			return jdbc.update("UPDATE customers SET city = ? WHERE id = ?", name, id);
		});
	}

}
