package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseBackup;
import tech.circuitforge.db.DatabaseExistsException;
import tech.circuitforge.db.DatabaseInfo;
import tech.circuitforge.db.DatabaseMigrations;
import tech.circuitforge.db.DatabaseVerification;
import tech.circuitforge.db.MigrationDryRun;
import tech.circuitforge.db.MigrationEvent;
import tech.circuitforge.db.MigrationReport;
import tech.circuitforge.db.OperationProgress;
import tech.circuitforge.db.OperationReport;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.lifecycle.DatabaseRestore.Origin;
import tech.circuitforge.db.location.AllFiles;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.KeptCopies;
import tech.circuitforge.db.location.SuspensionMark;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.pool.DatabaseCreator;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.pool.DatabaseOpener;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * Users' databases as files: says which database is meant, and leaves the work to one
 * class for each kind of operation.
 */
public final class FileUserDatabases implements UserDatabases {

	private static final Log logger = LogFactory.getLog(FileUserDatabases.class);

	private final DatabaseFiles files;

	private final DatabaseOpener opener;

	private final DatabaseCreator creator;

	private final OpenDatabases databases;

	private final DatabaseFailures failures;

	private final FleetMigration fleet;

	private final @Nullable Backups backups;

	private final CheckedCopy copier;

	private final MigrationInspection inspection;

	private final DatabaseDescription description;

	private final DatabaseExport export;

	private final DatabaseRestore restore;

	private final DatabaseRemoval removal;

	private final DatabaseRename rename;

	private final DatabaseVerifier verifier;

	private final Exclusive exclusive;

	private final @Nullable FileUserDatabases shared;

	/**
	 * Creates the operations.
	 * @param files where the files are
	 * @param connections opens them
	 * @param migrator knows the migrations
	 * @param databases those that are open
	 * @param opener opens and migrates files
	 * @param creator makes files
	 * @param failures says what went wrong
	 * @param fleet migrates all files
	 * @param restoreSettings which files may become a user's
	 * @param backups makes backups, if there are any
	 * @param transactionOwner tells on whose database this thread is in a transaction
	 */
	public FileUserDatabases(DatabaseFiles files, SqliteConnections connections, Migrator migrator,
			OpenDatabases databases, DatabaseOpener opener, DatabaseCreator creator, DatabaseFailures failures,
			FleetMigration fleet, RestoreSettings restoreSettings, @Nullable Backups backups,
			Supplier<@Nullable DatabaseName> transactionOwner) {
		this(files, connections, migrator, databases, opener, creator, failures, fleet, restoreSettings, backups,
				transactionOwner, null);
	}

	/**
	 * Creates the operations. Those on all databases are also on the shared one.
	 * @param users where the users' files are
	 * @param connections opens them
	 * @param migrator knows the migrations
	 * @param databases those that are open
	 * @param opener opens and migrates files
	 * @param creator makes files
	 * @param failures says what went wrong
	 * @param fleet migrates all files
	 * @param restoreSettings which files may become a user's
	 * @param backups makes backups, if there are any
	 * @param transactionOwner tells on whose database this thread is in a transaction
	 * @param shared the operations on the shared database, if there is one
	 */
	public FileUserDatabases(DatabaseFiles users, SqliteConnections connections, Migrator migrator,
			OpenDatabases databases, DatabaseOpener opener, DatabaseCreator creator, DatabaseFailures failures,
			FleetMigration fleet, RestoreSettings restoreSettings, @Nullable Backups backups,
			Supplier<@Nullable DatabaseName> transactionOwner, @Nullable FileUserDatabases shared) {
		DatabaseFiles files = AllFiles.of(users, (shared != null) ? shared.files : null);
		this.files = files;
		this.shared = shared;
		this.opener = opener;
		this.creator = creator;
		this.databases = databases;
		this.failures = failures;
		this.fleet = fleet;
		this.backups = backups;
		this.exclusive = new Exclusive(files, connections, failures, databases, transactionOwner);
		this.copier = new CheckedCopy(files, connections, failures);
		KeptCopies kept = new KeptCopies(InstantSource.system());
		BackupDirectory directory = (backups != null) ? backups.directory() : null;
		this.inspection = new MigrationInspection(connections, migrator, this.copier, failures);
		this.description = new DatabaseDescription(files, databases, failures, this.inspection);
		this.export = new DatabaseExport(files, this.copier, failures);
		this.restore = new DatabaseRestore(files, connections, migrator, restoreSettings, this.exclusive, kept, opener,
				failures);
		this.removal = new DatabaseRemoval(files, this.exclusive, kept, opener, directory);
		this.rename = new DatabaseRename(files, this.exclusive, this.copier, opener, failures, directory);
		this.verifier = new DatabaseVerifier(connections, this.copier, databases, failures);
	}

	private DatabaseName name(UserId user) {
		return this.files.nameOf(user);
	}

