package tech.circuitforge.db.autoconfigure;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.sqlite.SQLiteConnection;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizer;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.SQLExceptionTranslator;

import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.lifecycle.Backups;
import tech.circuitforge.db.lifecycle.FileUserDatabases;
import tech.circuitforge.db.lifecycle.FleetMigration;
import tech.circuitforge.db.lifecycle.Maintenance;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.migration.OtherTables;
import tech.circuitforge.db.pool.CurrentDatabase;
import tech.circuitforge.db.pool.DatabaseCreator;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.pool.DatabaseMigrator;
import tech.circuitforge.db.pool.DatabaseObserver;
import tech.circuitforge.db.pool.DatabaseOpener;
import tech.circuitforge.db.pool.DescriptorBudget;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.PoolSettings;
import tech.circuitforge.db.pool.Quarantine;
import tech.circuitforge.db.pool.RoutingDataSource;
import tech.circuitforge.db.pool.Snapshots;
import tech.circuitforge.db.pool.TransactionOwner;
import tech.circuitforge.db.sqlite.QueryTimer;
import tech.circuitforge.db.sqlite.SqliteConnections;
import tech.circuitforge.db.sqlite.SqliteExceptionTranslator;

/**
 * Auto-configuration of the DataSource, in front of Boot's own; {@code JdbcTemplate},
 * {@code JdbcClient} and the transaction manager are Boot's and come after it. In local
 * mode it backs off when the application has a DataSource; in cloud mode that is refused.
 */
@AutoConfiguration(before = DataSourceAutoConfiguration.class)
@ConditionalOnClass({ DataSource.class, JdbcTemplate.class, SQLiteConnection.class })
@ConditionalOnBooleanProperty(name = "cf.db.enabled", matchIfMissing = true)
@Conditional(OnMissingDataSourceCondition.class)
@EnableConfigurationProperties(CfDbProperties.class)
@Import({ CfDbConfigurationCheckAutoConfiguration.class, StartupLogConfiguration.class, LocalModeConfiguration.class,
		CloudModeConfiguration.class, BackupConfiguration.class })
public final class CfDbAutoConfiguration {

	private static final Log logger = LogFactory.getLog(CfDbAutoConfiguration.class);

	private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(5);

	CfDbAutoConfiguration(Environment environment) {
		if (environment.containsProperty("spring.datasource.url")) {
			logger.warn("spring.datasource.url is set but not used: cf-db provides the DataSource. Remove it, or set "
					+ "cf.db.enabled=false to use it.");
		}
	}

	@Bean
	static OneCurrentUser cfDbOneCurrentUser() {
		return new OneCurrentUser();
	}

	@Bean
	static BlockingTransactions cfDbBlockingTransactions(ConfigurableListableBeanFactory beanFactory) {
		return new BlockingTransactions(beanFactory);
	}

	@Bean
	QueryTimer cfDbQueryTimer() {
		return new QueryTimer();
	}

	@Bean
	SqliteConnections cfDbConnections(CfDbProperties properties, QueryTimer timer) throws SQLException {
		SqliteConnections connections = new SqliteConnections(PropertyMapping.sqliteSettings(properties), timer);
		if (properties.sqlite().heapLimit() != null) {
			connections.limitHeap(properties.sqlite().heapLimit());
		}
		return connections;
	}

	@Bean
	Migrator cfDbMigrator(CfDbProperties properties, ResourceLoader resourceLoader, Environment environment) {
		CfDbProperties.Migrations migrations = properties.migrations();
		return PropertyMapping.migrator(
				migrations.enabled() ? migrations(migrations.locations(), resourceLoader, environment) : List.of(),
				migrations, OtherTables.REFUSE);
	}

	private static List<Migration> migrations(List<String> locations, ResourceLoader resourceLoader,
			Environment environment) {
		// Without any, it is the first try of a new product.
		return MigrationScripts.load(MigrationScripts.USERS, locations, resourceLoader, environment,
				(location) -> logger.warn("No migrations: there is no *.sql file in " + location
						+ ". Put the first one there, for instance 001_initial.sql."));
	}

