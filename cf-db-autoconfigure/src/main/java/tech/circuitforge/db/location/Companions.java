package tech.circuitforge.db.location;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The files that belong to a database file, by their names: SQLite's logs, files that are
 * being made, kept copies, the mark of a suspended one.
 */
public final class Companions {

	private static final String JOURNAL = "-journal";

	/** What is written and not in the file yet. */
	private static final List<String> LOGS = List.of("-wal", JOURNAL);

	/** Shared memory: the index of a log. */
	private static final String LOG_INDEX = "-shm";

	/**
	 * Between a database's name and a random one, so that nothing takes what is being
	 * made for a user's database, and {@link #isTemporary} finds what was never finished.
	 */
	private static final String MAKING = ".new-";

	/** To the letter: an id may contain dots and dashes, and be a user's. */
	private static final Pattern TEMPORARY = Pattern.compile(".*" + Pattern.quote(MAKING)
			+ "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-wal|-shm|-journal)?");

	private static final String SUSPENDED = ".suspended";

	/** A directory, so that listing one user's copies does not list all users. */
	private static final String KEPT = ".kept";

	private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'", Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	private Companions() {
	}

	/**
	 * Returns where SQLite's logs of a database are, if there are any.
	 * @param database the database's file
	 * @return the log and the rollback journal
	 */
	public static List<Path> logs(Path database) {
		return LOGS.stream().map((suffix) -> append(database, suffix)).toList();
	}

	/**
	 * Returns where the rollback journal of a database is, if there is one.
	 * @param database the database's file
	 * @return the journal
	 */
	public static Path journal(Path database) {
		return append(database, JOURNAL);
	}

	/**
	 * Returns where the index of a database's log is, if there is one. It can be made
	 * again from the log.
	 * @param database the database's file
	 * @return the shared memory file
	 */
	public static Path logIndex(Path database) {
		return append(database, LOG_INDEX);
	}

	/**
	 * Tells whether there is a log beside a database: somebody has it open, or was
	 * killed.
	 * @param database the database's file
	 * @return whether what was committed may be elsewhere than in the file
	 */
	public static boolean hasLog(Path database) {
		return logs(database).stream().anyMatch((log) -> Files.exists(log, LinkOption.NOFOLLOW_LINKS));
	}

	/**
	 * Returns how much is in the logs beside a database.
	 * @param database the database's file
	 * @return their size in bytes
	 * @throws IOException if they cannot be looked at
	 */
	public static long logSize(Path database) throws IOException {
		long size = 0;
		for (Path log : logs(database)) {
			size += Files.exists(log, LinkOption.NOFOLLOW_LINKS) ? Files.size(log) : 0;
		}
		return size;
	}

	/**
	 * Tells whether there is anything of a database: its file, a log, a kept copy.
	 * @param database the database's file
	 * @return whether it is there, or was
	 */
	public static boolean isAnythingThere(Path database) {
		return Files.exists(database, LinkOption.NOFOLLOW_LINKS) || hasLog(database)
				|| Files.exists(keptDirectory(database), LinkOption.NOFOLLOW_LINKS);
	}

	/**
	 * Names a file beside another one that is nobody's: to be built, or to be tried on.
	 * @param file the file
	 * @return a name that no other call returns
	 */
	public static Path temporary(Path file) {
		return append(file, MAKING + UUID.randomUUID());
	}

	/**
	 * Deletes such a file and its logs. If it was linked to another name, that one stays.
	 * @param temporary the file
	 * @throws IOException if it cannot be deleted
	 */
	public static void deleteTemporary(Path temporary) throws IOException {
		// A log is left only if it could not be written back.
		for (Path log : logs(temporary)) {
			Files.deleteIfExists(log);
		}
		Files.deleteIfExists(logIndex(temporary));
		Files.deleteIfExists(temporary);
	}

	/**
	 * Tells whether a file is such a file, made here or elsewhere.
	 * @param file a file
	 * @return whether its name says so
	 */
	public static boolean isTemporary(Path file) {
		return TEMPORARY.matcher(String.valueOf(file.getFileName())).matches();
	}

	/**
	 * Returns the files beside a database that were being made and are not finished.
	 * @param database the database's file
	 * @return the files
	 * @throws IOException if the directory cannot be read
	 */
	public static List<Path> temporaries(Path database) throws IOException {
		String prefix = database.getFileName() + MAKING;
		return list(database.resolveSibling("."),
				(file) -> String.valueOf(file.getFileName()).startsWith(prefix) && isTemporary(file));
	}

	/**
	 * Returns where the reason is written why a database is suspended.
	 * @param database the database's file
	 * @return a text file, if it is suspended
	 */
	public static Path suspension(Path database) {
		return append(database, SUSPENDED);
	}

	/**
	 * Returns the directory of the copies of a database that are kept.
	 * @param database the database's file
	 * @return a directory, if any was kept
	 */
	public static Path keptDirectory(Path database) {
		return append(database, KEPT);
	}

	/**
	 * Names a copy to be kept.
	 * @param database the database's file
	 * @param why why it is kept, a word
	 * @param time when
	 * @return the file to make
	 */
	public static Path kept(Path database, String why, Instant time) {
		return keptDirectory(database).resolve(why + "-" + STAMP.format(time) + ".db");
	}

	/**
	 * Lists the copies of a database that are kept.
	 * @param database the database's file
	 * @return the copies, without their logs, by name
	 * @throws IOException if they cannot be listed
	 */
	public static List<Path> kept(Path database) throws IOException {
		return list(keptDirectory(database), (file) -> file.toString().endsWith(".db"));
	}

	/**
	 * Lists everything that is kept of a database, logs included.
	 * @param database the database's file
	 * @return the files
	 * @throws IOException if they cannot be listed
	 */
	public static List<Path> everythingKept(Path database) throws IOException {
		return list(keptDirectory(database), (file) -> true);
	}

	private static List<Path> list(Path directory, DirectoryStream.Filter<Path> filter) throws IOException {
		List<Path> files = new ArrayList<>();
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.normalize(), filter)) {
			entries.forEach(files::add);
		}
		catch (NoSuchFileException ex) {
			return List.of();
		}
		Collections.sort(files);
		return files;
	}

	/**
	 * Writes a moment as it stands in names of files: digits that sort by time.
	 * @param time the moment
	 * @return for instance {@code 20260131T235959999Z}
	 */
	public static String stamp(Instant time) {
		return STAMP.format(time);
	}

	/**
	 * Reads such a moment.
	 * @param stamp the text
	 * @return the moment
	 * @throws java.time.DateTimeException if it is none
	 */
	public static Instant parseStamp(String stamp) {
		return Instant.from(STAMP.parse(stamp));
	}

	private static Path append(Path file, String suffix) {
		return file.resolveSibling(file.getFileName() + suffix);
	}

}
