package tech.circuitforge.db.location;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.UserId;

/**
 * Users' databases and the one that they share, for what is done to all of them.
 */
public final class AllFiles implements DatabaseFiles {

	private final DatabaseFiles users;

	private final DatabaseFiles shared;

	private AllFiles(DatabaseFiles users, DatabaseFiles shared) {
		this.users = users;
		this.shared = shared;
	}

	/**
	 * Puts them together.
	 * @param users where the users' databases are
	 * @param shared where the shared one is, or {@code null} if there is none
	 * @return where all are
	 */
	public static DatabaseFiles of(DatabaseFiles users, @Nullable DatabaseFiles shared) {
		return (shared != null) ? new AllFiles(users, shared) : users;
	}

	private DatabaseFiles of(DatabaseName name) {
		return name.equals(DatabaseName.SHARED) ? this.shared : this.users;
	}

	@Override
	public Path locate(DatabaseName name) {
		return of(name).locate(name);
	}

	@Override
	public void refuseLinks(DatabaseName name) {
		of(name).refuseLinks(name);
	}

	@Override
	public void prepare(DatabaseName name) {
		of(name).prepare(name);
	}

	@Override
	public void cleanUp(DatabaseName name) throws IOException {
		of(name).cleanUp(name);
	}

	@Override
	public Stream<DatabaseName> list(Consumer<Path> others) {
		return Stream.concat(this.users.list(others), this.shared.list(others));
	}

	@Override
	public DatabaseName nameOf(UserId user) {
		return this.users.nameOf(user);
	}

	/** The shared one is nobody's among users: one of them may be called so. */
	@Override
	public @Nullable UserId userOf(DatabaseName name) {
		return name.equals(DatabaseName.SHARED) ? null : this.users.userOf(name);
	}

	@Override
	public DatabaseFiles at(String property, Path directory) {
		return new AllFiles(this.users.at(property, directory), this.shared.at(property, directory));
	}

	@Override
	public boolean contains(Path file) {
		return this.users.contains(file) || this.shared.contains(file);
	}

}
