package tech.circuitforge.db.metrics;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.MigrationEvent;
import tech.circuitforge.db.lifecycle.Backups;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.PoolStatistics;
import tech.circuitforge.db.pool.Quarantine;
import tech.circuitforge.db.sqlite.SqliteStatistics;

/**
 * The {@code cf.db.*} meters. None has a user in its name or tags: there may be a
 * million.
 */
public final class DatabaseMeterBinder implements MeterBinder {

	private final OpenDatabases databases;

	private final Quarantine quarantine;

	private final SqliteStatistics sqlite;

	private final @Nullable Backups backups;

	private final LongAdder migrated = new LongAdder();

	private final LongAdder migrationsFailed = new LongAdder();

	/**
	 * Creates the meters.
	 * @param databases the set of open databases
	 * @param quarantine those out of service
	 * @param sqlite counts of all connections
	 * @param backups backups, if there are any
	 */
	public DatabaseMeterBinder(OpenDatabases databases, Quarantine quarantine, SqliteStatistics sqlite,
			@Nullable Backups backups) {
		this.databases = databases;
		this.quarantine = quarantine;
		this.sqlite = sqlite;
		this.backups = backups;
	}

	/**
	 * Counts what was migrated.
	 * @param event any event
	 */
	public void count(MigrationEvent event) {
		if (event instanceof MigrationEvent.Migrated) {
			this.migrated.increment();
		}
		else if (event instanceof MigrationEvent.Failed) {
			this.migrationsFailed.increment();
		}
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		gauge(registry, "cf.db.open", "Databases open now", (figures) -> figures.open());
		gauge(registry, "cf.db.leased", "Databases in use now", (figures) -> figures.leased());
		counter(registry, "cf.db.hits", "Databases that were open already when wanted", PoolStatistics::hits);
		counter(registry, "cf.db.open.failures", "Databases that could not be opened", PoolStatistics::failed);
		counter(registry, "cf.db.evictions", "Databases closed to make room", PoolStatistics::evicted);
		counter(registry, "cf.db.expirations", "Databases closed because nobody had used them for long",
				PoolStatistics::expired);
		counter(registry, "cf.db.acquire.waits", "Waits for room in the set of open databases", PoolStatistics::waits);
		FunctionTimer
			.builder("cf.db.opens", this.databases, (set) -> set.statistics().opened(),
					(set) -> set.statistics().opening().toNanos(), TimeUnit.NANOSECONDS)
			.description("Databases opened, migrations included")
			.register(registry);
		Gauge.builder("cf.db.quarantined", this.quarantine, Quarantine::size)
			.description("Databases out of service because they are damaged or a migration failed")
			.register(registry);
		FunctionCounter.builder("cf.db.busy", this.sqlite, SqliteStatistics::busy)
			.description("Statements that failed because another connection held a lock")
			.register(registry);
		statements(registry, "hit", SqliteStatistics::statementHits);
		statements(registry, "miss", SqliteStatistics::statementMisses);
		migrations(registry, "success", this.migrated);
		migrations(registry, "failure", this.migrationsFailed);
		if (this.backups != null) {
			bindBackups(registry, this.backups);
		}
	}

	private static void bindBackups(MeterRegistry registry, Backups backups) {
		FunctionCounter.builder("cf.db.backups", backups, Backups::made)
			.tag("outcome", "success")
			.description("Backups of databases made by runs over all")
			.register(registry);
		FunctionCounter.builder("cf.db.backups", backups, Backups::failed)
			.tag("outcome", "failure")
			.description("Backups of databases made by runs over all")
			.register(registry);
		TimeGauge.builder("cf.db.backup.age", backups, TimeUnit.SECONDS, Backups::secondsSinceLastEnd)
			.description("Time since the last run over all databases ended; not a number before the first")
			.register(registry);
	}

	private void gauge(MeterRegistry registry, String name, String description,
			ToDoubleFunction<PoolStatistics> figure) {
		Gauge.builder(name, this.databases, (set) -> figure.applyAsDouble(set.statistics()))
			.description(description)
			.register(registry);
	}

	private void counter(MeterRegistry registry, String name, String description,
			ToDoubleFunction<PoolStatistics> figure) {
		FunctionCounter.builder(name, this.databases, (set) -> figure.applyAsDouble(set.statistics()))
			.description(description)
			.register(registry);
	}

	private void statements(MeterRegistry registry, String result, ToDoubleFunction<SqliteStatistics> figure) {
		FunctionCounter.builder("cf.db.statement.cache", this.sqlite, figure)
			.tag("result", result)
			.description("Statements that were compiled already, and those that had to be")
			.register(registry);
	}

	private static void migrations(MeterRegistry registry, String outcome, LongAdder count) {
		FunctionCounter.builder("cf.db.migrations", count, LongAdder::doubleValue)
			.tag("outcome", outcome)
			.description("Existing databases that were brought up to date, and those that could not be")
			.register(registry);
	}

}
