package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseInfo;
import tech.circuitforge.db.DatabaseInfo.State;
import tech.circuitforge.db.DatabaseMigrations;
import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.DatabaseUnavailableException;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.SuspensionMark;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.Quarantine;

/**
 * Describes a database without changing it, also one that is out of service.
 */
final class DatabaseDescription {

	private final DatabaseFiles files;

	private final OpenDatabases databases;

	private final DatabaseFailures failures;

	private final MigrationInspection inspection;

	DatabaseDescription(DatabaseFiles files, OpenDatabases databases, DatabaseFailures failures,
			MigrationInspection inspection) {
		this.files = files;
		this.databases = databases;
		this.failures = failures;
		this.inspection = inspection;
	}

	DatabaseInfo describe(DatabaseName name, UserId user) {
		this.files.refuseLinks(name);
		Path file = this.files.locate(name);
		Quarantine.Quarantined quarantined = this.failures.quarantine().find(name);
		if (quarantined == null && !Companions.isAnythingThere(file)) {
			throw new DatabaseNotFoundException(name.toString());
		}
		String suspended = SuspensionMark.read(file);
		@Nullable String problem = (quarantined != null) ? quarantined.reason() : suspended;
		@Nullable DatabaseMigrations migrations = null;
		try {
			migrations = this.inspection.look(name);
		}
		catch (DatabaseUnavailableException | DatabaseNotFoundException | MigrationException ex) {
			problem = (problem != null) ? problem : String.valueOf(ex.getMessage());
			quarantined = this.failures.quarantine().find(name);
		}
		Duration sinceLastUse = this.databases.sinceLastUse(name);
		State state = (sinceLastUse != null) ? State.OPEN : State.CLOSED;
		if (quarantined != null) {
			state = State.QUARANTINED;
		}
		else if (suspended != null) {
			state = State.SUSPENDED;
		}
		else if (this.databases.isClosedForOperation(name)) {
			state = State.IN_OPERATION;
		}
		try {
			return describe(user, state, file, sinceLastUse, migrations, problem);
		}
		catch (IOException ex) {
			throw this.failures.failed(name, file, ex);
		}
	}

	private static DatabaseInfo describe(UserId user, State state, Path file, @Nullable Duration sinceLastUse,
			@Nullable DatabaseMigrations migrations, @Nullable String problem) throws IOException {
		long size = 0;
		Instant lastWritten = Instant.EPOCH;
		List<Path> parts = new ArrayList<>(Companions.logs(file));
		parts.add(file);
		for (Path part : parts) {
			try {
				BasicFileAttributes attributes = Files.readAttributes(part, BasicFileAttributes.class,
						LinkOption.NOFOLLOW_LINKS);
				size += attributes.size();
				Instant written = attributes.lastModifiedTime().toInstant();
				lastWritten = (written.isAfter(lastWritten) && attributes.size() > 0) ? written : lastWritten;
			}
			catch (NoSuchFileException ex) {
				// A log is there only while it is in use.
			}
		}
		Instant lastUsed = (sinceLastUse != null) ? Instant.now().minus(sinceLastUse) : lastWritten;
		List<String> kept = Companions.kept(file).stream().map((copy) -> String.valueOf(copy.getFileName())).toList();
		return new DatabaseInfo(user, state, size, lastUsed, migrations, problem, kept);
	}

}
