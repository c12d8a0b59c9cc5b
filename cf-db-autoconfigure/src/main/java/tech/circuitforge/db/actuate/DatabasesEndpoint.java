package tech.circuitforge.db.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

import tech.circuitforge.db.DatabaseInfo;
import tech.circuitforge.db.DatabaseMigrations;
import tech.circuitforge.db.DatabaseMigrations.Applied;
import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.DatabaseUnavailableException;
import tech.circuitforge.db.InvalidUserIdException;
import tech.circuitforge.db.MigrationReport;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.lifecycle.Backups;
import tech.circuitforge.db.lifecycle.FleetMigration;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.SharedFile;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.PoolStatistics;
import tech.circuitforge.db.pool.Quarantine;
import tech.circuitforge.db.pool.Quarantine.Quarantined;

/**
 * The {@code cfdb} endpoint: what the databases of this application are and how they
 * fare. It shows no row of anybody's data and changes nothing.
 */
@Endpoint(id = "cfdb")
public final class DatabasesEndpoint {

	private final DatabaseFiles files;

	private final String mode;

	private final String location;

	private final OpenDatabases databases;

	private final Migrator migrator;

	private final Quarantine quarantine;

	private final @Nullable FleetMigration fleet;

	private final UserDatabases users;

	private final @Nullable Backups backups;

	private final @Nullable UserDatabases shared;

	/**
	 * Creates an endpoint.
	 * @param files where databases are
	 * @param mode cloud or local
	 * @param location the data root or the file
	 * @param databases those that are open
	 * @param migrator knows the migrations
	 * @param quarantine those out of service
	 * @param fleet the migration of all, in cloud mode
	 * @param users users' databases
	 * @param backups backups, if there are any
	 * @param shared the shared database, if there is one
	 */
	public DatabasesEndpoint(DatabaseFiles files, String mode, String location, OpenDatabases databases,
			Migrator migrator, Quarantine quarantine, @Nullable FleetMigration fleet, UserDatabases users,
			@Nullable Backups backups, @Nullable UserDatabases shared) {
		this.files = files;
		this.mode = mode;
		this.location = location;
		this.databases = databases;
		this.migrator = migrator;
		this.quarantine = quarantine;
		this.fleet = fleet;
		this.users = users;
		this.backups = backups;
		this.shared = shared;
	}

	/**
	 * Describes all databases together.
	 * @return the description
	 */
	@ReadOperation
	public Description describe() {
		return new Description(this.mode, this.location, OpenDescription.of(this.databases), this.migrator.names(),
				FleetDescription.of(this.fleet),
				this.quarantine.list().stream().map(QuarantineDescription::of).toList(),
				(this.backups != null) ? this.backups.describe() : null,
				(this.shared != null) ? describe(this.shared, SharedFile.ID, DatabaseName.SHARED) : null);
	}

	/**
	 * Describes one user's database.
	 * @param user the user's id
	 * @return the description, or {@code null} if there is no such user
	 */
	@ReadOperation
	public @Nullable UserDescription describeUser(@Selector String user) {
		try {
			UserId id = new UserId(user);
			return describe(this.users, id, this.files.nameOf(id));
		}
		catch (InvalidUserIdException | DatabaseNotFoundException ex) {
			return null;
		}
	}

	private UserDescription describe(UserDatabases all, UserId id, DatabaseName name) {
		Quarantined entry = this.quarantine.find(name);
		QuarantineDescription quarantined = (entry != null) ? QuarantineDescription.of(entry) : null;
		try {
			DatabaseInfo info = all.info(id);
			DatabaseMigrations migrations = info.migrations();
			return new UserDescription(id.value(), info.state(), info.size(), info.lastUsed(),
					(migrations != null) ? migrations.applied() : List.of(),
					(migrations != null) ? migrations.pending() : List.of(), quarantined, info.problem(),
					info.keptCopies());
		}
		catch (DatabaseUnavailableException ex) {
			return new UserDescription(id.value(), DatabaseInfo.State.QUARANTINED, 0, Instant.EPOCH, List.of(),
					List.of(), quarantined, String.valueOf(ex.getMessage()), List.of());
		}
	}

