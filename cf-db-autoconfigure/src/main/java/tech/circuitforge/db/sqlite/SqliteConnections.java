package tech.circuitforge.db.sqlite;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteLimits;

import org.springframework.util.unit.DataSize;

/**
 * Opens connections and sets them up. Safe for use by several threads.
 */
public final class SqliteConnections {

	/** The name of a database that lives in memory, as long as its connection. */
	private static final String IN_MEMORY = ":memory:";

	// SQLITE_OPEN_* (https://www.sqlite.org/c3ref/c_open_autoproxy.html); the driver's
	// own enum lacks some.
	private static final int READONLY = 0x0000_0001;

	private static final int READWRITE = 0x0000_0002;

	private static final int CREATE = 0x0000_0004;

	private static final int URI = 0x0000_0040;

	/** The driver lets one thread at a time at a connection, so SQLite need not. */
	private static final int NOMUTEX = 0x0000_8000;

	/**
	 * A link that somebody puts in the path after it was checked makes the opening fail.
	 */
	private static final int NOFOLLOW = 0x0100_0000;

	/** What is appended to a file's name for what was written and is not in it yet. */
	private static final List<String> LOGS = List.of("-wal", "-journal");

	/** Lets a file give room back a page at a time; only an empty one can be told so. */
	private static final String NEW = "PRAGMA auto_vacuum = INCREMENTAL";

	/**
	 * A user's file may come from anywhere, so its schema calls only what SQLite calls
	 * harmless (https://www.sqlite.org/pragma.html#pragma_trusted_schema).
	 */
	private static final String UNTRUSTED = "PRAGMA trusted_schema = OFF;";

	private static final Duration RETRY = Duration.ofMillis(2);

	/**
	 * A log that has grown beyond this, in bytes, is cut when it is begun anew; four
	 * times the size at which SQLite writes it back.
	 */
	private static final long LOG_KEPT = 16L << 20;

	/**
	 * Steps of a compiled statement, of 24 bytes each: far more than a text of a million
	 * characters, SQLite's bound, needs by itself. Computed columns that build on one
	 * another would double it with each.
	 */
	private static final int LARGEST_PROGRAM = 2_000_000;

	private final SqliteSettings settings;

	private final QueryTimer timer;

	private final SqliteStatistics statistics = new SqliteStatistics();

	private final String setup;

	/**
	 * Creates a factory.
	 * @param settings how to set up each connection
	 * @param timer stops statements at their time limits
	 */
	public SqliteConnections(SqliteSettings settings, QueryTimer timer) {
		this.settings = settings;
		this.timer = timer;
		// A negative cache size is a size in KiB. With its first page, a page cache takes
		// memory for 20 pages at once, or
		// for all it may hold if that is less (pcache1.c, SQLITE_DEFAULT_PCACHE_INITSZ):
		// 60 KB that a small database never
		// needs. So the first page is read under a small bound, and what reads the schema
		// comes after it.
		this.setup = """
				PRAGMA synchronous = %s;
				PRAGMA foreign_keys = ON;
				PRAGMA cache_size = 1;
				PRAGMA shrink_memory;
				SELECT 1 FROM sqlite_schema;
				PRAGMA cache_size = -%d;
				PRAGMA journal_size_limit = %d""".formatted(settings.synchronous(), settings.cacheSize().toKilobytes(),
				LOG_KEPT);
	}

	/**
	 * Returns what has happened on all connections so far.
	 * @return counters that go on counting
	 */
	public SqliteStatistics statistics() {
		return this.statistics;
	}

	/**
	 * Sets the soft limit of the memory that SQLite takes in this process, for all
	 * connections of all databases: near it, page caches give memory back
	 * (https://www.sqlite.org/c3ref/hard_heap_limit64.html).
	 * @param limit the limit
	 * @throws SQLException if it cannot be set
	 */
	public void limitHeap(DataSize limit) throws SQLException {
		try (SqliteConnection connection = openInMemory(); Statement statement = connection.createStatement()) {
			statement.execute("PRAGMA soft_heap_limit = " + limit.toBytes());
		}
	}

