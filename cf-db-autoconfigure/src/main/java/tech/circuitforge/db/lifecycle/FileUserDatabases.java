package tech.circuitforge.db.lifecycle;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

import tech.circuitforge.db.DatabaseExistsException;
import tech.circuitforge.db.DatabaseMigrations;
import tech.circuitforge.db.MigrationDryRun;
import tech.circuitforge.db.MigrationEvent;
import tech.circuitforge.db.MigrationReport;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.pool.DatabaseCreator;
import tech.circuitforge.db.pool.DatabaseOpener;

/**
 * Users' databases as files below the data root.
 */
public final class FileUserDatabases implements UserDatabases {

	private final DataRoot root;

	private final DatabaseOpener opener;

	private final DatabaseCreator creator;

	private final MigrationInspection inspection;

	private final FleetMigration fleet;

	/**
	 * Creates the operations.
	 * @param root where the files are
	 * @param opener opens and migrates files
	 * @param creator makes files
	 * @param inspection looks at files
	 * @param fleet migrates all files
	 */
	public FileUserDatabases(DataRoot root, DatabaseOpener opener, DatabaseCreator creator,
			MigrationInspection inspection, FleetMigration fleet) {
		this.root = root;
		this.opener = opener;
		this.creator = creator;
		this.inspection = inspection;
		this.fleet = fleet;
	}

	@Override
	public Stream<UserId> list() {
		return this.root.list().map(DatabaseName::user).filter(Objects::nonNull).map(Objects::requireNonNull);
	}

	@Override
	public boolean exists(UserId user) {
		return this.opener.exists(DatabaseName.of(user));
	}

	@Override
	public void create(UserId user) {
		if (!this.creator.create(DatabaseName.of(user))) {
			throw new DatabaseExistsException(user);
		}
	}

	@Override
	public DatabaseMigrations migrations(UserId user) {
		return this.inspection.look(DatabaseName.of(user));
	}

	@Override
	public MigrationDryRun tryMigrations(UserId user) {
		return this.inspection.tryOnCopy(DatabaseName.of(user));
	}

	@Override
	public List<String> migrate(UserId user) {
		return this.opener.migrate(DatabaseName.of(user));
	}

	@Override
	public MigrationReport migrateAll(Consumer<? super MigrationEvent> listener) {
		return this.fleet.run(listener);
	}

}
