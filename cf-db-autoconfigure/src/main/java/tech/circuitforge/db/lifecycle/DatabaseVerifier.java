package tech.circuitforge.db.lifecycle;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

import tech.circuitforge.db.DatabaseVerification;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.sqlite.IntegrityCheck;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * Looks through databases for damage, while they are in use.
 */
final class DatabaseVerifier {

	private final SqliteConnections connections;

	private final CheckedCopy copier;

	private final OpenDatabases databases;

	private final DatabaseFailures failures;

	DatabaseVerifier(SqliteConnections connections, CheckedCopy copier, OpenDatabases databases,
			DatabaseFailures failures) {
		this.databases = databases;
		this.connections = connections;
		this.copier = copier;
		this.failures = failures;
	}

	/** The same for a listing of all: a problem is a failure. */
	boolean verifyOrFail(DatabaseName name) {
		DatabaseVerification found = verify(name);
		if (!found.damage().isEmpty()) {
			throw new IllegalStateException("The file is damaged: " + String.join("; ", found.damage()));
		}
		if (!found.brokenReferences().isEmpty()) {
			throw new IllegalStateException("Rows lack their parents: " + String.join("; ", found.brokenReferences()));
		}
		return true;
	}

	DatabaseVerification verify(DatabaseName name) {
		Path file = this.copier.existing(name);
		try (SqliteConnection connection = this.connections.openToLook(file)) {
			List<String> damage = IntegrityCheck.quick(connection);
			if (!damage.isEmpty()) {
				this.databases.takeOutOfService(name, this.failures.malformed(name, damage));
				return new DatabaseVerification(damage, List.of());
			}
			return new DatabaseVerification(List.of(), Migrator.brokenReferences(connection));
		}
		catch (SQLException ex) {
			throw this.failures.failed(name, file, ex);
		}
	}

}