	/**
	 * Opens a database file that exists.
	 * @param file an absolute path without links
	 * @param writers the queue of those who write to this file, one for all its
	 * connections in this process
	 * @return a connection in WAL mode with foreign keys on
	 * @throws SQLException if there is no file, or it is no database
	 */
	public SqliteConnection open(Path file, WriteQueue writers) throws SQLException {
		// Without CREATE: an empty file must never take the place of one that was lost.
		return open(file.toString(), READWRITE | NOMUTEX | NOFOLLOW, writers);
	}

	/**
	 * Opens a database file and makes it if it is not there.
	 * @param file an absolute path without links
	 * @return a connection in WAL mode with foreign keys on
	 * @throws SQLException if the file cannot be made, or is no database
	 */
	public SqliteConnection create(Path file) throws SQLException {
		return open(file.toString(), READWRITE | CREATE | NOMUTEX | NOFOLLOW, new WriteQueue());
	}

	/**
	 * Opens a database file that exists and that nobody else in this process writes to.
	 * @param file an absolute path without links
	 * @return a connection in WAL mode with foreign keys on
	 * @throws SQLException if there is no file, or it is no database
	 */
	public SqliteConnection open(Path file) throws SQLException {
		return open(file, new WriteQueue());
	}

	/**
	 * Opens a database file that exists for a short look, as it is: without switching it
	 * to WAL mode and without the settings that only matter for work.
	 * @param file an absolute path without links
	 * @return a connection
	 * @throws SQLException if there is no file
	 */
	public SqliteConnection openToLook(Path file) throws SQLException {
		return look(file.toString(), READWRITE | NOMUTEX | NOFOLLOW);
	}

	/**
	 * Opens a database file that nobody seems to be using, to read what lies on the disk:
	 * without a lock, a log or shared memory, at a third of the cost. Whoever begins to
	 * write meanwhile is not noticed, so trust only what cannot become untrue, and look
	 * again by {@link #open} otherwise.
	 * @param file an absolute path without links
	 * @return a connection for reading, or {@code null} if there is a log beside the
	 * file, which a user, or one who was killed, has left
	 * @throws SQLException if there is no file
	 */
	public @Nullable SqliteConnection openAtRest(Path file) throws SQLException {
		for (String suffix : LOGS) {
			if (Files.exists(file.resolveSibling(file.getFileName() + suffix), LinkOption.NOFOLLOW_LINKS)) {
				return null;
			}
		}
		// https://www.sqlite.org/uri.html#uriimmutable
		String escaped = file.toString().replace("%", "%25").replace("?", "%3f").replace("#", "%23");
		return look("file:" + escaped + "?immutable=1", READONLY | URI | NOMUTEX | NOFOLLOW);
	}

	private SqliteConnection look(String file, int flags) throws SQLException {
		SqliteConnection connection = connect(file, flags, new WriteQueue());
		try {
			connection.runScript(UNTRUSTED);
			return connection;
		}
		catch (Throwable ex) {
			closeAfter(ex, connection);
			throw ex;
		}
	}

	/**
	 * Opens a new database in memory, for trying things out.
	 * @return a connection with foreign keys on
	 * @throws SQLException if there is no memory
	 */
	public SqliteConnection openInMemory() throws SQLException {
		return open(IN_MEMORY, READWRITE | CREATE | NOMUTEX, new WriteQueue(), NEW);
	}

	/**
	 * Opens an empty file, or one made from such a database in memory, to become a
	 * database.
	 * @param file an absolute path without links
	 * @return a connection in WAL mode with foreign keys on
	 * @throws SQLException if there is no file
	 */
	public SqliteConnection openNew(Path file) throws SQLException {
		return open(file.toString(), READWRITE | NOMUTEX | NOFOLLOW, new WriteQueue(), NEW);
	}

	/**
	 * Opens a database file of unknown origin, to be looked through
	 * (https://www.sqlite.org/security.html#untrusted_sqlite_database_files).
	 * @param file an absolute path without links
	 * @return a connection
	 * @throws SQLException if there is no file
	 */
	public SqliteConnection openUntrusted(Path file) throws SQLException {
		SqliteConnection connection = openToLook(file);
		try {
			connection.runScript("PRAGMA cell_size_check = ON");
			return connection;
		}
		catch (Throwable ex) {
			closeAfter(ex, connection);
			throw ex;
		}
	}

