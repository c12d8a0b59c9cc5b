package tech.circuitforge.db.migration;

import java.time.InstantSource;
import java.util.List;

import tech.circuitforge.db.sqlite.TestConnections;

/**
 * Tries a script and prints what comes of it.
 */
final class TrialProcess {

	private TrialProcess() {
	}

	public static void main(String[] arguments) {
		try {
			Migration migration = MigrationParser.parse("001.sql", "test", "CREATE TABLE t (x)");
			new Migrator(List.of(migration), MissingScript.WARN, InstantSource.system())
				.rehearse(TestConnections.connections());
			System.out.println("tried");
		}
		catch (RuntimeException ex) {
			System.out.println(ex);
		}
	}

}
