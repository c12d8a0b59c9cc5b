package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.DurableFiles;
import tech.circuitforge.db.location.KeptCopies;
import tech.circuitforge.db.pool.DatabaseOpener;
import tech.circuitforge.db.pool.OpenDatabases;

/**
 * Deletes databases, or moves them out of the way.
 */
final class DatabaseRemoval {

	private static final Log logger = LogFactory.getLog(DatabaseRemoval.class);

	/** For as long as requests that were under way may go on. */
	static final Duration NOT_MADE_AGAIN = Duration.ofSeconds(10);

	private final DatabaseFiles files;

	private final Exclusive exclusive;

	private final KeptCopies kept;

	private final DatabaseOpener opener;

	private final @Nullable BackupDirectory backups;

	DatabaseRemoval(DatabaseFiles files, Exclusive exclusive, KeptCopies kept, DatabaseOpener opener,
			@Nullable BackupDirectory backups) {
		this.files = files;
		this.exclusive = exclusive;
		this.kept = kept;
		this.opener = opener;
		this.backups = backups;
	}

	void delete(DatabaseName name, boolean overwrite) {
		refuseNone(name);
		this.exclusive.run(name, "deleted", (closed, whole) -> delete(name, overwrite, closed));
		logger.info("The database of %s was %s".formatted(name, overwrite ? "erased" : "deleted"));
	}

	private void refuseNone(DatabaseName name) {
		if (!Companions.isAnythingThere(this.files.locate(name))
				&& (this.backups == null || !this.backups.exist(name))) {
			throw new DatabaseNotFoundException(name.toString());
		}
	}

	/**
	 * Everything else first, the database last: a process that is killed on the way
	 * leaves the whole database.
	 */
	private void delete(DatabaseName name, boolean overwrite, OpenDatabases.Closed closed) throws IOException {
		Path file = this.files.locate(name);
		if (this.backups != null) {
			this.backups.delete(name, overwrite);
		}
		Path keptDirectory = Companions.keptDirectory(file);
		KeptCopies.dropLinks(file);
		List<Path> all = new ArrayList<>(Companions.everythingKept(file));
		all.add(keptDirectory);
		all.addAll(Companions.temporaries(file));
		all.add(Companions.suspension(file));
		all.addAll(Companions.logs(file));
		all.add(Companions.logIndex(file));
		all.add(file);
		for (Path one : all) {
			if (overwrite && Files.isRegularFile(one, LinkOption.NOFOLLOW_LINKS)) {
				// First the name, so that there is no moment with a file of zeros in the
				// database's place.
				Path nameless = Companions.temporary(file);
				Files.move(one, nameless);
				DurableFiles.overwrite(nameless);
				Files.delete(nameless);
			}
			else {
				Files.deleteIfExists(one);
			}
		}
		Path directory = Objects.requireNonNull(file.getParent());
		if (Files.isDirectory(directory)) {
			DurableFiles.syncDirectory(directory);
			this.files.cleanUp(name);
		}
		this.opener.forget(name);
		closed.stayClosed("deleted", NOT_MADE_AGAIN);
	}

	Path setAside(DatabaseName name) {
		refuseNone(name);
		Path file = this.files.locate(name);
		AtomicReference<@Nullable Path> kept = new AtomicReference<>();
		this.exclusive.run(name, "set aside", (closed, whole) -> {
			Path target = this.kept.name(file, "aside");
			kept.set(target);
			KeptCopies.move(file, target);
		});
		this.opener.forget(name);
		logger.warn("The database of %s was moved to %s".formatted(name, kept));
		return Objects.requireNonNull(kept.get());
	}

}
