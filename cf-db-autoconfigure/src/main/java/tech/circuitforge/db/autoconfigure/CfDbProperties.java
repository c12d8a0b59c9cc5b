package tech.circuitforge.db.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import tech.circuitforge.db.migration.MissingScript;
import tech.circuitforge.db.migration.SchemaRule;
import tech.circuitforge.db.sqlite.SqliteSettings.Synchronous;

/**
 * The configuration of cf-db.
 *
 * @param enabled Whether cf-db provides the application's DataSource.
 * @param mode One file for everybody, or one for each user. Cloud if the environment has
 * CLOUD_MODE set to 1, true or yes; local if it has 0, false, no, off or nothing.
 * @param path Local mode's file. '{app}' is spring.application.name, or 'app'.
 * @param cloud Where users' databases are and whose they are.
 * @param shared A database that all users share, beside their own.
 * @param migrations Which scripts bring databases up to date, and when.
 * @param pool Bounds of the set of open databases.
 * @param sqlite How connections are set up.
 * @param backup Copies of all databases, kept in another place.
 * @param maintenance What is done to databases that stay open.
 * @param allowNetworkFileSystem Whether databases may be on a network file system, where
 * SQLite's locks may not work.
 * @param restore Which files may become a user's database.
 */
@ConfigurationProperties("cf.db")
public record CfDbProperties(@DefaultValue("true") boolean enabled, @Nullable Mode mode,
		@DefaultValue("data/{app}.db") Path path, @DefaultValue Cloud cloud, @DefaultValue Shared shared,
		@DefaultValue Migrations migrations, @DefaultValue Pool pool, @DefaultValue Sqlite sqlite,
		@DefaultValue Backup backup, @DefaultValue Maintenance maintenance,
		@DefaultValue("false") boolean allowNetworkFileSystem, @DefaultValue Restore restore) {

	/**
	 * Where users' databases are and whose they are.
	 *
	 * @param dataRoot Directory below which every user has a file; absolute and writable.
	 * The environment's CLOUD_DATA_ROOT if not set.
	 * @param layout Path of a user's file below the data root. Tokens: '{user}', '{app}',
	 * and '{shard}' for two hex digits of a hash.
	 * @param anonymous Whether requests without a user are refused or share one database.
	 * @param provisioning When a user's file is made.
	 * @param userClaim Claim of a JWT or OpenID Connect user that is the user's id,
	 * instead of the authenticated name; or several that are it together, as 'iss,sub'.
	 * @param mdcKey Under which key the current user is put into the logging context
	 * (MDC). Not at all if not set.
	 */
	public record Cloud(@Nullable Path dataRoot, @DefaultValue("{user}/{app}.db") String layout,
			@DefaultValue("reject") Anonymous anonymous, @DefaultValue("on-first-use") Provisioning provisioning,
			@Nullable List<String> userClaim, @Nullable String mdcKey) {

	}

	/**
	 * A database that all users share, beside their own.
	 *
	 * @param enabled Whether there is a database that all users share, beside their own.
	 * @param path The shared database's file. 'shared/shared.db' below the data root, or
	 * 'shared.db' beside local mode's file, if not set.
	 * @param migrations Which scripts bring it up to date.
	 */
	public record Shared(@DefaultValue("false") boolean enabled, @Nullable Path path,
			@DefaultValue SharedMigrations migrations) {

	}

	/**
	 * Which scripts bring the shared database up to date.
	 *
	 * @param locations Directories of '*.sql' scripts, as 'classpath:' or 'file:' URLs.
	 */
	public record SharedMigrations(@DefaultValue("classpath:db/shared-migrations") List<String> locations) {

	}

	/**
	 * Which scripts bring databases up to date, and when.
	 *
	 * @param enabled Whether migrations are run.
	 * @param locations Directories of '*.sql' scripts, as 'classpath:' or 'file:' URLs.
	 * @param onStartup When the databases that exist already are brought up to date.
	 * @param parallelism How many databases are migrated at once. The number of available
	 * processors if not set.
	 * @param missing What to do about a migration that a database has and for which there
	 * is no script.
	 * @param timeout How long the migrations of one database may take.
	 * @param acceptChanged File names of scripts that have changed after they were
	 * applied, and are right as they are: databases that have them need no change. None
	 * if not set.
	 */
	public record Migrations(@DefaultValue("true") boolean enabled,
			@DefaultValue("classpath:db/migrations") List<String> locations, @DefaultValue("eager") OnStartup onStartup,
			@Nullable Integer parallelism, @DefaultValue("warn") MissingScript missing,
			@DefaultValue("5m") Duration timeout, @Nullable List<String> acceptChanged) {

		int effectiveParallelism() {
			return (this.parallelism != null) ? Math.max(1, this.parallelism)
					: Runtime.getRuntime().availableProcessors();
		}

		List<String> effectiveAcceptChanged() {
			return (this.acceptChanged != null) ? this.acceptChanged : List.of();
		}

	}

	/**
	 * Bounds of the set of open databases.
	 *
	 * @param maxOpenDatabases Most databases open at once.
	 * @param maxConnectionsPerDatabase Most connections to one database.
	 * @param idleTimeout After how long without use a database is closed.
	 * @param acquireTimeout How long a statement waits for a connection.
	 * @param statementCacheSize How many compiled statements each connection keeps; 0
	 * keeps none.
	 * @param leakDetectionThreshold After how long a connection that is not given back is
	 * reported with the stack that borrowed it. Not at all if not set.
	 * @param maxWaitingPerDatabase Most threads that wait for a connection to one user's
	 * database; more are refused at once.
	 */
	public record Pool(@DefaultValue("256") int maxOpenDatabases, @DefaultValue("4") int maxConnectionsPerDatabase,
			@DefaultValue("5m") Duration idleTimeout, @DefaultValue("30s") Duration acquireTimeout,
			@DefaultValue("64") int statementCacheSize, @Nullable Duration leakDetectionThreshold,
			@DefaultValue("32") int maxWaitingPerDatabase) {

	}

	/**
	 * How connections are set up.
	 *
	 * @param busyTimeout How long SQLite waits for a lock that another connection holds.
	 * @param synchronous How often SQLite waits for the disk.
	 * @param cacheSize Most memory that one connection's page cache takes.
	 * @param heapLimit Soft limit of all memory that SQLite takes in this process. None
	 * if not set.
	 * @param maxValueSize Largest text, blob or row.
	 * @param attach Whether an application's SQL may reach other files, by ATTACH or
	 * VACUUM INTO.
	 */
	public record Sqlite(@DefaultValue("30s") Duration busyTimeout, @DefaultValue("normal") Synchronous synchronous,
			@DefaultValue("2MB") DataSize cacheSize, @Nullable DataSize heapLimit,
			@DefaultValue("64MB") DataSize maxValueSize, @DefaultValue("refuse") Attach attach) {

	}

	/**
	 * Which files may become a user's database.
	 *
	 * @param maxSize Largest file that is taken, its log included.
	 * @param timeout How long all checks of one file may take.
	 * @param schema Whether a file may have tables and indexes that no migration script
	 * makes.
	 */
	public record Restore(@DefaultValue("1GB") DataSize maxSize, @DefaultValue("60s") Duration timeout,
			@DefaultValue("strict") SchemaRule schema) {

	}

	/**
	 * Copies of all databases, kept in another place.
	 *
	 * @param directory Directory for backups, best on another disk; it must exist. No
	 * backups if not set.
	 * @param schedule When to back up what has changed, as a cron expression with seconds
	 * in the system's time zone; '-' for never.
	 * @param keep How many backups of each database are kept.
	 * @param beforeMigration Whether a backup is made of a database before migrations
	 * change it.
	 */
	public record Backup(@Nullable Path directory, @DefaultValue("0 0 3 * * *") String schedule,
			@DefaultValue("7") int keep, @DefaultValue("false") boolean beforeMigration) {

	}

	/**
	 * What is done to databases that stay open: statistics, the size of the log, pages
	 * that deleted rows have left.
	 *
	 * @param interval How long to wait between two runs; 0 for never.
	 * @param budget How long one run may take.
	 */
	public record Maintenance(@DefaultValue("10m") Duration interval, @DefaultValue("5s") Duration budget) {

	}

	/** One file or many. */
	public enum Mode {

		/** One file for everybody. */
		LOCAL,

		/** One file for each user. */
		CLOUD

	}

	/** What becomes of statements that reach other files than the user's own. */
	public enum Attach {

		/** They fail. */
		REFUSE,

		/** They run: every file that the process may open is within their reach. */
		ALLOW

	}

	/** What becomes of requests without a user. */
	public enum Anonymous {

		/** They fail before any SQL. */
		REJECT,

		/** They share the database 'anonymous'. */
		SHARED

	}

	/** When a user's file is made. */
	public enum Provisioning {

		/** With the user's first statement. */
		ON_FIRST_USE,

		/** Only by UserDatabases.create. */
		EXPLICIT

	}

	/** When existing databases are brought up to date. */
	public enum OnStartup {

		/** Before the application is ready. */
		EAGER,

		/** After the application is ready. */
		BACKGROUND,

		/** Each when it is first opened. */
		LAZY

	}

}
