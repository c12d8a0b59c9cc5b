package tech.circuitforge.db.location;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Puts finished files into place so that they survive a power failure, whole.
 * <p>
 * Opening and closing a file that SQLite has open drops SQLite's locks on it
 * (https://www.sqlite.org/howtocorrupt.html, 2.2): {@link #sync} and {@link #overwrite}
 * are for files that nobody has open.
 */
public final class DurableFiles {

	private static final int BLOCK = 1 << 16;

	private DurableFiles() {
	}

	/**
	 * Waits until a finished database file is on the disk.
	 * @param file the file
	 * @throws IOException if it is not whole or that fails
	 */
	public static void sync(Path file) throws IOException {
		// SQLite does not report it when it cannot write its log back on closing; then
		// the log stays, and the file without it is not whole.
		if (Companions.hasLog(file)) {
			throw new IOException("No space left to complete " + file);
		}
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
	}

	/**
	 * Makes what was done to a directory's entries survive a power failure, where the
	 * platform can.
	 * @param directory the directory
	 */
	public static void syncDirectory(Path directory) {
		try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
			channel.force(true);
		}
		catch (IOException ex) {
			// Windows does not open directories; there the entry is journalled.
		}
	}

	/**
	 * Gives a finished file its name, unless that is taken: unlike a move, a link never
	 * replaces a file.
	 * @param finished the file, to be deleted by the caller
	 * @param target its name
	 * @return {@code false} if that is taken
	 * @throws IOException if it cannot be linked or moved
	 */
	public static boolean publish(Path finished, Path target) throws IOException {
		try {
			Files.createLink(target, finished);
		}
		catch (FileAlreadyExistsException ex) {
			return false;
		}
		catch (UnsupportedOperationException | FileSystemException ex) {
			// No hard links here. A move without REPLACE_EXISTING looks first; good
			// enough on such file systems.
			try {
				Files.move(finished, target);
			}
			catch (FileAlreadyExistsException exists) {
				return false;
			}
		}
		syncDirectory(Objects.requireNonNull(target.getParent()));
		return true;
	}

	/**
	 * Moves a finished file to its name, in the place of what is there.
	 * @param finished the file
	 * @param target its name, on the same file system
	 * @throws IOException if it cannot be moved
	 */
	public static void replace(Path finished, Path target) throws IOException {
		Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
		syncDirectory(Objects.requireNonNull(target.getParent()));
	}

	/**
	 * Writes zeros over a file's content and waits until they are on the disk. A file
	 * that has another name is left alone: its content is not only the one's.
	 * @param file the file
	 * @throws IOException if that fails
	 */
	public static void overwrite(Path file) throws IOException {
		if (HardLinks.count(file) > 1) {
			return;
		}
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
			ByteBuffer zeros = ByteBuffer.allocate(BLOCK);
			long left = channel.size();
			while (left > 0) {
				zeros.clear().limit((int) Math.min(BLOCK, left));
				left -= channel.write(zeros);
			}
			channel.force(true);
		}
	}

}
