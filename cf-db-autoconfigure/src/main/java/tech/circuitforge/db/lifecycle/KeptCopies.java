package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DurableFiles;
import tech.circuitforge.db.location.PrivateFiles;

/**
 * Keeps what was in a database's place beside it, dated.
 */
final class KeptCopies {

	/** So that somebody who restores again and again does not fill the disk. */
	private static final int MOST = 3;

	private final InstantSource clock;

	KeptCopies(InstantSource clock) {
		this.clock = clock;
	}

	/** Names a copy to be kept now. */
	Path name(Path file, String why) {
		return Companions.kept(file, why, this.clock.instant());
	}

	/**
	 * Drops copies that are the database itself under a second name, as a process that
	 * was killed between keeping and replacing it leaves them.
	 */
	static void dropLinks(Path file) throws IOException {
		for (Path kept : Companions.kept(file)) {
			if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && Files.isSameFile(kept, file)) {
				Files.delete(kept);
			}
		}
	}

	/** Gives all copies to another database; can be done once more. */
	static void moveAll(Path file, Path target) throws IOException {
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

	/** Keeps a whole database under a second name, so that there is no moment without. */
	static void link(Path file, Path kept) throws IOException {
		PrivateFiles.createDirectories(Companions.keptDirectory(file));
		dropLinks(file);
		try {
			Files.createLink(kept, file);
		}
		catch (UnsupportedOperationException ex) {
			throw new IOException("The file system has no hard links, so the old file cannot be kept", ex);
		}
		DurableFiles.syncDirectory(Companions.keptDirectory(file));
	}

	/** Moves what is left of a database, unchanged and with its logs. */
	static void move(Path file, Path kept) throws IOException {
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

	/** Deletes the oldest of a kind beyond the last few. */
	static void prune(Path file, String why) throws IOException {
		List<Path> kept = Companions.kept(file)
			.stream()
			.filter((copy) -> String.valueOf(copy.getFileName()).startsWith(why + "-"))
			.toList();
		for (Path old : kept.subList(0, Math.max(0, kept.size() - MOST))) {
			Companions.deleteTemporary(old);
		}
	}

}
