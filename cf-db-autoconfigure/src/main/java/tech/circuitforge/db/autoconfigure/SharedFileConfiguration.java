package tech.circuitforge.db.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.db.lifecycle.BackupDirectory;
import tech.circuitforge.db.lifecycle.Backups;
import tech.circuitforge.db.lifecycle.FileUserDatabases;
import tech.circuitforge.db.lifecycle.FleetMigration;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.NetworkFileSystems;
import tech.circuitforge.db.location.SharedFile;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.migration.OtherTables;
import tech.circuitforge.db.pool.CurrentDatabase;
import tech.circuitforge.db.pool.DatabaseCreator;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.pool.DatabaseMigrator;
import tech.circuitforge.db.pool.DatabaseObserver;
import tech.circuitforge.db.pool.DatabaseOpener;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.RoutingDataSource;
import tech.circuitforge.db.pool.Snapshots;
import tech.circuitforge.db.pool.TransactionOwner;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * The shared database as a SQLite file with migrations of its own, unless the application
 * has another one.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(OnMissingSharedDataSourceCondition.class)
@Import({ SharedFlywayConfiguration.class, SharedHealthConfiguration.class })
class SharedFileConfiguration {

	private static final Log logger = LogFactory.getLog(SharedDatabaseAutoConfiguration.class);

	@Bean(defaultCandidate = false)
	@SharedDatabase
	SharedFile sharedFile(CfDbProperties properties, DatabaseFiles users) {
		Path configured = properties.shared().path();
		SharedFile file = (configured != null) ? new SharedFile(configured) : SharedFile.beside(users);
		Path path = file.locate(DatabaseName.SHARED);
		if (!(users instanceof DataRoot) && users.contains(path)) {
			throw new InvalidConfigurationException(
					"The shared database (cf.db.shared) would be local mode's own file %s (cf.db.path)."
						.formatted(path),
					"Set cf.db.shared.path to another file.");
		}
		if (!properties.allowNetworkFileSystem()) {
			NetworkFileSystems.refuse("cf.db.shared.path", file.directory());
		}
		return file;
	}

	@Bean(defaultCandidate = false)
	@SharedDatabase
	Migrator sharedMigrator(CfDbProperties properties, ResourceLoader resourceLoader, Environment environment) {
		// Without any, others may make its tables.
		List<Migration> migrations = MigrationScripts.load(MigrationScripts.SHARED,
				properties.shared().migrations().locations(), resourceLoader, environment,
				(location) -> logger.info("No migrations of the shared database: there is no *.sql file in " + location
						+ ". A new one is empty."));
		return PropertyMapping.migrator(migrations, properties.migrations(), OtherTables.ACCEPT);
	}

	@Bean(defaultCandidate = false)
	@SharedDatabase
	DatabaseMigrator sharedDatabaseMigrator(@SharedDatabase Migrator migrator, DatabaseFailures failures,
			ObjectProvider<DatabaseObserver> observer, ObjectProvider<Snapshots> snapshots) {
		return new DatabaseMigrator(migrator, failures, observer.getIfUnique(() -> DatabaseObserver.NONE),
				snapshots.getIfUnique(() -> Snapshots.NONE));
	}

	/** Tries all scripts, before the file is touched. */
	@Bean(defaultCandidate = false)
	@SharedDatabase
	DatabaseCreator sharedCreator(@SharedDatabase SharedFile file, SqliteConnections connections,
			@SharedDatabase Migrator migrator, @SharedDatabase DatabaseMigrator databaseMigrator) {
		return new DatabaseCreator(file, connections, databaseMigrator, migrator.rehearse(connections));
	}

	@Bean(defaultCandidate = false)
	@SharedDatabase
	DatabaseOpener sharedOpener(@SharedDatabase SharedFile file, SqliteConnections connections,
			@SharedDatabase DatabaseMigrator migrator, @SharedDatabase DatabaseCreator creator) {
		return new DatabaseOpener(file, connections, migrator, creator);
	}

	@Bean(defaultCandidate = false)
	@SharedDatabase
	OpenDatabases sharedOpenDatabases(@SharedDatabase DatabaseOpener opener, CfDbProperties properties,
			Environment environment) {
		return new OpenDatabases(opener, PropertyMapping.poolSettings(properties.pool(), environment));
	}

	@Bean(defaultCandidate = false)
	@SharedDatabase
	DataSource sharedDataSource(@SharedDatabase OpenDatabases databases) {
		return new RoutingDataSource(CurrentDatabase.always(DatabaseName.SHARED), databases);
	}

	/** The same operations as on users' databases, on the one file. */
	@Bean(defaultCandidate = false)
	@SharedDatabase
	FileUserDatabases sharedDatabases(@SharedDatabase SharedFile file, SqliteConnections connections,
			@SharedDatabase Migrator migrator, @SharedDatabase OpenDatabases databases,
			@SharedDatabase DatabaseOpener opener, @SharedDatabase DatabaseCreator creator, DatabaseFailures failures,
			CfDbProperties properties, ObjectProvider<BackupDirectory> directory,
			@SharedDatabase ObjectProvider<DataSource> dataSource) {
		FleetMigration fleet = new FleetMigration(file, opener, 1, Duration.ofSeconds(5), (event) -> {
		});
		BackupDirectory backups = directory.getIfUnique();
		return new FileUserDatabases(file, connections, migrator, databases, opener, creator, failures, fleet,
				PropertyMapping.restoreSettings(properties.restore()),
				(backups != null) ? new Backups(file, backups, failures, InstantSource.system()) : null,
				new TransactionOwner(dataSource::getIfAvailable));
	}

	/** Migrates the file when the application starts. */
	@Bean
	@Lazy(false)
	SmartInitializingSingleton cfDbSharedStartupMigration(@SharedDatabase OpenDatabases databases,
			@SharedDatabase Migrator migrator) {
		return () -> StartupMigration.run(() -> databases.acquire(DatabaseName.SHARED).close(), migrator::close);
	}

}
