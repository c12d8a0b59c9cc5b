package tech.circuitforge.db;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Operations on users' databases as a whole, each safe while the application serves that
 * user. In local mode every user has the one database, and it is listed as {@code local}.
 * <p>
 * <b>Operations that need a database for themselves</b> ({@link #suspend},
 * {@link #restore}, {@link #rename}, {@link #delete}, {@link #erase}, {@link #setAside})
 * refuse new statements of that user ({@link DatabaseSuspendedException}), wait for those
 * under way up to {@code cf.db.pool.acquire-timeout}, and give up by a
 * {@link DatabaseAcquireTimeoutException}, having changed nothing, if they do not end. So
 * none may be called inside of a transaction of that user. Another process of this host
 * that has the database open is waited for in the same way.
 * <p>
 * A process that is killed in the middle of any of them leaves either the state before or
 * the state after it.
 * <p>
 * Safe for use by several threads.
 */
public interface UserDatabases {

	/**
	 * Lists the users who have a database. The stream reads the data root as it goes and
	 * must be closed.
	 * @return the users, in no particular order
	 */
	Stream<UserId> list();

	/**
	 * Tells whether a user has a database.
	 * @param user the user
	 * @return whether there is a database file of that user
	 */
	boolean exists(UserId user);

	/**
	 * Makes a user's database with every migration applied.
	 * @param user the user
	 * @throws DatabaseExistsException if the user has one already
	 */
	void create(UserId user);

	/**
	 * Looks which migrations a user's database has and lacks, and changes nothing.
	 * @param user the user
	 * @return the migrations
	 * @throws DatabaseNotFoundException if the user has no database
	 * @throws DatabaseUnavailableException if it cannot be opened
	 * @throws MigrationException if its history does not fit the scripts
	 */
	DatabaseMigrations migrations(UserId user);

	/**
	 * Tries the pending migrations of a user's database on a copy, which is deleted
	 * afterwards. Needs as much room on the disk as the database has.
	 * @param user the user
	 * @return what would happen
	 * @throws DatabaseNotFoundException if the user has no database
	 * @throws DatabaseUnavailableException if it cannot be opened or copied
	 */
	MigrationDryRun tryMigrations(UserId user);

	/**
	 * Brings a user's database up to date now, also if it is in quarantine and not due
	 * yet.
	 * @param user the user
	 * @return names of what was applied, in order; empty if nothing was pending
	 * @throws DatabaseNotFoundException if the user has no database
	 * @throws DatabaseUnavailableException if it cannot be opened or migrated
	 */
	List<String> migrate(UserId user);

	/**
	 * Brings every database up to date, several at once, and returns when that is done.
	 * One that fails stops no other.
	 * @param listener is told what happens, by the threads that migrate; beside it the
	 * same is published as application events
	 * @return what became of them
	 */
	MigrationReport migrateAll(Consumer<? super MigrationEvent> listener);

	/**
	 * Describes a user's database, and changes nothing.
	 * @param user the user
	 * @return the description
	 * @throws DatabaseNotFoundException if the user has no database
	 */
	DatabaseInfo info(UserId user);

	/**
	 * Takes a user's database out of service until {@link #resume}, also after a restart.
	 * When this returns, nothing in this process uses it. Other processes on the same
	 * data root notice when they next open it.
	 * @param user the user
	 * @param reason why, one line for operators and logs; the user is not told
	 * @throws DatabaseNotFoundException if the user has no database
	 */
	void suspend(UserId user, String reason);

	/**
	 * Puts a suspended database back into service, or lets one in quarantine be tried
	 * again at once. Does nothing to one that is in service.
	 * @param user the user
	 */
	void resume(UserId user);

	/**
	 * Writes a user's data into one self-contained SQLite file, as it is at one moment,
	 * while the user may go on writing. The file is checked and on the disk when this
	 * returns, and never there by half.
	 * @param user the user
	 * @param target the file to write; one that is there is replaced
	 * @throws DatabaseNotFoundException if the user has no database
	 * @throws DatabaseUnavailableException if the database cannot be read, is damaged, or
	 * the target cannot be written
	 */
	void export(UserId user, Path target);

	/**
	 * Exports every database, one after the other. What is written has the layout of a
	 * data root and can be used as one.
	 * @param directory where to; it is made if it is not there
	 * @param listener is told after each database
	 * @return what became of them
	 */
	OperationReport exportAll(Path directory, Consumer<? super OperationProgress> listener);

	/**
	 * Puts a SQLite file in the place of a user's database. The file is checked first, on
	 * a copy: integrity, foreign keys, and that it is of this product and not newer than
	 * this version of it; pending migrations are applied to the copy. Only then is the
	 * user kept out for a moment. The database that was there is kept beside the new one
	 * with the date in its name, the last three of them. A user who has no database gets
	 * this one.
	 * @param user the user
	 * @param source a file, for instance an upload or an {@link #export}; it is not
	 * changed, but a log beside it is written back into it
	 * @throws InvalidDatabaseFileException if the file is not one that this user could
	 * have; nothing was changed
	 * @throws DatabaseUnavailableException if it could not be put into place; nothing was
	 * changed
	 */
	void restore(UserId user, Path source);

	/**
	 * Deletes a user's database and everything that was made of it here: logs, kept
	 * copies, backups, empty directories. For the next ten seconds nothing makes a new
	 * one but {@link #create}, {@link #restore}, {@link #rename} and {@link #copy}, so
	 * that requests which were under way do not bring it back. In local mode that is
	 * everybody's: make a new one at once if the product is to go on.
	 * @param user the user
	 * @throws DatabaseNotFoundException if the user has no database
	 */
	void delete(UserId user);

	/**
	 * Deletes as {@link #delete} does, and overwrites the content of each file first.
	 * That leaves no trace on a plain disk; on file systems that write elsewhere instead
	 * (btrfs, ZFS, snapshots) and inside of SSDs it cannot.
	 * @param user the user
	 * @throws DatabaseNotFoundException if the user has no database
	 */
	void erase(UserId user);

	/**
	 * Gives a user's database, its kept copies and its backups to another id, for
	 * instance when a guest signs up.
	 * @param user whose it is
	 * @param newId whose it will be
	 * @throws DatabaseNotFoundException if the user has no database
	 * @throws DatabaseExistsException if the new id has one
	 */
	void rename(UserId user, UserId newId);

	/**
	 * Makes a database for a user as a copy of another user's, as it is at one moment.
	 * @param user whose to copy
	 * @param newUser whose to make
	 * @throws DatabaseNotFoundException if the user has no database
	 * @throws DatabaseExistsException if the new user has one
	 */
	void copy(UserId user, UserId newUser);

	/**
	 * Looks for damage: SQLite's {@code quick_check} and rows whose parents are missing.
	 * A damaged database is put into quarantine.
	 * @param user the user
	 * @return what was found
	 * @throws DatabaseNotFoundException if the user has no database
	 * @throws DatabaseUnavailableException if it cannot be read
	 */
	DatabaseVerification verify(UserId user);

	/**
	 * Verifies every database, one after the other.
	 * @param listener is told after each database
	 * @return what became of them; every problem is a failure
	 */
	OperationReport verifyAll(Consumer<? super OperationProgress> listener);

	/**
	 * Moves a database that is damaged or lost out of the way, unchanged and with its
	 * logs, and keeps it beside its place. The user has no database then, and gets none
	 * before {@link #create} or a restore. Meant for operators.
	 * @param user the user
	 * @return name of the kept file, as in {@link DatabaseInfo#keptCopies()}
	 * @throws DatabaseNotFoundException if there is nothing of that user
	 */
	String setAside(UserId user);

	/**
	 * Lists a user's backups.
	 * @param user the user
	 * @return the backups, newest first
	 * @throws IllegalStateException if {@code cf.db.backup.directory} is not set
	 */
	List<DatabaseBackup> backups(UserId user);

	/**
	 * Makes a backup of a user's database now, also if it has not changed. Of several in
	 * a row that are the same byte for byte, only the first and the last are kept.
	 * @param user the user
	 * @return the backup, which is the first of {@link #backups}
	 * @throws DatabaseNotFoundException if the user has no database
	 * @throws DatabaseUnavailableException if it cannot be read, is damaged, or the
	 * backup cannot be written
	 * @throws IllegalStateException if {@code cf.db.backup.directory} is not set
	 */
	DatabaseBackup backUp(UserId user);

	/**
	 * Makes a backup of every database that has changed since its last one, one after the
	 * other, and deletes backups that are no longer to be kept.
	 * @param listener is told after each database
	 * @return what became of them
	 * @throws IllegalStateException if {@code cf.db.backup.directory} is not set, or
	 * another process is backing up into it
	 */
	OperationReport backUpAll(Consumer<? super OperationProgress> listener);

	/**
	 * Restores a user's database from the newest backup that is not younger than the
	 * given time, as {@link #restore} does. A backup that is stamped ahead of the clock,
	 * which was wrong then or is now, is found by the time of its file, or if that is
	 * ahead too, by whoever asks for the present.
	 * @param user the user
	 * @param time the time to go back to
	 * @return the backup that was used
	 * @throws DatabaseNotFoundException if there is no backup that old
	 * @throws InvalidDatabaseFileException if the backup is damaged; nothing was changed
	 * @throws IllegalStateException if {@code cf.db.backup.directory} is not set
	 */
	DatabaseBackup restoreBackup(UserId user, Instant time);

}
