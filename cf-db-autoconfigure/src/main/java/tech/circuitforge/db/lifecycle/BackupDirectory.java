package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.DurableFiles;
import tech.circuitforge.db.location.PrivateFiles;
import tech.circuitforge.db.location.Stamps;
import tech.circuitforge.db.pool.Snapshots;
import tech.circuitforge.db.sqlite.SqliteConnection;

/**
 * The directory of backups: for each database a directory at the place that it has below
 * the data root, with a file for each backup, named by its time. Safe for use by several
 * threads.
 * <p>
 * Their order is that of their names, and a new one is named after the newest, whatever
 * the clock says. What is kept are states, not copies: however often one is copied, it
 * does not push out the others. The state of the database's files at that time is written
 * beside, so that a database which nobody has touched is not even read.
 */
public final class BackupDirectory implements Snapshots {

	private static final Log logger = LogFactory.getLog(BackupDirectory.class);

	private static final String SUFFIX = ".db";

	/** What the database's files were when the newest backup was made. */
	private static final String SOURCE = "source.txt";

	/** Longer than it takes to say "now" and be heard. */
	private static final Duration NOW = Duration.ofMinutes(1);

	private final DatabaseFiles databases;

	private final Path directory;

	/** Where each one's backups are: a directory of that name. */
	private final DatabaseFiles places;

	private final CheckedCopy copier;

	private final int keep;

	private final boolean beforeMigrations;

	private final InstantSource clock;

	private final Stamps stamps;

	/** Made before migrations that have not ended, and wanted by nobody else. */
	private final Set<Backup> undecided = ConcurrentHashMap.newKeySet();

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
		this.stamps = new Stamps(clock);
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
				catch (DateTimeException | NoSuchFileException ex) {
					// Somebody else's file, or dropped just now.
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
		return make(name, Repetition.KEPT);
	}

	/**
	 * Makes one of a database that may have been written since; tells whether it had.
	 */
	boolean makeIfChanged(DatabaseName name) throws IOException {
		@Nullable Backup newest = newest(name);
		return (newest == null || isDue(name, newest)) && !make(name, Repetition.DROPPED).equals(newest);
	}

	private Backup make(DatabaseName name, Repetition repetition) throws IOException {
		this.copier.existing(name);
		Path target = target(name);
		FilesState state = FilesState.of(this.databases.locate(name));
		Backup backup = this.copier.copy(name, target, (copy) -> keep(name, copy, state, repetition));
		this.undecided.remove(backup);
		prune(name, backup);
		return backup;
	}

	@Override
	public Snapshot beforeMigration(SqliteConnection connection, DatabaseName name) throws SQLException, IOException {
		if (!this.beforeMigrations) {
			return Snapshot.NONE;
		}
		@Nullable Backup newest = newest(name);
		if (newest != null && !isDue(name, newest)) {
			return Snapshot.NONE;
		}
		FilesState state = FilesState.of(this.databases.locate(name));
		Backup backup = this.copier.copy(connection, name, target(name),
				(copy) -> keep(name, copy, state, Repetition.DROPPED));
		if (backup.equals(newest)) {
			return Snapshot.NONE;
		}
		this.undecided.add(backup);
		return (applied) -> {
			boolean unwanted = this.undecided.remove(backup);
			if (applied == Applied.ALL) {
				prune(name, backup);
			}
			else if (applied == Applied.NONE && unwanted) {
				Files.deleteIfExists(backup.file());
			}
		};
	}

