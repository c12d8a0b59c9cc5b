package tech.circuitforge.db.pool;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

import tech.circuitforge.db.MigrationEvent;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.migration.MigrationParser;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.migration.MissingScript;
import tech.circuitforge.db.sqlite.SqliteConnections;
import tech.circuitforge.db.sqlite.TestConnections;

/**
 * The parts that open and migrate databases, put together as the auto-configuration does.
 */
public final class TestDatabases {

	public final SqliteConnections connections = TestConnections.connections(Duration.ofSeconds(30));

	public final Queue<MigrationEvent> events = new ConcurrentLinkedQueue<>();

	public final Migrator migrator;

	public final DatabaseFailures failures;

	public final DatabaseCreator creator;

	public final DatabaseOpener opener;

	public TestDatabases(DatabaseFiles files, InstantSource clock, List<Migration> migrations) {
		this(files, clock, migrations, Snapshots.NONE);
	}

	public TestDatabases(DatabaseFiles files, InstantSource clock, List<Migration> migrations, Snapshots snapshots) {
		this(files, clock, System::nanoTime, migrations, snapshots);
	}

	TestDatabases(DatabaseFiles files, InstantSource clock, LongSupplier nanoTime, List<Migration> migrations,
			Snapshots snapshots) {
		this.migrator = new Migrator(migrations, MissingScript.WARN, clock);
		this.failures = new DatabaseFailures(new Quarantine(clock, nanoTime), this.events::add);
		DatabaseMigrator databaseMigrator = new DatabaseMigrator(this.migrator, this.failures, DatabaseObserver.NONE,
				snapshots);
		this.creator = new DatabaseCreator(files, this.connections, databaseMigrator,
				this.migrator.rehearse(this.connections));
		this.opener = new DatabaseOpener(files, this.connections, databaseMigrator, this.creator);
	}

	public static TestDatabases of(DatabaseFiles files, Migration... migrations) {
		return new TestDatabases(files, InstantSource.system(), List.of(migrations));
	}

	public static Migration migration(String name, String script) {
		return MigrationParser.parse(name, name, script);
	}

}
