package tech.circuitforge.db.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import tech.circuitforge.db.UserId;

/**
 * What an open user costs: memory of the process (heap after collection, and everything
 * native) and threads. Run in a process of its own; prints {@code bytes threads} for each
 * open user.
 */
public final class MemoryProbe {

	private static final int USERS = 300;

	private static final int WARM_UP = 20;

	/** Pools that nobody refers to would be collected. */
	private static final List<AutoCloseable> KEPT = new ArrayList<>();

	private MemoryProbe() {
	}

	/**
	 * Opens users and measures.
	 * @param arguments {@code ours} or {@code hikari}
	 * @throws Exception if anything fails
	 */
	public static void main(String[] arguments) throws Exception {
		boolean ours = arguments[0].equals("ours");
		Databases databases = Databases.small(Databases.temporaryDirectory(), USERS + WARM_UP);
		long memory = 0;
		int threads = 0;
		for (int i = 0; i < WARM_UP + USERS; i++) {
			if (i == WARM_UP) {
				memory = resident();
				threads = Thread.activeCount();
			}
			UserId user = new UserId("user-" + i);
			Path file = databases.fileOf(user);
			if (ours) {
				databases.currentUser().runAs(user, () -> read(databases.ours()));
			}
			else {
				HikariDataSource pool = pool(file);
				read(pool);
				KEPT.add(pool);
			}
		}
		System.out.printf("%d %.3f%n", (resident() - memory) / USERS,
				(double) (Thread.activeCount() - threads) / USERS);
		Runtime.getRuntime().halt(0);
	}

	/** As small as such a pool gets: one connection until another is needed. */
	private static HikariDataSource pool(Path file) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(Databases.url(file));
		config.setMaximumPoolSize(4);
		config.setMinimumIdle(1);
		return new HikariDataSource(config);
	}

	private static void read(DataSource dataSource) {
		try (Connection connection = dataSource.getConnection();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("SELECT count(*) FROM notes")) {
			rows.next();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The used heap plus what the process holds outside of it. */
	private static long resident() throws IOException, InterruptedException {
		for (int i = 0; i < 3; i++) {
			System.gc();
			Thread.sleep(100);
		}
		Runtime runtime = Runtime.getRuntime();
		long heapUsed = runtime.totalMemory() - runtime.freeMemory();
		// RssAnon without the heap, which is touched as a whole at start
		// (-XX:+AlwaysPreTouch).
		long anonymous = Files.readAllLines(Path.of("/proc/self/status"))
			.stream()
			.filter((line) -> line.startsWith("RssAnon:"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
			.sum();
		return heapUsed + anonymous - runtime.totalMemory();
	}

}