	/** A copy is named beside its target until it is one. */
	private Path target(DatabaseName name) throws IOException {
		return prepare(name).resolve(Companions.stamp(this.clock.instant()) + SUFFIX);
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

	private Backup keep(DatabaseName name, Path copy, FilesState state, Repetition repetition) throws IOException {
		List<Backup> backups = list(name);
		@Nullable Backup newest = backups.isEmpty() ? null : backups.get(0);
		boolean repeated = newest != null && isSame(copy, newest);
		Backup backup = newest;
		if (backup == null || !repeated || repetition == Repetition.KEPT) {
			boolean between = repeated && backups.size() > 1 && isSame(copy, backups.get(1));
			backup = publish(name, copy, newest);
			if (newest != null && between) {
				Files.deleteIfExists(newest.file());
			}
		}
		writeSource(backup, state);
		return backup;
	}

	private static boolean isSame(Path copy, Backup backup) throws IOException {
		try {
			return Files.mismatch(copy, backup.file()) < 0;
		}
		catch (NoSuchFileException ex) {
			// Another process has made a newer one and dropped this.
			return false;
		}
	}

	private Backup publish(DatabaseName name, Path copy, @Nullable Backup newest) throws IOException {
		Path place = this.places.locate(name);
		long size = Files.size(copy);
		Instant time = this.stamps.next((newest != null) ? newest.time() : null, place);
		while (true) {
			Path file = place.resolve(Companions.stamp(time) + SUFFIX);
			if (DurableFiles.publish(copy, file)) {
				return new Backup(file, time, size);
			}
			// Another one in the same millisecond.
			time = time.plusMillis(1);
		}
	}

	private void writeSource(Backup backup, FilesState state) {
		Path source = backup.file().resolveSibling(SOURCE);
		try {
			if (state.isFresh(this.clock.instant())) {
				Files.deleteIfExists(source);
				return;
			}
			Path temporary = PrivateFiles.createFile(Companions.temporary(source));
			try {
				Files.writeString(temporary, source(backup, state));
				Files.move(temporary, source, StandardCopyOption.ATOMIC_MOVE);
			}
			finally {
				Files.deleteIfExists(temporary);
			}
		}
		catch (IOException ex) {
			// The backup is there; without this the next run compares it once more.
			logger.debug("Could not write " + source, ex);
		}
	}

	/** It speaks of one backup: another version may make newer ones without it. */
	private static String source(Backup backup, FilesState state) {
		return backup.file().getFileName() + " " + state.text();
	}

	/** Only after a new one is there, and never that one. */
	private void prune(DatabaseName name, Backup made) throws IOException {
		List<Backup> backups = list(name);
		for (Backup old : backups.subList(Math.min(this.keep, backups.size()), backups.size())) {
			if (!old.equals(made)) {
				Files.deleteIfExists(old.file());
			}
		}
	}

	private @Nullable Backup newest(DatabaseName name) throws IOException {
		List<Backup> backups = list(name);
		return backups.isEmpty() ? null : backups.get(0);
	}

	/** Whether a database's files were touched since its newest backup. */
	private boolean isDue(DatabaseName name, Backup newest) throws IOException {
		Path source = newest.file().resolveSibling(SOURCE);
		try {
			return !Files.readString(source).equals(source(newest, FilesState.of(this.databases.locate(name))));
		}
		catch (NoSuchFileException | CharacterCodingException ex) {
			return true;
		}
	}

	/**
	 * Finds the newest that is not younger than a time. One that is stamped ahead of the
	 * clock was made by now, at the time that its file has, or nobody knows when.
	 */
	@Nullable Backup newestUntil(DatabaseName name, Instant time) throws IOException {
		Instant now = this.clock.instant();
		for (Backup backup : list(name)) {
			if (!backup.time().isAfter(time) || (backup.time().isAfter(now) && !writtenBy(backup, now).isAfter(time))) {
				return backup;
			}
		}
		return null;
	}

	private static Instant writtenBy(Backup backup, Instant now) throws IOException {
		Instant written = Files.getLastModifiedTime(backup.file(), LinkOption.NOFOLLOW_LINKS).toInstant();
		return written.isAfter(now) ? now.minus(NOW) : written;
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

	/** What becomes of a copy that is the newest backup byte for byte. */
	private enum Repetition {

		/** Somebody asked for it; of more than two the first and the last are kept. */
		KEPT,

		/** Nobody needs it. */
		DROPPED

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
