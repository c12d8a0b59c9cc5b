package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import tech.circuitforge.db.location.Companions;

/**
 * What tells whether a database's files were touched, without reading them: which files
 * they are, their sizes and times. Times are compared for being the same, never for which
 * is later: a file that is put in place may be older than the one that was there, and a
 * clock may have been wrong.
 *
 * @param text the state, in a line
 * @param lastWritten when a file was written last
 */
record FilesState(String text, Instant lastWritten) {

	/** As coarse as some file systems keep the time of the last change. */
	private static final Duration CLOCK_GRAIN = Duration.ofSeconds(2);

	/** The number of a file is another when it is replaced; ctime cannot be set back. */
	private static final String UNIX = "unix:ino,size,lastModifiedTime,ctime";

	private static final String OTHERS = "size,lastModifiedTime,creationTime";

	static FilesState of(Path database) throws IOException {
		List<Path> parts = new ArrayList<>(Companions.logs(database));
		parts.add(database);
		String view = database.getFileSystem().supportedFileAttributeViews().contains("unix") ? UNIX : OTHERS;
		StringBuilder text = new StringBuilder();
		Instant lastWritten = Instant.MIN;
		for (Path part : parts) {
			try {
				Map<String, Object> attributes = Files.readAttributes(part, view, LinkOption.NOFOLLOW_LINKS);
				// An empty log is that of somebody who has only read.
				if (!Long.valueOf(0).equals(attributes.get("size"))) {
					text.append(part.getFileName()).append(new TreeMap<>(attributes));
					Instant written = ((FileTime) Objects.requireNonNull(attributes.get("lastModifiedTime")))
						.toInstant();
					lastWritten = written.isAfter(lastWritten) ? written : lastWritten;
				}
			}
			catch (NoSuchFileException ex) {
				// A log is there only while it is in use.
			}
		}
		return new FilesState(text.toString(), lastWritten);
	}

	/**
	 * Whether it was written so lately that another write could leave the same times.
	 */
	boolean isFresh(Instant now) {
		return Duration.between(this.lastWritten, now).abs().compareTo(CLOCK_GRAIN) < 0;
	}

}
