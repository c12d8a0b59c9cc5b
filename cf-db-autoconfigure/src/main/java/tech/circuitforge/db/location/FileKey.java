package tech.circuitforge.db.location;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Tells whether a path still leads to the same file.
 */
public final class FileKey {

	private FileKey() {
	}

	/**
	 * Refuses a directory in whose place there is another one.
	 * @param directory the directory
	 * @param key its key when it was chosen
	 */
	static void refuseAnother(Path directory, @Nullable Object key) {
		if (!Objects.equals(key, of(directory))) {
			throw new UncheckedIOException(new IOException(
					"The directory %s is gone, or another one than at the start. Is its disk not mounted?"
						.formatted(directory)));
		}
	}

	/**
	 * Returns what tells a file from every other that there is at the same time.
	 * @param path the file
	 * @param options how links are handled
	 * @return its key, {@code null} where the platform has none; for one that cannot be
	 * looked at, an object that nothing equals
	 */
	public static @Nullable Object of(Path path, LinkOption... options) {
		try {
			return Files.readAttributes(path, BasicFileAttributes.class, options).fileKey();
		}
		catch (IOException ex) {
			return ex;
		}
	}

}
