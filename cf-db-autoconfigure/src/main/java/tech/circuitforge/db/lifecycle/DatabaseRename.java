package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseExistsException;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.DurableFiles;
import tech.circuitforge.db.location.KeptCopies;
import tech.circuitforge.db.location.SuspensionMark;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.pool.DatabaseOpener;
import tech.circuitforge.db.pool.OpenDatabases;

/**
 * Gives databases to other users, or copies of them.
 */
final class DatabaseRename {

	private static final Log logger = LogFactory.getLog(DatabaseRename.class);

	private final DatabaseFiles files;

	private final Exclusive exclusive;

	private final CheckedCopy copier;

	private final DatabaseOpener opener;

	private final DatabaseFailures failures;

	private final @Nullable BackupDirectory backups;

	DatabaseRename(DatabaseFiles files, Exclusive exclusive, CheckedCopy copier, DatabaseOpener opener,
			DatabaseFailures failures, @Nullable BackupDirectory backups) {
		this.files = files;
		this.exclusive = exclusive;
		this.copier = copier;
		this.opener = opener;
		this.failures = failures;
		this.backups = backups;
	}

	void rename(DatabaseName name, DatabaseName newName, UserId newId) {
		this.copier.existing(name);
		if (name.equals(newName)) {
			return;
		}
		// Always in the same order, so that two that exchange names do not wait for each
		// other.
		boolean inOrder = name.token().compareTo(newName.token()) < 0;
		this.exclusive.run(inOrder ? name : newName, "renamed",
				(first, firstWhole) -> this.exclusive.run(inOrder ? newName : name, "renamed",
						(second, secondWhole) -> move(name, newName, newId, inOrder ? firstWhole : secondWhole,
								inOrder ? first : second)));
		logger.info("The database of %s is that of %s now".formatted(name, newName));
	}

	private void move(DatabaseName name, DatabaseName newName, UserId newId, boolean whole, OpenDatabases.Closed closed)
			throws IOException {
		Path file = this.files.locate(name);
		Path target = this.files.locate(newName);
		refuseTaken(target, newId);
		if (!whole) {
			throw this.failures.damaged(name, "it cannot be locked to be renamed", null);
		}
		this.files.prepare(newName);
		// The database last: until then everything can be done once more.
		if (this.backups != null) {
			this.backups.rename(name, newName);
		}
		KeptCopies.moveAll(file, target);
		String suspended = SuspensionMark.read(file);
		if (suspended != null) {
			SuspensionMark.write(target, suspended);
		}
		refuseTaken(target, newId);
		DurableFiles.replace(file, target);
		SuspensionMark.remove(file);
		for (Path unfinished : Companions.temporaries(file)) {
			Files.deleteIfExists(unfinished);
		}
		DurableFiles.syncDirectory(Objects.requireNonNull(file.getParent()));
		this.files.cleanUp(name);
		this.opener.forget(name);
		this.opener.forget(newName);
		closed.stayClosed("renamed", DatabaseRemoval.NOT_MADE_AGAIN);
	}

	void copy(DatabaseName name, DatabaseName newName, UserId newUser) {
		this.copier.existing(name);
		Path target = this.files.locate(newName);
		refuseTaken(target, newUser);
		this.files.prepare(newName);
		if (!this.copier.<Boolean>copy(name, target, (copy) -> DurableFiles.publish(copy, target))) {
			throw new DatabaseExistsException(newUser);
		}
		this.opener.forget(newName);
	}

	private static void refuseTaken(Path target, UserId user) {
		if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) || Companions.hasLog(target)) {
			throw new DatabaseExistsException(user);
		}
	}

}
