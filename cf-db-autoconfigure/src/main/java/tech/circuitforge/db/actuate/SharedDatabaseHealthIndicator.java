package tech.circuitforge.db.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.SharedFile;
import tech.circuitforge.db.pool.Lease;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.sqlite.StorageCondition;

/**
 * Health of the shared database: whether it can be read, and its disk written.
 */
public final class SharedDatabaseHealthIndicator extends AbstractHealthIndicator {

	private final SharedFile file;

	private final OpenDatabases databases;

	/**
	 * Creates an indicator.
	 * @param file where it is
	 * @param databases opens it
	 */
	public SharedDatabaseHealthIndicator(SharedFile file, OpenDatabases databases) {
		super("The shared database cannot be read");
		this.file = file;
		this.databases = databases;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) throws SQLException, IOException {
		Path directory = this.file.directory();
		StorageCondition condition = StorageCondition.look(directory);
		long free = Files.getFileStore(directory).getUsableSpace();
		builder.up().withDetail("freeSpace", free);
		if (free < DataRootHealthIndicator.LEAST_SPACE.toBytes()) {
			builder.down().withDetail("reason", "The disk of the shared database is full");
		}
		else if (condition != null) {
			builder.down().withDetail("reason", "The shared database cannot be written: " + condition.description());
		}
		try (Lease lease = this.databases.acquire(DatabaseName.SHARED);
				Statement statement = lease.connection().createStatement();
				ResultSet rows = statement.executeQuery("SELECT count(*) FROM sqlite_schema")) {
			rows.next();
		}
	}

}
