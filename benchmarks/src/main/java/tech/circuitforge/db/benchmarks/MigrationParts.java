package tech.circuitforge.db.benchmarks;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;

import org.springframework.util.unit.DataSize;

import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.migration.MissingScript;
import tech.circuitforge.db.pool.DatabaseCreator;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.pool.DatabaseMigrator;
import tech.circuitforge.db.pool.DatabaseObserver;
import tech.circuitforge.db.pool.DatabaseOpener;
import tech.circuitforge.db.pool.Quarantine;
import tech.circuitforge.db.pool.Snapshots;
import tech.circuitforge.db.sqlite.QueryTimer;
import tech.circuitforge.db.sqlite.SqlScript;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;
import tech.circuitforge.db.sqlite.SqliteSettings;

/**
 * What makes, opens and migrates files below a root, put together as in an application.
 */
final class MigrationParts {

	private final DataRoot root;

	private final List<Migration> migrations;

	private final SqliteConnections connections = new SqliteConnections(new SqliteSettings(Duration.ofSeconds(30),
			SqliteSettings.Synchronous.NORMAL, DataSize.ofMegabytes(2), 64, DataSize.ofMegabytes(64), false),
			new QueryTimer());

	private final Migrator migrator;

	private final DatabaseCreator creator;

	private final DatabaseCreator creatorWithoutTemplate;

	private final DatabaseOpener opener;

	MigrationParts(DataRoot root, List<Migration> migrations) {
		this.root = root;
		this.migrations = migrations;
		this.migrator = new Migrator(migrations, MissingScript.WARN, InstantSource.system());
		DatabaseMigrator databaseMigrator = new DatabaseMigrator(this.migrator,
				new DatabaseFailures(new Quarantine(InstantSource.system()), (event) -> {
				}), DatabaseObserver.NONE, Snapshots.NONE);
		this.creator = new DatabaseCreator(root, this.connections, databaseMigrator,
				this.migrator.rehearse(this.connections));
		this.creatorWithoutTemplate = new DatabaseCreator(root, this.connections, databaseMigrator, null);
		this.opener = new DatabaseOpener(root, this.connections, databaseMigrator, this.creator);
	}

	DatabaseCreator creator() {
		return this.creator;
	}

	DatabaseCreator creatorWithoutTemplate() {
		return this.creatorWithoutTemplate;
	}

	DatabaseOpener opener() {
		return this.opener;
	}

	/** The text of all scripts. */
	String everything() {
		return this.migrations.stream()
			.flatMap((migration) -> migration.statements().stream())
			.map(SqlScript.Statement::text)
			.collect(Collectors.joining("\n"));
	}

	/** Runs all scripts on a new file. */
	List<String> runScripts(DatabaseName name) throws SQLException {
		this.root.prepare(name);
		try (SqliteConnection connection = this.connections.create(this.root.locate(name))) {
			return this.migrator.migrate(connection, name.toString());
		}
	}

}
