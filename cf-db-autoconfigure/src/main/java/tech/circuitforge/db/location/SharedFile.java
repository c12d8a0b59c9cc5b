package tech.circuitforge.db.location;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

import tech.circuitforge.db.UserId;

/**
 * The file of the database that all users share.
 */
public final class SharedFile implements DatabaseFiles {

	/** What it is called where an operation asks whose database is meant. */
	public static final UserId ID = new UserId(DatabaseName.SHARED.token());

	private static final String PROPERTY = "cf.db.shared.path";

	/** A name that {@link PathToken} gives to no user. */
	private static final Path BELOW_A_ROOT = Path.of(DatabaseName.SHARED.token(), "shared.db");

	private final LocalFile file;

	/**
	 * Creates the location and its directories.
	 * @param path the file's path; a relative one starts at the working directory
	 * @throws DatabaseLocationException if its directory cannot be made or written
	 */
	public SharedFile(Path path) {
		this(new LocalFile(PROPERTY, path));
	}

	private SharedFile(LocalFile file) {
		this.file = file;
	}

	/**
	 * Finds the place that it has if none is configured, where no user's file can be.
	 * @param users where the users' databases are
	 * @return the file
	 * @throws DatabaseLocationException if its directory cannot be made or written
	 */
	public static SharedFile beside(DatabaseFiles users) {
		return new SharedFile((users instanceof DataRoot root) ? root.path().resolve(BELOW_A_ROOT)
				: users.locate(DatabaseName.LOCAL).resolveSibling("shared.db"));
	}

	/**
	 * Returns where the file is.
	 * @return its directory
	 */
	public Path directory() {
		return this.file.directory();
	}

	@Override
	public Path locate(DatabaseName name) {
		return this.file.locate(name);
	}

	@Override
	public void prepare(DatabaseName name) {
		this.file.prepare(name);
	}

	/**
	 * Accepts no user's id, so that nobody deletes everybody's data in the place of one's
	 * own.
	 */
	@Override
	public DatabaseName nameOf(UserId user) {
		if (!user.equals(ID)) {
			throw new IllegalArgumentException(
					"The shared database is no user's: its id is \"%s\", not \"%s\".".formatted(ID, user));
		}
		return DatabaseName.SHARED;
	}

	@Override
	public UserId userOf(DatabaseName name) {
		return ID;
	}

	/** As below a data root, whatever the file is called. */
	@Override
	public DatabaseFiles at(String property, Path directory) {
		return new SharedFile(LocalFile.at(property, directory, BELOW_A_ROOT));
	}

	@Override
	public boolean contains(Path other) {
		return this.file.contains(other);
	}

	@Override
	public Stream<DatabaseName> list(Consumer<Path> others) {
		return Files.exists(locate(DatabaseName.SHARED)) ? Stream.of(DatabaseName.SHARED) : Stream.empty();
	}

}
