package tech.circuitforge.db.location;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Makes files and directories that only this process's user may read, and checks the
 * places for them.
 */
public final class PrivateFiles {

	/**
	 * SQLite's own bound (MAX_PATHNAME in os_unix.c), which a journal's name counts to.
	 */
	private static final int LONGEST_PATH = 512;

	private PrivateFiles() {
	}

	/**
	 * Creates a directory and its missing parents for this process's user alone (0700).
	 * @param directory the directory, which may exist
	 * @throws IOException if it cannot be made
	 */
	public static void createDirectories(Path directory) throws IOException {
		if (Files.isDirectory(directory)) {
			return;
		}
		Path parent = directory.getParent();
		if (parent != null) {
			createDirectories(parent);
		}
		try {
			Files.createDirectory(directory, ownerOnly(directory, "rwx------"));
		}
		catch (FileAlreadyExistsException ex) {
			// Another thread or process was first; a file in the way is an error.
			if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
				throw ex;
			}
		}
	}

	/**
	 * Creates an empty file for this process's user alone (0600, where the file system
	 * knows such permissions).
	 * @param file the file, which must not exist
	 * @return the file
	 * @throws IOException if it exists or cannot be made
	 */
	public static Path createFile(Path file) throws IOException {
		return Files.createFile(file, ownerOnly(file, "rw-------"));
	}

	private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
		return path.getFileSystem().supportedFileAttributeViews().contains("posix")
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
				: new FileAttribute<?>[0];
	}

	/** Tries it: permissions alone do not tell of a read-only or full file system. */
	static void checkWritable(String property, Path directory) {
		try {
			Files.delete(Files.createTempFile(directory, ".cf-db-", ".probe"));
		}
		catch (IOException ex) {
			throw new DatabaseLocationException(property, directory, "cannot be written by this process (" + ex + ")",
					"Make it writable for the user that runs the application");
		}
	}

	/**
	 * Refuses a directory in which some database could not be opened, now and not when
	 * its user comes.
	 * @param property what names it, for the message
	 * @param directory the directory
	 * @param longest the longest path of a database in it
	 */
	static void refuseTooLong(String property, Path directory, Path longest) {
		String path = Companions.journal(Companions.temporary(longest)).toString();
		int length = path.getBytes(StandardCharsets.UTF_8).length;
		if (File.separatorChar == '/' && length > LONGEST_PATH) {
			throw new DatabaseLocationException(property, directory,
					"is too long: files in it would have paths of up to %d bytes, and SQLite opens none of more than %d bytes"
						.formatted(length, LONGEST_PATH),
					"Choose a directory whose path is shorter");
		}
	}

	/**
	 * Finds out where a path leads: whoever chose it may use links, and SQLite is not to
	 * follow any.
	 * @param path an absolute path; what it names need not exist
	 * @return the same place without links
	 * @throws IOException if it cannot be looked at
	 */
	public static Path realPath(Path path) throws IOException {
		Path parent = path.getParent();
		if (parent == null || Files.exists(path)) {
			return path.toRealPath();
		}
		return realPath(parent).resolve(path.getFileName()).normalize();
	}

	/**
	 * sqlite-jdbc reads what follows a question mark in a file name as options of the
	 * driver.
	 */
	static void refuseDriverOptions(String property, Path path) {
		if (path.toString().indexOf('?') >= 0) {
			throw new DatabaseLocationException(property, path,
					"contains a '?', which the SQLite driver takes for options",
					"Rename the directory or choose another");
		}
	}

}
