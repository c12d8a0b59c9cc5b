package tech.circuitforge.db.location;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * A file beside a database that says that it is suspended, and why. Every process sees it
 * when it opens the database, also after a restart.
 */
public final class SuspensionMark {

	private SuspensionMark() {
	}

	/**
	 * Reads why a database is suspended.
	 * @param database the database's file
	 * @return the reason, or {@code null} if it is not suspended
	 */
	public static @Nullable String read(Path database) {
		Path mark = Companions.suspension(database);
		if (!Files.exists(mark, LinkOption.NOFOLLOW_LINKS)) {
			return null;
		}
		try {
			return Files.readString(mark, StandardCharsets.UTF_8);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		catch (IOException ex) {
			// It is suspended, that much is sure.
			return "the reason cannot be read: " + ex;
		}
	}

	/**
	 * Marks a database.
	 * @param database the database's file
	 * @param reason why it is suspended
	 * @throws IOException if it cannot be written
	 */
	public static void write(Path database, String reason) throws IOException {
		Path mark = Companions.suspension(database);
		Path temporary = Companions.temporary(mark);
		PrivateFiles.createFile(temporary);
		try {
			Files.writeString(temporary, reason, StandardCharsets.UTF_8);
			DurableFiles.replace(temporary, mark);
		}
		finally {
			Files.deleteIfExists(temporary);
		}
	}

	/**
	 * Removes the mark.
	 * @param database the database's file
	 * @return whether there was one
	 * @throws IOException if it cannot be removed
	 */
	public static boolean remove(Path database) throws IOException {
		return Files.deleteIfExists(Companions.suspension(database));
	}

}