	@Bean
	OpenDatabases cfDbOpenDatabases(DatabaseOpener opener, CfDbProperties properties, Environment environment) {
		PoolSettings settings = PropertyMapping.poolSettings(properties.pool(), environment);
		String warning = DescriptorBudget.check(settings);
		if (warning != null) {
			logger.warn(warning);
		}
		return new OpenDatabases(opener, settings);
	}

	@Bean
	RoutingDataSource dataSource(CurrentDatabase currentDatabase, OpenDatabases databases) {
		return new RoutingDataSource(currentDatabase, databases);
	}

	/**
	 * Boot hands it to JdbcTemplate, and through that to NamedParameterJdbcTemplate,
	 * JdbcClient and Spring Data.
	 */
	@Bean
	@ConditionalOnMissingBean
	SQLExceptionTranslator cfDbExceptionTranslator() {
		return new SqliteExceptionTranslator();
	}

	@Bean
	TransactionManagerCustomizer<JdbcTransactionManager> cfDbTransactionManagerCustomizer(
			SQLExceptionTranslator translator) {
		return (transactionManager) -> transactionManager.setExceptionTranslator(translator);
	}

	@Bean
	Quarantine cfDbQuarantine() {
		return new Quarantine(InstantSource.system());
	}

	@Bean
	DatabaseFailures cfDbFailures(Quarantine quarantine, ApplicationEventPublisher events) {
		return new DatabaseFailures(quarantine, events::publishEvent);
	}

	@Bean
	DatabaseMigrator cfDbDatabaseMigrator(Migrator migrator, DatabaseFailures failures,
			ObjectProvider<DatabaseObserver> observer, ObjectProvider<Snapshots> snapshots) {
		return new DatabaseMigrator(migrator, failures, observer.getIfUnique(() -> DatabaseObserver.NONE),
				snapshots.getIfUnique(() -> Snapshots.NONE));
	}

	/** Tries all scripts, before any user's file is touched. */
	@Bean
	DatabaseCreator cfDbCreator(DatabaseFiles files, SqliteConnections connections, Migrator migrator,
			DatabaseMigrator databaseMigrator) {
		return new DatabaseCreator(files, connections, databaseMigrator, migrator.rehearse(connections));
	}

	@Bean
	DatabaseOpener cfDbOpener(DatabaseFiles files, SqliteConnections connections, DatabaseMigrator migrator,
			DatabaseCreator creator, CfDbProperties properties) {
		return new DatabaseOpener(files, connections, migrator,
				PropertyMapping.createsMissing(properties) ? creator : null);
	}

	@Bean
	FleetMigration cfDbFleetMigration(DatabaseFiles files, DatabaseOpener opener, CfDbProperties properties,
			ApplicationEventPublisher events) {
		return new FleetMigration(files, opener, properties.migrations().effectiveParallelism(), PROGRESS_INTERVAL,
				events::publishEvent);
	}

	@Bean
	@ConditionalOnMissingBean
	UserDatabases userDatabases(DatabaseFiles files, SqliteConnections connections, Migrator migrator,
			OpenDatabases databases, DatabaseOpener opener, DatabaseCreator creator, DatabaseFailures failures,
			FleetMigration fleet, CfDbProperties properties, ObjectProvider<Backups> backups,
			ObjectProvider<DataSource> dataSource, @SharedDatabase ObjectProvider<FileUserDatabases> shared) {
		return new FileUserDatabases(files, connections, migrator, databases, opener, creator, failures, fleet,
				PropertyMapping.restoreSettings(properties.restore()), backups.getIfUnique(),
				new TransactionOwner(dataSource::getIfUnique), shared.getIfAvailable());
	}

	@Bean
	@Lazy(false)
	Maintenance cfDbMaintenance(OpenDatabases databases, CfDbProperties properties) {
		return new Maintenance(databases, properties.maintenance().interval(), properties.maintenance().budget());
	}

}
