package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

import org.springframework.util.FileSystemUtils;

import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.DurableFiles;
import tech.circuitforge.db.location.PrivateFiles;
import tech.circuitforge.db.pool.Snapshots;
import tech.circuitforge.db.sqlite.SqliteConnection;

/**
 * The directory of backups: for each database a directory at the place that it has below
 * the data root, with a file for each backup, named by its time. Safe for use by several
 * threads.
 */
public final class BackupDirectory implements Snapshots {

	private static final String SUFFIX = ".db";

	/** As coarse as some file systems keep the time of the last change. */
	private static final Duration CLOCK_GRAIN = Duration.ofSeconds(2);

	private final DatabaseFiles databases;

	private final Path directory;

	/** Where each one's backups are: a directory of that name. */
	private final DatabaseFiles places;

	private final CheckedCopy copier;

	private final int keep;

	private final boolean beforeMigrations;

	private final InstantSource clock;

	/**
	 * Creates a directory.
	 * @param databases knows where databases are
	 * @param directory where the backups are: a directory that exists, best on another
	 * disk
	 * @param copier copies databases
	 * @param keep how many backups to keep of each
	 * @param beforeMigrations whether to make one before migrations change a database
	 * @param clock tells the time of a backup
	 */
	public BackupDirectory(DatabaseFiles databases, Path directory, CheckedCopy copier, int keep,
			boolean beforeMigrations, InstantSource clock) {
		this.databases = databases;
		this.directory = directory;
		this.places = databases.at("cf.db.backup.directory", directory);
		this.copier = copier;
		this.keep = keep;
		this.beforeMigrations = beforeMigrations;
		this.clock = clock;
	}

	/** Newest first. */
	List<Backup> list(DatabaseName name) throws IOException {
		List<Backup> backups = new ArrayList<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.places.locate(name), "*" + SUFFIX)) {
			for (Path file : files) {
				String stamp = String.valueOf(file.getFileName());
				try {
					backups.add(new Backup(file,
							Companions.parseStamp(stamp.substring(0, stamp.length() - SUFFIX.length())),
							Files.size(file)));
				}
				catch (DateTimeException ex) {
					// Somebody else's file.
				}
			}
		}
		catch (NoSuchFileException ex) {
			return List.of();
		}
		backups.sort(Comparator.comparing(Backup::time).reversed());
		return backups;
	}

	Backup make(DatabaseName name) throws IOException {
		this.copier.existing(name);
		Path place = prepare(name);
		Instant time = now();
		Path file = place.resolve(Companions.stamp(time) + SUFFIX);
		Backup made = this.copier.copy(name, file, (copy) -> finish(copy, file, time));
		prune(name);
		return made;
	}

	@Override
	public void beforeMigration(SqliteConnection connection, DatabaseName name) throws SQLException, IOException {
		if (!this.beforeMigrations) {
			return;
		}
		Instant time = now();
		Path file = prepare(name).resolve(Companions.stamp(time) + SUFFIX);
		this.copier.copy(connection, name, file, (copy) -> finish(copy, file, time));
		prune(name);
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
	}

	private Path prepare(DatabaseName name) throws IOException {
		Path place = this.places.locate(name);
		try {
			this.places.prepare(name);
		}
		catch (UncheckedIOException ex) {
			throw Objects.requireNonNull(ex.getCause());
		}
		PrivateFiles.createDirectories(place);
		return place;
	}

	private static Backup finish(Path copy, Path file, Instant time) throws IOException {
		DurableFiles.replace(copy, file);
		return new Backup(file, time, Files.size(file));
	}

	/** Only after a new one is there, so that the last good one is never deleted. */
	private void prune(DatabaseName name) throws IOException {
		List<Backup> backups = list(name);
		for (Backup old : backups.subList(Math.min(this.keep, backups.size()), backups.size())) {
			Files.deleteIfExists(old.file());
		}
	}

	/** Whether a database may have been written since its last backup. */
	boolean isDue(DatabaseName name) throws IOException {
		List<Backup> backups = list(name);
		if (backups.isEmpty()) {
			return true;
		}
		Instant last = backups.get(0).time().minus(CLOCK_GRAIN);
		Path file = this.databases.locate(name);
		if (Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant().isAfter(last)) {
			return true;
		}
		for (Path log : Companions.logs(file)) {
			// An empty log is that of somebody who has only read.
			if (sizeOf(log) > 0
					&& Files.getLastModifiedTime(log, LinkOption.NOFOLLOW_LINKS).toInstant().isAfter(last)) {
				return true;
			}
		}
		return false;
	}

	private static long sizeOf(Path file) throws IOException {
		try {
			return Files.size(file);
		}
		catch (NoSuchFileException ex) {
			return 0;
		}
	}

	@Override
	public boolean exist(DatabaseName name) {
		try {
			return !list(name).isEmpty();
		}
		catch (IOException ex) {
			// Better a refusal that is not needed than an empty file for a lost one.
			return true;
		}
	}

	void delete(DatabaseName name, boolean overwrite) throws IOException {
		Path place = this.places.locate(name);
		if (overwrite) {
			for (Backup backup : list(name)) {
				DurableFiles.overwrite(backup.file());
			}
		}
		FileSystemUtils.deleteRecursively(place);
		this.places.cleanUp(name);
	}

	void rename(DatabaseName name, DatabaseName newName) throws IOException {
		Path place = this.places.locate(name);
		if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
			return;
		}
		Path newPlace = prepare(newName);
		for (Backup backup : list(name)) {
			DurableFiles.replace(backup.file(), newPlace.resolve(backup.file().getFileName()));
		}
		FileSystemUtils.deleteRecursively(place);
		this.places.cleanUp(name);
	}

	Path place(DatabaseName name) {
		return this.places.locate(name);
	}

	/** Locked by the process that backs up all. */
	Path lockFile() {
		return this.directory.resolve(".cf-db-backup.lock");
	}

	/**
	 * A backup.
	 *
	 * @param file where it is
	 * @param time the moment whose state it has
	 * @param size bytes
	 */
	record Backup(Path file, Instant time, long size) {

	}

}
