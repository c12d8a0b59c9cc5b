package tech.circuitforge.db.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.util.unit.DataSize;

import tech.circuitforge.db.MigrationReport;
import tech.circuitforge.db.lifecycle.Backups;
import tech.circuitforge.db.lifecycle.FleetMigration;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.pool.DescriptorBudget;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.Quarantine;
import tech.circuitforge.db.sqlite.FileDescriptors;
import tech.circuitforge.db.sqlite.StorageCondition;

/**
 * Health in cloud mode, told without a user: whether databases can be opened and written
 * at all. A user in quarantine is shown but does not make the application unhealthy,
 * which serves everybody else.
 */
public final class DataRootHealthIndicator extends AbstractHealthIndicator {

	/** As Spring Boot's own disk space indicator. */
	static final DataSize LEAST_SPACE = DataSize.ofMegabytes(10);

	private final DataRoot root;

	private final OpenDatabases databases;

	private final Quarantine quarantine;

	private final FleetMigration fleet;

	private final @Nullable Backups backups;

	/**
	 * Creates an indicator.
	 * @param root where the databases are
	 * @param databases those that are open
	 * @param quarantine those out of service
	 * @param fleet the migration of all
	 * @param backups backups, if there are any
	 */
	public DataRootHealthIndicator(DataRoot root, OpenDatabases databases, Quarantine quarantine, FleetMigration fleet,
			@Nullable Backups backups) {
		super("The databases cannot be reached");
		this.root = root;
		this.databases = databases;
		this.quarantine = quarantine;
		this.fleet = fleet;
		this.backups = backups;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) throws IOException {
		builder.up().withDetail("mode", "cloud");
		checkRoot(builder);
		checkDescriptors(builder);
		builder.withDetail("openDatabases", this.databases.statistics().open())
			.withDetail("quarantined", this.quarantine.size())
			.withDetail("migration", migration());
		if (this.backups != null) {
			builder.withDetail("backup", this.backups.describe());
		}
	}

	private void checkRoot(Health.Builder builder) throws IOException {
		Path path = this.root.path();
		StorageCondition condition = StorageCondition.look(path);
		boolean writable = Files.isDirectory(path) && Files.isWritable(path);
		builder.withDetail("rootWritable", writable);
		if (!writable) {
			down(builder, "The data root cannot be written: "
					+ ((condition != null) ? condition.description() : "it is gone"));
			return;
		}
		long free = Files.getFileStore(path).getUsableSpace();
		builder.withDetail("freeSpace", free);
		if (free < LEAST_SPACE.toBytes()) {
			down(builder, "The disk of the data root is full");
		}
		else if (condition != null) {
			down(builder, "Databases cannot be opened: " + condition.description());
		}
	}

	private void checkDescriptors(Health.Builder builder) {
		long free = FileDescriptors.now().free();
		if (free > Integer.MAX_VALUE) {
			return;
		}
		builder.withDetail("freeDescriptors", free);
		if (free < DescriptorBudget.each(this.databases.settings())) {
			down(builder, "The process may open no more files");
		}
	}

	private static void down(Health.Builder builder, String reason) {
		builder.down().withDetail("reason", reason);
	}

	private String migration() {
		if (this.fleet.isRunning()) {
			return "running";
		}
		MigrationReport report = this.fleet.lastReport();
		return (report == null) ? "not run" : "%d up to date, %d migrated, %d failed".formatted(report.upToDate(),
				report.migrated(), report.failed());
	}

}
