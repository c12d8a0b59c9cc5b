package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

import tech.circuitforge.db.OperationProgress;
import tech.circuitforge.db.OperationReport;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.DurableFiles;
import tech.circuitforge.db.location.PrivateFiles;
import tech.circuitforge.db.pool.DatabaseFailures;

/**
 * Writes databases to files elsewhere, while they are in use.
 */
final class DatabaseExport {

	private final DatabaseFiles files;

	private final CheckedCopy copier;

	private final DatabaseFailures failures;

	DatabaseExport(DatabaseFiles files, CheckedCopy copier, DatabaseFailures failures) {
		this.files = files;
		this.copier = copier;
		this.failures = failures;
	}

	void export(DatabaseName name, Path target) {
		Path absolute = elsewhere(name, target);
		refuseLog(absolute);
		this.copier.<Boolean>copy(name, absolute, (copy) -> {
			refuseLog(absolute);
			DurableFiles.replace(copy, absolute);
			return true;
		});
	}

	OperationReport exportAll(Path directory, Consumer<? super OperationProgress> listener) {
		Path absolute = elsewhere(DatabaseName.ANONYMOUS, directory);
		try {
			PrivateFiles.createDirectories(absolute);
		}
		catch (IOException ex) {
			throw this.failures.failed(DatabaseName.ANONYMOUS, absolute, ex);
		}
		DatabaseFiles targets = this.files.at("the directory to export to", absolute);
		return new FleetOperation("Export", this.files, listener).run((name) -> {
			targets.prepare(name);
			export(name, targets.locate(name));
			return true;
		});
	}

	/** It would be taken for the exported file's. */
	private static void refuseLog(Path target) {
		if (Companions.hasLog(target)) {
			throw new IllegalArgumentException(
					"There is a log (-wal or -journal) beside %s: a database that is in use, or was. Export to another place."
						.formatted(target));
		}
	}

	/** Where it leads: whoever names it may use links, also to where databases live. */
	private Path elsewhere(DatabaseName name, Path target) {
		Path real;
		try {
			real = PrivateFiles.realPath(target.toAbsolutePath());
		}
		catch (IOException ex) {
			throw this.failures.failed(name, target, ex);
		}
		if (this.files.contains(real)) {
			throw new IllegalArgumentException("%s is where databases live; export to another place.".formatted(real));
		}
		return real;
	}

}
