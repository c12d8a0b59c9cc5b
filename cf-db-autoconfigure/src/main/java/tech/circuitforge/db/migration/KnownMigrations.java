package tech.circuitforge.db.migration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import tech.circuitforge.db.DatabaseMigrations.Applied;
import tech.circuitforge.db.MigrationException;

/**
 * The scripts of this application, and how a database's history stands to them. What is
 * odd in a history is reported once for each script, not once for each user: a fleet
 * shares its oddities.
 */
final class KnownMigrations {

	private static final Log logger = LogFactory.getLog(KnownMigrations.class);

	private final List<Migration> migrations;

	/** Where each stands in the list. */
	private final Map<String, Integer> positions = new HashMap<>();

	/** The same, however file systems write their names. */
	private final Map<String, String> folded = new HashMap<>();

	private final MissingScript missing;

	private final Set<String> acceptChanged;

	private final Set<String> reported = ConcurrentHashMap.newKeySet();

	KnownMigrations(List<Migration> migrations, MissingScript missing, Collection<String> acceptChanged) {
		this.migrations = List.copyOf(migrations);
		for (int i = 0; i < this.migrations.size(); i++) {
			String name = this.migrations.get(i).name();
			this.positions.put(name, i);
			this.folded.put(MigrationLoader.folded(name), name);
		}
		this.missing = missing;
		this.acceptChanged = Set.copyOf(acceptChanged);
	}

	List<Migration> all() {
		return this.migrations;
	}

	/**
	 * Compares a history with the scripts.
	 * @throws MigrationException if a script changed after it was applied, or is gone and
	 * must not be
	 */
	Comparison compare(Map<String, Applied> history, String database) {
		if (this.migrations.isEmpty()) {
			// Migrations are turned off, or there are none yet: nothing to compare with.
			return new Comparison(List.of(), List.of(), List.of());
		}
		List<Migration> unverified = new ArrayList<>(0);
		List<Migration> outdated = new ArrayList<>(0);
		int last = -1;
		for (Applied applied : history.values()) {
			Integer position = this.positions.get(applied.name());
			if (position == null) {
				unknown(applied.name(), history, database);
				continue;
			}
			last = Math.max(last, position);
			Migration migration = this.migrations.get(position);
			String recorded = applied.checksum();
			if (migration.checksum().equals(recorded)) {
				continue;
			}
			if (migration.formerChecksum().equals(recorded)) {
				outdated.add(migration);
			}
			else if (recorded == null || this.acceptChanged.contains(migration.name())) {
				unverified.add(migration);
			}
			else {
				throw changed(migration, recorded, database);
			}
		}
		return new Comparison(pending(history.keySet(), last), unverified, outdated);
	}

	private List<Migration> pending(Collection<String> applied, int last) {
		// Nearly always there is none.
		List<Migration> pending = new ArrayList<>(0);
		for (int i = 0; i < this.migrations.size(); i++) {
			Migration migration = this.migrations.get(i);
			if (!applied.contains(migration.name())) {
				pending.add(migration);
				if (i < last) {
					once(migration.name(),
							"Migration %s is applied late: some databases have %s already, which comes after it."
								.formatted(migration.name(), this.migrations.get(last).name()));
				}
			}
		}
		return pending;
	}

	private void unknown(String name, Map<String, Applied> history, String database) {
		String alike = this.folded.get(MigrationLoader.folded(name));
		if (alike != null && !history.containsKey(alike)) {
			throw new MigrationException(("The database of %s has migration %s, whose name differs from that of the "
					+ "script %s only in case or Unicode form. Nothing was changed. Give the script that name.")
				.formatted(database, name, alike), null);
		}
		String newest = this.migrations.get(this.migrations.size() - 1).name();
		if (MigrationLoader.BY_CODE_POINT.compare(name, newest) > 0) {
			if (this.reported.add(name)) {
				logger.info(("Some databases have migration %s, which is newer than this application's last one, %s: "
						+ "another version of the application has been at work.")
					.formatted(name, newest));
			}
		}
		else if (this.missing == MissingScript.FAIL) {
			throw new MigrationException(("The database of %s has migration %s applied, but there is no such script. "
					+ "Nothing was changed. Put the script back, or set cf.db.migrations.missing=warn.")
				.formatted(database, name), null);
		}
		else {
			once(name, "Some databases have migration %s applied, but there is no such script. Put it back."
				.formatted(name));
		}
	}

	private void once(String name, String message) {
		if (this.reported.add(name)) {
			logger.warn(message);
		}
	}

	private static MigrationException changed(Migration migration, String recorded, String database) {
		return new MigrationException(("Migration %s changed after it was applied to %s (recorded %s, found %s). "
				+ "Nothing was changed. Restore the script (%s) and put the change into a new one. If databases that "
				+ "have the script need no change, set cf.db.migrations.accept-changed=%s.")
			.formatted(migration.name(), database, recorded, migration.checksum(), migration.source(),
					migration.name()),
				null);
	}

	/**
	 * How a history stands to the scripts.
	 *
	 * @param pending what the database lacks
	 * @param unverified what another runner has applied, so that there is no checksum, or
	 * has changed and is accepted as it is
	 * @param outdated what has a checksum of an earlier version's; it is replaced when
	 * there is something else to write
	 */
	record Comparison(List<Migration> pending, List<Migration> unverified, List<Migration> outdated) {

		boolean isUpToDate() {
			return this.pending.isEmpty() && this.unverified.isEmpty();
		}

		/** Whose checksums are to be written. */
		List<Migration> unrecorded() {
			return Stream.concat(this.unverified.stream(), this.outdated.stream()).toList();
		}

	}

}
