package tech.circuitforge.db.sqlite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import tech.circuitforge.db.DatabaseUnavailableException;
import tech.circuitforge.db.DiskFullException;
import tech.circuitforge.db.ReadOnlyStorageException;
import tech.circuitforge.db.StorageAccessException;
import tech.circuitforge.db.TooManyOpenFilesException;

/**
 * What can be wrong with the place of a database, and is not the database's fault. SQLite
 * tells some of these apart and calls others "unable to open database file" or "disk I/O
 * error", so the place itself is looked at.
 */
public enum StorageCondition {

	/** No room. */
	FULL,

	/** Mounted read-only. */
	READ_ONLY,

	/** Not permitted. */
	NO_ACCESS,

	/** Too many open files. */
	NO_DESCRIPTORS;

	/** Too little for one page of a database and one of its log's index. */
	private static final long ALMOST_NOTHING = 64 * 1024;

	/** A connection needs a file, its log and the log's index. */
	private static final int DESCRIPTORS = 3;

	/**
	 * Finds out why something could not be done with a file.
	 * @param ex what SQLite or Java said
	 * @param file the file
	 * @return the condition, or {@code null} if it is none of these
	 */
	public static @Nullable StorageCondition of(Exception ex, Path file) {
		if (ex instanceof SqliteException told && told.condition() != null) {
			return told.condition();
		}
		if (ex instanceof SQLiteException known) {
			return ofSqlite(known, file);
		}
		if (ex instanceof UncheckedIOException unchecked) {
			return ofJava(Objects.requireNonNull(unchecked.getCause()));
		}
		return (ex instanceof IOException io) ? ofJava(io) : null;
	}

	private static @Nullable StorageCondition ofSqlite(SQLiteException known, Path file) {
		SQLiteErrorCode code = known.getResultCode();
		return switch (code.code & 0xFF) {
			// SQLITE_FULL
			case 13 -> FULL;
			// SQLITE_PERM, _READONLY, _IOERR, _CANTOPEN
			case 3, 8, 10, 14 -> look(file);
			default -> null;
		};
	}

	private static @Nullable StorageCondition ofJava(IOException ex) {
		if (ex instanceof AccessDeniedException) {
			return NO_ACCESS;
		}
		// strerror(3); Java has no exceptions of their own for these.
		String reason = String
			.valueOf(
					(ex instanceof FileSystemException of && of.getReason() != null) ? of.getReason() : ex.getMessage())
			.toLowerCase(Locale.ROOT);
		if (reason.contains("no space left") || reason.contains("quota exceeded")) {
			return FULL;
		}
		if (reason.contains("read-only file system")) {
			return READ_ONLY;
		}
		if (reason.contains("too many open files")) {
			return NO_DESCRIPTORS;
		}
		if (reason.contains("operation not permitted")) {
			return NO_ACCESS;
		}
		return null;
	}

	/**
	 * Looks at the place of a file.
	 * @param file a file, or a directory, that need not exist
	 * @return what is wrong with it, or {@code null} if nothing is
	 */
	public static @Nullable StorageCondition look(Path file) {
		if (FileDescriptors.now().free() < DESCRIPTORS) {
			return NO_DESCRIPTORS;
		}
		Path directory = file;
		while (directory != null && !Files.isDirectory(directory)) {
			directory = directory.getParent();
		}
		if (directory == null) {
			return null;
		}
		try {
			FileStore store = Files.getFileStore(directory);
			if (store.isReadOnly()) {
				return READ_ONLY;
			}
			if (store.getUsableSpace() < ALMOST_NOTHING) {
				return FULL;
			}
		}
		catch (IOException ex) {
			return NO_ACCESS;
		}
		boolean accessible = Files.isWritable(directory) && Files.isExecutable(directory)
				&& (!Files.exists(file) || (Files.isReadable(file) && Files.isWritable(file)));
		return accessible ? null : NO_ACCESS;
	}

	/**
	 * Says it to an application.
	 * @param message what could not be done, a sentence without a full stop
	 * @param cause why
	 * @return the exception of this condition
	 */
	public DatabaseUnavailableException exception(String message, Throwable cause) {
		return switch (this) {
			case FULL -> new DiskFullException(message + ". The disk is full: nothing of this is stored, everything "
					+ "committed before is. Make room; it goes on by itself then.", cause);
			case READ_ONLY -> new ReadOnlyStorageException(message + ". The file system is read-only. Look into the "
					+ "system's log for disk errors and mount it writable; it goes on by itself then.", cause);
			case NO_ACCESS -> new StorageAccessException(
					message + ". This process has no permission. Give the user that "
							+ "runs the application access to the file and its directory; it goes on by itself then.",
					cause);
			case NO_DESCRIPTORS -> new TooManyOpenFilesException(message
					+ ". This process may open no more files. Raise its limit (ulimit -n, LimitNOFILE) or lower "
					+ "cf.db.pool.max-open-databases.", cause);
		};
	}

	/**
	 * Returns a few words for health and logs.
	 * @return for instance {@code the disk is full}
	 */
	public String description() {
		return switch (this) {
			case FULL -> "the disk is full";
			case READ_ONLY -> "the file system is read-only";
			case NO_ACCESS -> "the process has no permission";
			case NO_DESCRIPTORS -> "the process may open no more files";
		};
	}

}
