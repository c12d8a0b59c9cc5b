package tech.circuitforge.db.location;

import java.io.IOException;
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