	@Override
	public Stream<UserId> list() {
		return this.files.list().map(this.files::userOf).filter(Objects::nonNull).map(Objects::requireNonNull);
	}

	@Override
	public boolean exists(UserId user) {
		return this.opener.exists(name(user));
	}

	@Override
	public void create(UserId user) {
		DatabaseName name = name(user);
		if (!this.creator.create(name)) {
			throw new DatabaseExistsException(user);
		}
		this.opener.forget(name);
		this.databases.forgetDeleted(name);
	}

	@Override
	public DatabaseMigrations migrations(UserId user) {
		return this.inspection.look(name(user));
	}

	@Override
	public MigrationDryRun tryMigrations(UserId user) {
		return this.inspection.tryOnCopy(name(user));
	}

	@Override
	public List<String> migrate(UserId user) {
		return this.opener.migrate(name(user));
	}

	@Override
	public MigrationReport migrateAll(Consumer<? super MigrationEvent> listener) {
		return this.fleet.run(listener);
	}

	@Override
	public DatabaseInfo info(UserId user) {
		return this.description.describe(name(user), user);
	}

	@Override
	public void suspend(UserId user, String reason) {
		DatabaseName name = name(user);
		Path file = this.copier.existing(name);
		String before = SuspensionMark.read(file);
		try {
			// The mark first: whoever opens the database after it was closed sees it.
			SuspensionMark.write(file, reason);
			try {
				this.exclusive.closeOnce(name, "suspended");
			}
			catch (RuntimeException ex) {
				if (before == null) {
					SuspensionMark.remove(file);
				}
				throw ex;
			}
		}
		catch (IOException ex) {
			throw this.failures.failed(name, file, ex);
		}
		logger.warn("The database of %s is suspended: %s".formatted(name, reason));
	}

	@Override
	public void resume(UserId user) {
		DatabaseName name = name(user);
		try {
			if (SuspensionMark.remove(this.files.locate(name))) {
				logger.info("The database of %s is back in service".formatted(name));
			}
		}
		catch (IOException ex) {
			throw this.failures.failed(name, this.files.locate(name), ex);
		}
		this.failures.release(name);
	}

	@Override
	public void export(UserId user, Path target) {
		this.export.export(name(user), target);
	}

	@Override
	public OperationReport exportAll(Path directory, Consumer<? super OperationProgress> listener) {
		return this.export.exportAll(directory, listener);
	}

	@Override
	public void restore(UserId user, Path source) {
		restore(user, source, name(user).equals(DatabaseName.SHARED) ? Origin.OPERATOR : Origin.ANYWHERE);
	}

	private void restore(UserId user, Path source, Origin origin) {
		DatabaseName name = name(user);
		this.restore.restore(name, source, origin);
		this.databases.forgetDeleted(name);
	}

	@Override
	public void delete(UserId user) {
		this.removal.delete(name(user), false);
	}

	@Override
	public void erase(UserId user) {
		this.removal.delete(name(user), true);
	}

	@Override
	public void rename(UserId user, UserId newId) {
		this.rename.rename(name(user), name(newId), newId);
	}

	@Override
	public void copy(UserId user, UserId newUser) {
		this.rename.copy(name(user), name(newUser), newUser);
		this.databases.forgetDeleted(name(newUser));
	}

	@Override
	public DatabaseVerification verify(UserId user) {
		return this.verifier.verify(name(user));
	}

	@Override
	public OperationReport verifyAll(Consumer<? super OperationProgress> listener) {
		return new FleetOperation("Verification", this.files, listener)
			.run((name) -> verifier(name).verifyOrFail(name));
	}

	private DatabaseVerifier verifier(DatabaseName name) {
		FileUserDatabases other = this.shared;
		return (other != null && name.equals(DatabaseName.SHARED)) ? other.verifier : this.verifier;
	}

	@Override
	public String setAside(UserId user) {
		return String.valueOf(this.removal.setAside(name(user)).getFileName());
	}

	@Override
	public List<DatabaseBackup> backups(UserId user) {
		return requireBackups().list(name(user), user);
	}

	@Override
	public DatabaseBackup backUp(UserId user) {
		return requireBackups().make(name(user), user);
	}

	@Override
	public OperationReport backUpAll(Consumer<? super OperationProgress> listener) {
		return requireBackups().makeAll(listener);
	}

	@Override
	public DatabaseBackup restoreBackup(UserId user, Instant time) {
		BackupDirectory.Backup backup = requireBackups().newestUntil(name(user), time);
		restore(user, backup.file(), Origin.BACKUP);
		return Backups.describe(backup, user);
	}

	private Backups requireBackups() {
		Backups configured = this.backups;
		if (configured == null) {
			throw new IllegalStateException("There are no backups: set cf.db.backup.directory.");
		}
		return configured;
	}

}
