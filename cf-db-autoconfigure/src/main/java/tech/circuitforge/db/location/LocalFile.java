package tech.circuitforge.db.location;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Local mode's one file.
 */
public final class LocalFile implements DatabaseFiles {

	private final Path file;

	/**
	 * Creates the location and its directories.
	 * @param path the file's path; a relative one starts at the working directory
	 * @throws DatabaseLocationException if its directory cannot be made or written
	 */
	public LocalFile(Path path) {
		Path absolute = path.toAbsolutePath().normalize();
		Path directory = absolute.getParent();
		if (directory == null || Files.isDirectory(absolute)) {
			throw new DatabaseLocationException("cf.db.path", path, "is a directory, not a file",
					"Name a file in it, for instance " + absolute.resolve("app.db"));
		}
		PrivateFiles.refuseDriverOptions("cf.db.path", absolute);
		try {
			PrivateFiles.createDirectories(directory);
			PrivateFiles.checkWritable("cf.db.path", directory);
			// Links are followed here, once: the operator of the machine has set them.
			this.file = Files.exists(absolute) ? absolute.toRealPath()
					: directory.toRealPath().resolve(absolute.getFileName());
		}
		catch (IOException ex) {
			throw new DatabaseLocationException("cf.db.path", path, "cannot be used: " + ex,
					"Make its directory writable for this process, or set cf.db.path to another place");
		}
	}

	@Override
	public Path locate(DatabaseName name) {
		return this.file;
	}

	@Override
	public void prepare(DatabaseName name) {
		Path directory = this.file.getParent();
		try {
			if (directory != null) {
				PrivateFiles.createDirectories(directory);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
