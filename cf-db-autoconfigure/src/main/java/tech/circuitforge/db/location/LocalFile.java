package tech.circuitforge.db.location;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.UserId;

/**
 * Local mode's one file.
 */
public final class LocalFile implements DatabaseFiles {

	/**
	 * Who the user of a product without sign-in is; the same word as in the Python
	 * products.
	 */
	public static final UserId LOCAL_USER = new UserId("local");

	private final Path file;

	/** A directory that must exist and which one it was, if it is another's. */
	private final @Nullable Path given;

	private final @Nullable Object givenKey;

	/**
	 * Creates the location and its directories.
	 * @param path the file's path; a relative one starts at the working directory
	 * @throws DatabaseLocationException if its directory cannot be made or written
	 */
	public LocalFile(Path path) {
		this("cf.db.path", path);
	}

	LocalFile(String property, Path path) {
		Path absolute = path.toAbsolutePath().normalize();
		Path directory = absolute.getParent();
		if (directory == null || Files.isDirectory(absolute)) {
			throw new DatabaseLocationException(property, path, "is a directory, not a file",
					"Name a file in it, for instance " + absolute.resolve("app.db"));
		}
		PrivateFiles.refuseDriverOptions(property, absolute);
		try {
			PrivateFiles.createDirectories(directory);
			PrivateFiles.checkWritable(property, directory);
			// Links are followed here, once: the operator of the machine has set them.
			this.file = Files.exists(absolute) ? absolute.toRealPath()
					: directory.toRealPath().resolve(absolute.getFileName());
			this.given = null;
			this.givenKey = null;
		}
		catch (IOException ex) {
			throw new DatabaseLocationException(property, path, "cannot be used: " + ex,
					"Make its directory writable for this process, or set %s to another place".formatted(property));
		}
		PrivateFiles.refuseTooLong(property, path, this.file);
	}

	private LocalFile(Path directory, Path name) {
		this.file = directory.resolve(name);
		this.given = directory;
		this.givenKey = FileKey.of(directory);
	}

	/**
	 * Returns where the file is.
	 * @return its directory
	 */
	public Path directory() {
		return Objects.requireNonNull(this.file.getParent());
	}

	@Override
	public Path locate(DatabaseName name) {
		return this.file;
	}

	@Override
	public void prepare(DatabaseName name) {
		try {
			if (this.given != null) {
				FileKey.refuseAnother(this.given, this.givenKey);
			}
			PrivateFiles.createDirectories(directory());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Everybody has the same one. */
	@Override
	public DatabaseName nameOf(UserId user) {
		return DatabaseName.LOCAL;
	}

	@Override
	public UserId userOf(DatabaseName name) {
		return LOCAL_USER;
	}

	@Override
	public DatabaseFiles at(String property, Path directory) {
		return at(property, directory, this.file.getFileName());
	}

	/** The same under another name. */
	static LocalFile at(String property, Path directory, Path name) {
		if (!Files.isDirectory(directory)) {
			throw new DatabaseLocationException(property, directory, "does not exist",
					"Create the directory (is a disk not mounted?), or correct the path");
		}
		PrivateFiles.checkWritable(property, directory);
		try {
			// The operator may have chosen a way through links.
			LocalFile copies = new LocalFile(directory.toRealPath(), name);
			PrivateFiles.refuseTooLong(property, directory,
					copies.file.resolve(Companions.stamp(Instant.EPOCH) + ".db"));
			return copies;
		}
		catch (IOException ex) {
			throw new DatabaseLocationException(property, directory, "cannot be read (" + ex + ")",
					"Make it accessible to the user that runs the application");
		}
	}

	@Override
	public boolean contains(Path other) {
		return other.startsWith(this.file) || other.startsWith(Companions.keptDirectory(this.file))
				|| Companions.logs(this.file).contains(other);
	}

	@Override
	public Stream<DatabaseName> list(Consumer<Path> others) {
		return Files.exists(this.file) ? Stream.of(DatabaseName.LOCAL) : Stream.empty();
	}

}