	/**
	 * Opens a database file for this connection alone: no other connection of this or
	 * another process is open to it, and none can use it until this one is closed. What
	 * was in the log is in the file, and there is no log.
	 * @param file an absolute path without links
	 * @param timeout how long to wait for others to close it
	 * @return a connection, which must not be used for writing
	 * @throws SQLException if it cannot be opened, is no database or, by
	 * {@code SQLITE_BUSY}, if others do not close it in time
	 */
	public SqliteConnection openExclusively(Path file, Duration timeout) throws SQLException {
		SqliteConnection connection = openToLook(file);
		try {
			// Leaving WAL mode takes that nobody else is there, and writes the log back
			// (https://www.sqlite.org/wal.html).
			// Exclusive first, so that the lock which leaving WAL mode takes is kept.
			connection.runScript("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE");
			long deadline = System.nanoTime() + timeout.toNanos();
			do {
				Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
				// Takes that nobody else is there, and writes the log back
				// (https://www.sqlite.org/wal.html).
				retryWhileBusy(connection, "PRAGMA journal_mode = DELETE", left);
				retryWhileBusy(connection, "BEGIN EXCLUSIVE", left);
				if (isWithoutLog(connection)) {
					return connection;
				}
				// Another process was faster and has put it back into WAL mode.
				connection.runScript("ROLLBACK");
			}
			while (System.nanoTime() - deadline < 0);
			throw new SQLException("It is put back into WAL mode again and again");
		}
		catch (Throwable ex) {
			closeAfter(ex, connection);
			throw ex;
		}
	}

	private static boolean isWithoutLog(SqliteConnection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("PRAGMA journal_mode")) {
			return rows.next() && rows.getString(1).equals("delete");
		}
	}

	private SqliteConnection connect(String file, int flags, WriteQueue writers) throws SQLException {
		Properties properties = new Properties();
		properties.setProperty("open_mode", Integer.toString(flags));
		// The driver sets it before anything else runs; switching to WAL can itself have
		// to wait.
		properties.setProperty("busy_timeout", Long.toString(this.settings.busyTimeout().toMillis()));
		SqliteConnection connection = new SqliteConnection("jdbc:sqlite:" + file, file, properties, this.settings,
				writers, this.timer, this.statistics);
		try {
			connection.setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, (int) this.settings.maxValueSize().toBytes());
			connection.setLimit(SQLiteLimits.SQLITE_LIMIT_VDBE_OP, LARGEST_PROGRAM);
			return connection;
		}
		catch (Throwable ex) {
			closeAfter(ex, connection);
			throw ex;
		}
	}

	private SqliteConnection open(String file, int flags, WriteQueue writers) throws SQLException {
		return open(file, flags, writers, "");
	}

	private SqliteConnection open(String file, int flags, WriteQueue writers, String first) throws SQLException {
		SqliteConnection connection = connect(file, flags, writers);
		try {
			if (!first.isEmpty()) {
				connection.runScript(first);
			}
			retryWhileBusy(connection, UNTRUSTED + "PRAGMA journal_mode = WAL", this.settings.busyTimeout());
			connection.runScript(this.setup);
			return connection;
		}
		catch (Throwable ex) {
			closeAfter(ex, connection);
			throw ex;
		}
	}

	private static void closeAfter(Throwable failure, SqliteConnection connection) {
		try {
			connection.close();
		}
		catch (SQLException ex) {
			failure.addSuppressed(ex);
		}
	}

	/**
	 * SQLite does not call its busy handler in every case in which two connections switch
	 * a file to WAL, or recover its log, at once; so this tries again itself.
	 */
	private static void retryWhileBusy(SqliteConnection connection, String sql, Duration timeout) throws SQLException {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (true) {
			try {
				connection.runScript(sql);
				return;
			}
			catch (SQLException ex) {
				if (!isBusy(ex) || System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
					throw ex;
				}
				LockSupport.parkNanos(RETRY.toNanos());
			}
		}
	}

	/**
	 * Tells whether another connection was in the way.
	 * @param ex an error
	 * @return whether it is {@code SQLITE_BUSY}
	 */
	public static boolean isBusy(SQLException ex) {
		return ex instanceof SQLiteException known
				&& (known.getResultCode().code & 0xFF) == SQLiteErrorCode.SQLITE_BUSY.code;
	}

}
