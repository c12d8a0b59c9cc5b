package tech.circuitforge.db.location;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Keeps what was in a database's place beside it, dated. Safe for use by several threads,
 * each with a database of its own.
 */
public final class KeptCopies {

	private static final String SUFFIX = ".db";

	/** So that somebody who restores again and again does not fill the disk. */
	private static final int MOST = 3;

	private final Stamps stamps;

	/**
	 * Creates it.
	 * @param clock tells the time of a copy
	 */
	public KeptCopies(InstantSource clock) {
		this.stamps = new Stamps(clock);
	}

	/**
	 * Names a copy to be kept now, after all that were kept before for the same reason.
	 * @param file the database's file
	 * @param why why it is kept, a word
	 * @return the file to make
	 * @throws IOException if those that there are cannot be listed
	 */
	public Path name(Path file, String why) throws IOException {
		Instant newest = kept(file, why).stream()
			.map((copy) -> time(copy, why))
			.filter(Objects::nonNull)
			.max(Comparator.naturalOrder())
			.orElse(null);
		return Companions.kept(file, why, this.stamps.next(newest, Companions.keptDirectory(file)));
	}

	private static List<Path> kept(Path file, String why) throws IOException {
		return Companions.kept(file)
			.stream()
			.filter((copy) -> String.valueOf(copy.getFileName()).startsWith(why + "-"))
			.toList();
	}

	private static @Nullable Instant time(Path copy, String why) {
		String name = String.valueOf(copy.getFileName());
		try {
			return Companions.parseStamp(name.substring(why.length() + 1, name.length() - SUFFIX.length()));
		}
		catch (DateTimeException ex) {
			// Named by a person.
			return null;
		}
	}

	/**
	 * Drops copies that are the database itself under a second name, as a process that
	 * was killed between keeping and replacing it leaves them.
	 * @param file the database's file
	 * @throws IOException if they cannot be deleted
	 */
	public static void dropLinks(Path file) throws IOException {
		for (Path kept : Companions.kept(file)) {
			if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && Files.isSameFile(kept, file)) {
				Files.delete(kept);
			}
		}
	}

	/**
	 * Gives all copies to another database; can be done once more.
	 * @param file the database's file
	 * @param target the other one's
	 * @throws IOException if they cannot be moved
	 */
	public static void moveAll(Path file, Path target) throws IOException {
		dropLinks(file);
		Path directory = Companions.keptDirectory(file);
		if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
			return;
		}
		Path newDirectory = Companions.keptDirectory(target);
		PrivateFiles.createDirectories(newDirectory);
		for (Path kept : Companions.everythingKept(file)) {
			DurableFiles.replace(kept, newDirectory.resolve(kept.getFileName()));
		}
		Files.delete(directory);
	}

	/**
	 * Keeps a whole database under a second name, so that there is no moment without one;
	 * where a file cannot have two names, under another.
	 * @param file the database's file, which nobody can write meanwhile
	 * @param kept the second name
	 * @throws IOException if it cannot be linked
	 */
	public static void link(Path file, Path kept) throws IOException {
		PrivateFiles.createDirectories(Companions.keptDirectory(file));
		dropLinks(file);
		// Without hard links, whoever is killed now leaves no database but this copy, and
		// nothing is made in its place.
		if (!DurableFiles.publish(file, kept)) {
			throw new FileAlreadyExistsException(kept.toString());
		}
	}

	/**
	 * Undoes that.
	 * @param file the database's file
	 * @param kept its second name
	 * @throws IOException if it cannot be moved back
	 */
	public static void putBack(Path file, Path kept) throws IOException {
		if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
			Files.deleteIfExists(kept);
		}
		else {
			Files.move(kept, file);
		}
	}

	/**
	 * Moves what is left of a database, unchanged and with its logs.
	 * @param file the database's file
	 * @param kept its new name
	 * @throws IOException if it cannot be moved
	 */
	public static void move(Path file, Path kept) throws IOException {
		// The file first: a log without its file is refused, a file without its log is
		// not.
		List<Path> parts = new ArrayList<>(List.of(file));
		parts.addAll(Companions.logs(file));
		parts.add(Companions.logIndex(file));
		parts.removeIf((part) -> !Files.exists(part, LinkOption.NOFOLLOW_LINKS));
		if (parts.isEmpty()) {
			return;
		}
		PrivateFiles.createDirectories(Companions.keptDirectory(file));
		String name = String.valueOf(file.getFileName());
		for (Path part : parts) {
			String suffix = String.valueOf(part.getFileName()).substring(name.length());
			Files.move(part, kept.resolveSibling(kept.getFileName() + suffix));
		}
		DurableFiles.syncDirectory(Companions.keptDirectory(file));
	}

	/**
	 * Deletes the oldest that were kept for a reason, beyond the last few.
	 * @param file the database's file
	 * @param why why they are kept
	 * @param spared what is kept in any case: what was made just now, and from what
	 * @throws IOException if they cannot be deleted
	 */
	public static void prune(Path file, String why, Collection<Path> spared) throws IOException {
		List<Path> kept = kept(file, why);
		for (Path old : kept.subList(0, Math.max(0, kept.size() - MOST))) {
			if (!spared.contains(old)) {
				Files.deleteIfExists(savedLog(old));
				Companions.deleteTemporary(old);
			}
		}
	}

	/**
	 * Returns where a log goes that is kept beside a copy which has all that is in it
	 * already.
	 * @param kept the copy
	 * @return a name that SQLite does not take for the copy's log
	 */
	public static Path savedLog(Path kept) {
		return kept.resolveSibling(kept.getFileName() + ".log");
	}

}
