package tech.circuitforge.db.lifecycle;

import java.util.Objects;
import java.util.stream.Stream;

import tech.circuitforge.db.DatabaseExistsException;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.pool.DatabaseOpener;

/**
 * Users' databases as files below the data root.
 */
public final class FileUserDatabases implements UserDatabases {

	private final DataRoot root;

	private final DatabaseOpener opener;

	/**
	 * Creates the operations.
	 * @param root where the files are
	 * @param opener makes files
	 */
	public FileUserDatabases(DataRoot root, DatabaseOpener opener) {
		this.root = root;
		this.opener = opener;
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
		if (!this.opener.create(DatabaseName.of(user))) {
			throw new DatabaseExistsException(user);
		}
	}

}
