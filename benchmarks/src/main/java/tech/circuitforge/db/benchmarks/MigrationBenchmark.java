package tech.circuitforge.db.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.springframework.util.FileSystemUtils;

import tech.circuitforge.db.MigrationReport;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.lifecycle.FleetMigration;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.migration.MigrationParser;
import tech.circuitforge.db.pool.DatabaseCreator;

/**
 * The migration runner: nothing to do, a whole fleet with nothing to do, and new users,
 * with twenty-eight scripts as a product has after some years.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MigrationBenchmark {

	private static final int SCRIPTS = 28;

	private static final int FLEET = 10_000;

	/** Files that are up to date, opened in turn. */
	private static final int CLOSED_FILES = 50;

	private static final DatabaseName NEWCOMER = DatabaseName.of(new UserId("newcomer"));

	private Path directory = Path.of("");

	private DataRoot root = new DataRoot(Path.of("").toAbsolutePath(), new Layout("{user}/{app}.db", "bench"));

	private MigrationParts parts = new MigrationParts(this.root, List.of());

	private int next;

	static List<Migration> scripts() {
		return IntStream.rangeClosed(1, SCRIPTS)
			.mapToObj((i) -> MigrationParser.parse("%03d_step.sql".formatted(i), "benchmark", """
					CREATE TABLE things_%1$d (
					  id INTEGER PRIMARY KEY,
					  name TEXT NOT NULL,
					  quantity INTEGER NOT NULL DEFAULT 0 CHECK (quantity >= 0),
					  parent_id INTEGER REFERENCES things_1 (id) ON DELETE CASCADE
					);
					CREATE INDEX things_%1$d_name ON things_%1$d (name);
					CREATE TRIGGER things_%1$d_named AFTER UPDATE OF name ON things_%1$d BEGIN
					  UPDATE things_1 SET quantity = quantity + 1 WHERE id = new.parent_id;
					END;
					INSERT INTO things_%1$d (name, quantity) VALUES ('one', 1), ('two', 2), ('three', 3);
					ALTER TABLE things_1 ADD COLUMN added_%1$d TEXT;
					""".formatted(i)))
			.toList();
	}

	/** Makes the root. */
	@Setup
	public void setUp() {
		this.directory = Databases.temporaryDirectory();
		this.root = new DataRoot(this.directory, new Layout("{user}/{app}.db", "bench"));
		this.parts = new MigrationParts(this.root, scripts());
	}

	private static DatabaseName user(int i) {
		return DatabaseName.of(new UserId("user-" + i));
	}

	private void makeFiles(int count) throws IOException {
		if (Files.exists(this.root.locate(user(0)))) {
			return;
		}
		this.parts.creator().create(user(0));
		for (int i = 1; i < count; i++) {
			this.root.prepare(user(i));
			Files.copy(this.root.locate(user(0)), this.root.locate(user(i)));
		}
	}

	/** Ours: is there anything to do for one closed file? */
	@Benchmark
	public List<String> nothingToDo() throws IOException {
		makeFiles(CLOSED_FILES);
		this.next = (this.next + 1) % CLOSED_FILES;
		return this.parts.opener().migrate(user(this.next));
	}

	/** The driver alone: open, one select, close. */
	@Benchmark
	public int bareLook() throws IOException, SQLException {
		makeFiles(CLOSED_FILES);
		this.next = (this.next + 1) % CLOSED_FILES;
		return bareLook(this.root.locate(user(this.next)));
	}

	private static int bareLook(Path file) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("SELECT count(*) FROM _migrations")) {
			rows.next();
			return rows.getInt(1);
		}
	}

	/** Ours: what an eager start does with ten thousand files that are up to date. */
	@Benchmark
	public MigrationReport fleet() throws IOException {
		makeFiles(FLEET);
		try (FleetMigration fleet = new FleetMigration(this.root, this.parts.opener(),
				Runtime.getRuntime().availableProcessors(), Duration.ofMinutes(1), (event) -> {
				})) {
			return fleet.run((event) -> {
			});
		}
	}

	/** The driver alone, one file after the other. */
	@Benchmark
	public long bareFleet() throws IOException, SQLException {
		makeFiles(FLEET);
		long sum = 0;
		for (int i = 0; i < FLEET; i++) {
			sum += bareLook(this.root.locate(user(i)));
		}
		return sum;
	}

	/** Ours: a file for a new user. */
	@Benchmark
	public boolean newUserByCopy() {
		return newUser(this.parts.creator());
	}

	/** The same by running the scripts. */
	@Benchmark
	public boolean newUserByScripts() {
		return newUser(this.parts.creatorWithoutTemplate());
	}

	private boolean newUser(DatabaseCreator creator) {
		boolean made = creator.create(NEWCOMER);
		deleteNewcomer();
		return made;
	}

	/** Ours: twenty-eight scripts, each in its transaction, on an open new file. */
	@Benchmark
	public List<String> scriptsOneByOne() throws Exception {
		List<String> applied = this.parts.runScripts(NEWCOMER);
		deleteNewcomer();
		return applied;
	}

	/** The driver alone: all of it in one call, in one transaction. */
	@Benchmark
	public int scriptsInOneCall() throws SQLException {
		this.root.prepare(NEWCOMER);
		int result;
		try (Connection connection = DriverManager.getConnection(Databases.url(this.root.locate(NEWCOMER)));
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			result = statement.executeUpdate(this.parts.everything());
			connection.commit();
		}
		deleteNewcomer();
		return result;
	}

	private void deleteNewcomer() {
		try {
			FileSystemUtils.deleteRecursively(this.root.locate(NEWCOMER).getParent());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
