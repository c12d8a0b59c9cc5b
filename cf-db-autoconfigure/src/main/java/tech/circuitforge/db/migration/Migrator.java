package tech.circuitforge.db.migration;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;

import tech.circuitforge.db.DatabaseMigrations;
import tech.circuitforge.db.DatabaseMigrations.Applied;
import tech.circuitforge.db.DatabaseOpenException;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.migration.KnownMigrations.Comparison;
import tech.circuitforge.db.migration.MigrationRun.Purpose;
import tech.circuitforge.db.sqlite.NondeterministicFunctions;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;
import tech.circuitforge.db.sqlite.TimeLimit;

/**
 * Brings a database up to date: scripts → pending → applied.
 * <ol>
 * <li>Read which migrations the database has and compare them with the scripts. Nothing
 * pending: done, at the cost of one read.</li>
 * <li>Turn foreign keys off (a parent table can then be rebuilt without losing its
 * children) and, for each pending one, begin an IMMEDIATE transaction, which keeps every
 * other process out.</li>
 * <li>Read again whether it is still pending: another process may have been first.</li>
 * <li>Run its statements. If rows have lost their parents that had them before,
 * fail.</li>
 * <li>Record it and commit. On any error, roll back: nothing of it is applied.</li>
 * </ol>
 * Safe for use by several threads, each with its own connection.
 */
