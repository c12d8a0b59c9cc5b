package tech.circuitforge.db.location;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Finds files with a second name, as programs make that put equal files together: what
 * one user writes, the other would read, and each would have a log of its own for the one
 * file (https://www.sqlite.org/howtocorrupt.html, 2.4).
 */
public final class HardLinks {

	/** Names come and go while they are counted. */
	private static final int TRIES = 3;

	private HardLinks() {
	}

	/**
	 * Refuses a database with a second name that no operation of this library has given
	 * it. Those give one for a moment, and leave it if they are killed.
	 * @param database the database's file
	 * @throws IOException if it has one, or cannot be looked at
	 */
	public static void refuse(Path database) throws IOException {
		int links = count(database);
		for (int i = 0; i < TRIES && links > 1; i++) {
			int own = 1;
			List<Path> names = new ArrayList<>(Companions.kept(database));
			names.addAll(Companions.temporaries(database));
			Object key = FileKey.of(database, LinkOption.NOFOLLOW_LINKS);
			for (Path name : names) {
				own += Objects.equals(FileKey.of(name, LinkOption.NOFOLLOW_LINKS), key) ? 1 : 0;
			}
			links = count(database);
			if (links <= own) {
				return;
			}
		}
		if (links > 1) {
			throw new IOException(
					("it has a second name (%d hard links), as programs make that put equal files together, "
							+ "and what is written to one would be in the other. Stop the application and give each name a file of "
							+ "its own (cp, then mv); or restore a backup")
						.formatted(links));
		}
	}

	/** How many names a file has; one where the platform does not tell. */
	static int count(Path file) throws IOException {
		return file.getFileSystem().supportedFileAttributeViews().contains("unix")
				? (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) : 1;
	}

}
