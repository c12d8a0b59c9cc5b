package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.migration.SchemaRule;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.PoolSettings;
import tech.circuitforge.db.pool.Snapshots;
import tech.circuitforge.db.pool.TestDatabases;
import tech.circuitforge.db.sqlite.SqliteConnection;

/**
 * Users' databases with everything they need, put together as the auto-configuration
 * does.
 */
final class TestUserDatabases implements AutoCloseable {

	final TestDatabases parts;

	final OpenDatabases open;

	final FleetMigration fleet;

	final @Nullable Backups backups;

	final UserDatabases users;

	static final RestoreSettings RESTORE = new RestoreSettings(DataSize.ofMegabytes(100), Duration.ofSeconds(60),
			SchemaRule.STRICT);

	TestUserDatabases(DatabaseFiles files, @Nullable Path backupDirectory, Duration acquireTimeout,
			Migration... migrations) {
		this(files, backupDirectory, acquireTimeout, RESTORE, migrations);
	}

	TestUserDatabases(DatabaseFiles files, @Nullable Path backupDirectory, Duration acquireTimeout,
			RestoreSettings restoreSettings, Migration... migrations) {
		this.parts = new TestDatabases(files, InstantSource.system(), List.of(migrations), new Snapshots() {

			@Override
			public boolean exist(DatabaseName name) {
				return TestUserDatabases.this.backups != null && TestUserDatabases.this.backups.directory().exist(name);
			}

			@Override
			public Snapshot beforeMigration(SqliteConnection connection, DatabaseName name)
					throws SQLException, IOException {
				return (TestUserDatabases.this.backups != null)
						? TestUserDatabases.this.backups.directory().beforeMigration(connection, name) : Snapshot.NONE;
			}

		});
		this.open = new OpenDatabases(this.parts.opener, new PoolSettings(100, 4, 32, Duration.ofMinutes(1),
				acquireTimeout, Duration.ofSeconds(5), Duration.ZERO));
		this.fleet = new FleetMigration(files, this.parts.opener, 2, Duration.ofMinutes(1), this.parts.events::add);
		this.backups = (backupDirectory != null) ? backups(files, backupDirectory) : null;
		this.users = new FileUserDatabases(files, this.parts.connections, this.parts.migrator, this.open,
				this.parts.opener, this.parts.creator, this.parts.failures, this.fleet, restoreSettings, this.backups,
				() -> null);
	}

	private Backups backups(DatabaseFiles files, Path directory) {
		CheckedCopy copier = new CheckedCopy(files, this.parts.connections, this.parts.failures);
		return new Backups(files, new BackupDirectory(files, directory, copier, 3, true, InstantSource.system()),
				this.parts.failures, InstantSource.system());
	}

	@Override
	public void close() {
		this.open.close();
		this.fleet.close();
	}

}