public final class Migrator implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(Migrator.class);

	private final KnownMigrations migrations;

	private static final Duration NO_TIMEOUT = Duration.ofDays(365);

	private final InstantSource clock;

	private final Duration timeout;

	private final OtherTables others;

	/** Tables that the scripts make, in lower case. */
	private volatile Set<String> tables = Set.of();

	private volatile boolean closed;

	/**
	 * Creates a migrator without a time limit.
	 * @param migrations all migrations in the order in which to apply them
	 * @param missing what to do about migrations without a script
	 * @param clock tells when a migration was applied
	 */
	public Migrator(List<Migration> migrations, MissingScript missing, InstantSource clock) {
		this(migrations, missing, clock, NO_TIMEOUT, List.of(), OtherTables.REFUSE);
	}

	/**
	 * Creates a migrator.
	 * @param migrations all migrations in the order in which to apply them
	 * @param missing what to do about migrations without a script
	 * @param clock tells when a migration was applied
	 * @param timeout how long the migrations of one database may take, at most a year
	 * @param acceptChanged names of those that databases need not have as they are now:
	 * the new checksum is recorded
	 * @param others whether others make tables in the same database
	 */
	public Migrator(List<Migration> migrations, MissingScript missing, InstantSource clock, Duration timeout,
			Collection<String> acceptChanged, OtherTables others) {
		this.migrations = new KnownMigrations(migrations, missing, acceptChanged);
		this.clock = clock;
		if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(NO_TIMEOUT) > 0) {
			throw new IllegalArgumentException(
					"cf.db.migrations.timeout (%s) must be more than 0 and at most 365 days".formatted(timeout));
		}
		this.timeout = timeout;
		this.others = others;
	}

	List<Migration> migrations() {
		return this.migrations.all();
	}

	/**
	 * Returns the migrations there are.
	 * @return their names in the order in which they are applied
	 */
	public List<String> names() {
		return this.migrations.all().stream().map(Migration::name).toList();
	}

	/**
	 * Takes out of a message where scripts are: it may be for whoever has sent a file.
	 * @param message what went wrong
	 * @return the same with names of scripts instead of paths
	 */
	public String withoutSources(String message) {
		String without = message;
		for (Migration migration : this.migrations.all()) {
			without = without.replace(migration.source(), migration.name());
		}
		return without;
	}

	/**
	 * Runs every script once on a database in memory, so that a broken one is found
	 * before it meets a user's file.
	 * @param connections opens that database
	 * @return that database, to be copied for new users; {@code null} if each needs a run
	 * of its own, because a script has used the time or chance
	 * @throws MigrationException if a script fails
	 * @throws DatabaseOpenException if SQLite cannot work here, whatever the scripts are
	 */
	public @Nullable DatabaseTemplate rehearse(SqliteConnections connections) {
		if (this.migrations.all().isEmpty()) {
			return null;
		}
		try (SqliteConnection scratch = connections.openInMemory();
				NondeterministicFunctions functions = NondeterministicFunctions.watch(scratch, connections)) {
			tryScripts(scratch);
			this.tables = MigrationHistory.tables(scratch);
			SchemaTrial.refuseUnusable(scratch, this.migrations.all(), connections);
			if (functions.called().isEmpty()) {
				return DatabaseTemplate.of(scratch, this.clock);
			}
			// SQLite refuses its own functions in some places where it takes the covering
			// ones: once more with those.
			try (SqliteConnection plain = connections.openInMemory()) {
				tryScripts(plain);
			}
			logger.info(("Migrations call %s: they run for each new database. Without such calls new ones would be "
					+ "copies of one, and made faster.")
				.formatted(functions.called()));
			return null;
		}
		catch (SQLException ex) {
			throw new DatabaseOpenException(("The migrations could not be tried on an empty database in memory, and no "
					+ "script is at fault: %s. SQLite needs memory and a directory for temporary files that this "
					+ "process can write to, with room in it: its driver unpacks itself there (%s, or org.sqlite.tmpdir), "
					+ "and large sorts go there (SQLITE_TMPDIR).")
				.formatted(NestedExceptionUtils.getMostSpecificCause(ex), System.getProperty("java.io.tmpdir")), ex);
		}
	}

	private void tryScripts(SqliteConnection empty) throws SQLException {
		migrate(empty, "an empty database, to try the scripts", Purpose.TRIAL);
	}

	/**
	 * Tells whether there is nothing to do.
	 * @param connection a connection to the database
	 * @param database what to call the database in messages
	 * @return whether {@link #migrate} would change nothing
	 * @throws MigrationException if the history does not fit the scripts
	 * @throws SQLException if the database cannot be read
	 */
	public boolean isUpToDate(SqliteConnection connection, String database) throws SQLException {
		return this.migrations.compare(read(connection, database), database).isUpToDate();
	}

	/**
	 * Looks which migrations a database has and lacks.
	 * @param connection a connection to the database
	 * @param database what to call the database in messages
	 * @return its migrations
	 * @throws MigrationException if the history does not fit the scripts
	 * @throws SQLException if the database cannot be read
	 */
	public DatabaseMigrations look(SqliteConnection connection, String database) throws SQLException {
		Map<String, Applied> history = read(connection, database);
		return new DatabaseMigrations(List.copyOf(history.values()),
				this.migrations.compare(history, database).pending().stream().map(Migration::name).toList());
	}

	/**
	 * Applies what is pending. A script that fails may leave the connection changed
	 * (PRAGMAs).
	 * @param connection a connection to the database, in auto-commit mode
	 * @param database what to call the database in messages
	 * @return the names of what was applied, in order
	 * @throws MigrationException if a script fails; nothing of it is applied, those
	 * before it are
	 * @throws SQLException if the database cannot be read
	 */
	public List<String> migrate(SqliteConnection connection, String database) throws SQLException {
		return migrate(connection, database, Purpose.USE);
	}

	private List<String> migrate(SqliteConnection connection, String database, Purpose purpose) throws SQLException {
		MigrationHistory history = new MigrationHistory(connection);
		Map<String, Applied> present = read(connection, database);
		Comparison comparison = this.migrations.compare(present, database);
		if (comparison.isUpToDate()) {
			return List.of();
		}
		MigrationRun run = new MigrationRun(connection, history, present.keySet(), database, purpose, this.clock);
		try (TimeLimit limit = TimeLimit.start(connection, this.timeout, () -> this.closed)) {
			return run(run, comparison, limit, database);
		}
	}

	private List<String> run(MigrationRun run, Comparison comparison, TimeLimit limit, String database)
			throws SQLException {
		try {
			if (!comparison.unrecorded().isEmpty()) {
				run.adopt(comparison.unrecorded());
			}
			return comparison.pending().isEmpty() ? List.of() : run.apply(comparison.pending());
		}
		catch (SQLException ex) {
			if (limit.hasEnded(ex)) {
				throw new MigrationException(("Migration %s was stopped for %s: its migrations have taken longer than "
						+ "cf.db.migrations.timeout (%s). Nothing of this one is applied, those before it are. Look "
						+ "for what is slow in the script or in the data it meets, or raise the limit.")
					.formatted(run.current(), database, this.timeout), ex);
			}
			throw ex;
		}
	}

	/** Ends migrations that run, and all that would begin: nothing of them is applied. */
	@Override
	public void close() {
		this.closed = true;
	}

	private Map<String, Applied> read(SqliteConnection connection, String database) throws SQLException {
		MigrationHistory history = new MigrationHistory(connection);
		Map<String, Applied> applied = history.read();
		if (applied.isEmpty() && !this.migrations.all().isEmpty()) {
			history.refuseLost(database, (table) -> this.others == OtherTables.REFUSE || this.tables.contains(table));
		}
		return applied;
	}

	/**
	 * Says why a database cannot be one of this application.
	 * @param connection a connection to it
	 * @param database what to call the database in messages
	 * @return the migrations that it has
	 * @throws MigrationException if it has none of the migrations, or one that is not
	 * known here, or one whose script is another
	 * @throws SQLException if the database cannot be read
	 */
	public Collection<String> refuseForeign(SqliteConnection connection, String database) throws SQLException {
		Map<String, Applied> applied = read(connection, database);
		List<String> known = names();
		if (known.isEmpty() || (applied.isEmpty() && this.others == OtherTables.ACCEPT)) {
			return applied.keySet();
		}
		if (applied.keySet().stream().noneMatch(known::contains)) {
			throw new MigrationException("It has none of this application's migrations.", null);
		}
		String newest = known.get(known.size() - 1);
		for (String name : applied.keySet()) {
			if (MigrationLoader.BY_CODE_POINT.compare(name, newest) > 0) {
				throw new MigrationException(
						"It has migration %s and is newer than this version of the application, whose last one is %s."
							.formatted(name, newest),
						null);
			}
		}
		this.migrations.compare(applied, database);
		return applied.keySet();
	}

	/**
	 * Looks for rows whose parents are missing.
	 * @param connection a connection to the database
	 * @return a sentence for each
	 * @throws SQLException if the database cannot be read
	 */
	public static List<String> brokenReferences(SqliteConnection connection) throws SQLException {
		return brokenReferences(connection, Integer.MAX_VALUE);
	}

	/**
	 * Looks for rows whose parents are missing, in a file that may have any number of
	 * them.
	 * @param connection a connection to the database
	 * @param most how many to look for
	 * @return a sentence for each
	 * @throws SQLException if the database cannot be read
	 */
	public static List<String> brokenReferences(SqliteConnection connection, int most) throws SQLException {
		return ForeignKeyViolation.find(connection, most).stream().map(ForeignKeyViolation::toString).toList();
	}

}
