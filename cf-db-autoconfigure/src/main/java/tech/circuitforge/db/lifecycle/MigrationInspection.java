package tech.circuitforge.db.lifecycle;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.DatabaseMigrations;
import tech.circuitforge.db.MigrationDryRun;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * Looks at the migrations of a database, and tries what is pending on a copy, without
 * changing the database.
 */
final class MigrationInspection {

	private final SqliteConnections connections;

	private final Migrator migrator;

	private final CheckedCopy copier;

	private final DatabaseFailures failures;

	MigrationInspection(SqliteConnections connections, Migrator migrator, CheckedCopy copier,
			DatabaseFailures failures) {
		this.connections = connections;
		this.migrator = migrator;
		this.copier = copier;
		this.failures = failures;
	}

	DatabaseMigrations look(DatabaseName name) {
		Path file = this.copier.existing(name);
		try (SqliteConnection connection = this.connections.openToLook(file)) {
			return this.migrator.look(connection, name.toString());
		}
		catch (SQLException ex) {
			throw this.failures.failed(name, file, ex);
		}
	}

	MigrationDryRun tryOnCopy(DatabaseName name) {
		return this.copier.<MigrationDryRun>copy(name, this.copier.existing(name), (copy) -> run(copy, name));
	}

	private MigrationDryRun run(Path copy, DatabaseName name) throws SQLException {
		try (SqliteConnection connection = this.connections.open(copy)) {
			@Nullable String failure = null;
			List<String> pending = List.of();
			try {
				pending = this.migrator.look(connection, name.toString()).pending();
				this.migrator.migrate(connection, name.toString());
			}
			catch (MigrationException ex) {
				failure = String.valueOf(ex.getMessage());
			}
			List<String> applied = pending;
			if (failure != null && !pending.isEmpty()) {
				List<String> left = this.migrator.look(connection, name.toString()).pending();
				applied = pending.stream().filter((migration) -> !left.contains(migration)).toList();
			}
			return new MigrationDryRun(applied, failure, Migrator.brokenReferences(connection));
		}
	}

}
