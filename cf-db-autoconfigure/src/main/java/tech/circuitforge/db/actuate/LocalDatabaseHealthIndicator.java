package tech.circuitforge.db.actuate;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import tech.circuitforge.db.lifecycle.Backups;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.pool.Lease;
import tech.circuitforge.db.pool.OpenDatabases;

/**
 * Health in local mode: whether the one file can be read.
 */
public final class LocalDatabaseHealthIndicator extends AbstractHealthIndicator {

	private final OpenDatabases databases;

	private final @Nullable Backups backups;

	/**
	 * Creates an indicator.
	 * @param databases opens the file
	 * @param backups backups, if there are any
	 */
	public LocalDatabaseHealthIndicator(OpenDatabases databases, @Nullable Backups backups) {
		super("The database cannot be read");
		this.databases = databases;
		this.backups = backups;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) throws SQLException {
		builder.withDetail("mode", "local");
		if (this.backups != null) {
			builder.withDetail("backup", this.backups.describe());
		}
		try (Lease lease = this.databases.acquire(DatabaseName.LOCAL);
				Statement statement = lease.connection().createStatement();
				ResultSet rows = statement.executeQuery("SELECT count(*) FROM sqlite_schema")) {
			builder.status(rows.next() ? Status.UP : Status.DOWN);
		}
	}

}
