package tech.circuitforge.db.metrics;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;

import tech.circuitforge.db.pool.OpenDatabases;

/**
 * All open databases together as one pool, for Spring Boot's {@code jdbc.connections.*}.
 */
public final class OpenDatabasesMetadata implements DataSourcePoolMetadata {

	private final OpenDatabases databases;

	/**
	 * Creates the metadata.
	 * @param databases the set of open databases
	 */
	public OpenDatabasesMetadata(OpenDatabases databases) {
		this.databases = databases;
	}

	@Override
	public Float getUsage() {
		return (float) getActive() / getMax();
	}

	@Override
	public Integer getActive() {
		return this.databases.statistics().activeConnections();
	}

	@Override
	public Integer getIdle() {
		return this.databases.statistics().idleConnections();
	}

	@Override
	public Integer getMax() {
		return this.databases.settings().maxOpenDatabases() * this.databases.settings().maxConnections();
	}

	@Override
	public Integer getMin() {
		return 0;
	}

	@Override
	public @Nullable String getValidationQuery() {
		return null;
	}

	@Override
	public @Nullable Boolean getDefaultAutoCommit() {
		return true;
	}

}
