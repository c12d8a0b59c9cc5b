package tech.circuitforge.db.location;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.InvalidUserIdException;
import tech.circuitforge.db.UnsafePathException;
import tech.circuitforge.db.UserId;

/**
 * The directory below which every user's database lies: finds a user's file, and the user
 * of a file.
 * <p>
 * No path goes through a symbolic link below the root, so none leaves it. The root itself
 * may be reached through links: they are resolved once, at start.
 */
public final class DataRoot implements DatabaseFiles {

	private static final Log logger = LogFactory.getLog(DataRoot.class);

	private static final String PROPERTY = "cf.db.cloud.data-root";

	/**
	 * What is appended to a database's file name for the file that keeps an id too long
	 * to be spelled in the path.
	 */
	private static final String ID_SUFFIX = ".user";

	private final Path root;

	/** Which directory it was at the start. */
	private final @Nullable Object rootKey;

	private final Layout layout;

	/**
	 * Opens a data root.
	 * @param root an absolute path of a directory that exists and can be written
	 * @param layout the shape of the paths below it
	 * @throws DatabaseLocationException if it is not such a directory
	 */
	public DataRoot(Path root, Layout layout) {
		this(PROPERTY, root, layout);
	}

	private DataRoot(String property, Path root, Layout layout) {
		if (!root.isAbsolute()) {
			throw new DatabaseLocationException(property, root, "is not an absolute path",
					"Write it from the root of the file system on, for instance " + root.toAbsolutePath().normalize());
		}
		PrivateFiles.refuseDriverOptions(property, root);
		try {
			this.root = root.toRealPath();
		}
		catch (NoSuchFileException ex) {
			throw new DatabaseLocationException(property, root, "does not exist",
					"Create the directory (is a disk not mounted?), or correct the path");
		}
		catch (IOException ex) {
			throw new DatabaseLocationException(property, root, "cannot be read (" + ex + ")",
					"Make it accessible to the user that runs the application");
		}
		if (!Files.isDirectory(this.root)) {
			throw new DatabaseLocationException(property, root, "is not a directory", "Name a directory");
		}
		PrivateFiles.checkWritable(property, this.root);
		this.rootKey = FileKey.of(this.root);
		this.layout = layout;
		Path longest = locate("u".repeat(PathToken.MAX_LENGTH));
		PrivateFiles.refuseTooLong(property, root,
				property.equals(PROPERTY) ? longest : longest.resolve(Companions.stamp(Instant.EPOCH) + ".db"));
	}

	/**
	 * Returns the directory.
	 * @return its real path
	 */
	public Path path() {
		return this.root;
	}

	@Override
	public Path locate(DatabaseName name) {
		return locate(name.token());
	}

	private Path locate(String token) {
		Path path = this.root;
		for (String segment : this.layout.resolve(token)) {
			path = path.resolve(segment);
		}
		return path;
	}

	@Override
	public void refuseLinks(DatabaseName name) {
		Path path = this.root;
		for (String segment : this.layout.resolve(name.token())) {
			path = path.resolve(segment);
			if (Files.isSymbolicLink(path)) {
				throw new UnsafePathException(path);
			}
		}
	}

	/**
	 * Makes the directories of a database, and keeps the user's id beside it if the path
	 * cannot tell it.
	 */
	@Override
	public void prepare(DatabaseName name) {
		refuseAnotherRoot();
		refuseLinks(name);
		Path file = locate(name);
		try {
			PrivateFiles.createDirectories(Objects.requireNonNull(file.getParent()));
			UserId user = name.user();
			if (user != null && PathToken.isHash(name.token())) {
				writeOnce(idFile(file), user.value());
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot make the directory of %s below %s".formatted(name, this.root), ex);
		}
	}

	/** Under an unmounted disk lies an empty directory, where every user would be new. */
	private void refuseAnotherRoot() {
		FileKey.refuseAnother(this.root, this.rootKey);
	}

	@Override
	public void cleanUp(DatabaseName name) throws IOException {
		Path file = locate(name);
		Files.deleteIfExists(idFile(file));
		// Directories with something in them are another product's, or in use again.
		for (Path directory = file.getParent(); directory != null
				&& !directory.equals(this.root); directory = directory.getParent()) {
			try {
				Files.deleteIfExists(directory);
			}
			catch (DirectoryNotEmptyException ex) {
				return;
			}
		}
	}

	@Override
	public DatabaseFiles at(String property, Path directory) {
		return new DataRoot(property, directory, this.layout);
	}

	@Override
	public boolean contains(Path file) {
		return file.startsWith(this.root);
	}

	private static Path idFile(Path database) {
		return database.resolveSibling(database.getFileName() + ID_SUFFIX);
	}

	private static void writeOnce(Path file, String text) throws IOException {
		if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
			return;
		}
		// Moved into place whole, so that a killed process leaves no half of an id.
		Path temporary = file.resolveSibling(file.getFileName() + "-" + UUID.randomUUID());
		PrivateFiles.createFile(temporary);
		Files.writeString(temporary, text, StandardCharsets.UTF_8);
		Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
	}

	@Override
	public Stream<DatabaseName> list(Consumer<Path> others) {
		return list(this.root, List.of(), others);
	}

	// Closed with the stream returned, or by flatMap().
	@SuppressWarnings("StreamResourceLeak")
	private Stream<DatabaseName> list(Path directory, List<String> names, Consumer<Path> others) {
		Stream<Path> entries;
		try {
			entries = Files.list(directory);
		}
		catch (IOException ex) {
			if (names.isEmpty()) {
				throw new UncheckedIOException("Cannot list " + directory, ex);
			}
			// One user's directory must not stop what is done for all.
			logger.warn("Cannot list %s, so the databases in it are left out: %s".formatted(directory, ex));
			return Stream.empty();
		}
		int depth = names.size();
		boolean last = (depth == this.layout.depth() - 1);
		return entries.flatMap((entry) -> {
			String name = String.valueOf(entry.getFileName());
			if (!this.layout.matches(depth, name)) {
				if (last) {
					others.accept(entry);
				}
				return Stream.empty();
			}
			List<String> path = new ArrayList<>(names);
			path.add(name);
			if (!last) {
				return Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) ? list(entry, path, others) : Stream.empty();
			}
			return Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS) ? Stream.ofNullable(nameOf(entry, path))
					: Stream.empty();
		}).onClose(entries::close);
	}

	/**
	 * The database that a file is, or {@code null} for a file that no user's path leads
	 * to.
	 */
	private @Nullable DatabaseName nameOf(Path file, List<String> names) {
		String token = this.layout.tokenOf(names);
		if (token == null) {
			return null;
		}
		if (token.equals(DatabaseName.ANONYMOUS.token())) {
			return DatabaseName.ANONYMOUS;
		}
		try {
			String id = PathToken.isHash(token) ? Files.readString(idFile(file), StandardCharsets.UTF_8)
					: PathToken.decode(token);
			return (id != null && PathToken.encode(id).equals(token)) ? DatabaseName.of(new UserId(id)) : null;
		}
		catch (IOException | InvalidUserIdException ex) {
			return null;
		}
	}

}