	/**
	 * All databases together.
	 *
	 * @param mode cloud or local
	 * @param location the data root or the file
	 * @param open those that are open
	 * @param migrations the application's scripts, in order
	 * @param fleet the migration of all, in cloud mode
	 * @param quarantine those out of service
	 * @param backup how backups fare, or {@code null} if there are none
	 * @param shared the database that all users share, or {@code null} if there is none
	 */
	public record Description(String mode, String location, OpenDescription open, List<String> migrations,
			@Nullable FleetDescription fleet, List<QuarantineDescription> quarantine, @Nullable String backup,
			@Nullable UserDescription shared) {

	}

	/**
	 * The set of open databases.
	 *
	 * @param now how many are open
	 * @param inUse how many of them are in use
	 * @param most how many may be open
	 * @param hits how often one was open already when it was wanted
	 * @param opened how often one was opened
	 * @param failed how often that failed
	 * @param evicted how often one was closed to make room
	 * @param expired how often one was closed because nobody had used it for long
	 * @param waits how often somebody had to wait for room
	 */
	public record OpenDescription(int now, int inUse, int most, long hits, long opened, long failed, long evicted,
			long expired, long waits) {

		static OpenDescription of(OpenDatabases databases) {
			PoolStatistics figures = databases.statistics();
			return new OpenDescription(figures.open(), figures.leased(), databases.settings().maxOpenDatabases(),
					figures.hits(), figures.opened(), figures.failed(), figures.evicted(), figures.expired(),
					figures.waits());
		}

	}

	/**
	 * The migration of all databases.
	 *
	 * @param running whether it runs now
	 * @param upToDate how many the last run found up to date
	 * @param migrated how many it migrated
	 * @param failed how many it could not
	 * @param duration how long it took
	 */
	public record FleetDescription(boolean running, long upToDate, long migrated, long failed,
			@Nullable Duration duration) {

		static @Nullable FleetDescription of(@Nullable FleetMigration fleet) {
			if (fleet == null) {
				return null;
			}
			MigrationReport report = fleet.lastReport();
			return (report == null) ? new FleetDescription(fleet.isRunning(), 0, 0, 0, null) : new FleetDescription(
					fleet.isRunning(), report.upToDate(), report.migrated(), report.failed(), report.duration());
		}

	}

	/**
	 * A database out of service.
	 *
	 * @param user whose it is, or {@code null} for one that belongs to no user
	 * @param since when it failed first
	 * @param failures how often it failed
	 * @param retryAt when it may be tried again
	 * @param reason why it failed last
	 */
	public record QuarantineDescription(@Nullable String user, Instant since, int failures, Instant retryAt,
			String reason) {

		static QuarantineDescription of(Quarantined entry) {
			UserId user = entry.name().user();
			return new QuarantineDescription((user != null) ? user.value() : null, entry.since(), entry.failures(),
					entry.retryAt(), entry.reason());
		}

	}

	/**
	 * One database.
	 *
	 * @param user the user's id, {@code shared} for the shared one
	 * @param state whether it is in service
	 * @param size bytes on the disk
	 * @param lastUsed when it was last used, or written if it is not open
	 * @param applied the migrations it has
	 * @param pending the migrations it lacks
	 * @param quarantine why it is out of service, or {@code null} if it is not
	 * @param problem why it is not in service or cannot be read, or {@code null}
	 * @param keptCopies names of what is kept beside it
	 */
	public record UserDescription(String user, DatabaseInfo.State state, long size, Instant lastUsed,
			List<Applied> applied, List<String> pending, @Nullable QuarantineDescription quarantine,
			@Nullable String problem, List<String> keptCopies) {

	}

}
