package tech.circuitforge.db.autoconfigure;

import java.nio.file.Path;
import java.time.InstantSource;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.ResourcePatternUtils;

import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.LocalFile;
import tech.circuitforge.db.migration.MigrationLoader;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.pool.CurrentDatabase;
import tech.circuitforge.db.pool.DatabaseCreator;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.pool.DatabaseMigrator;
import tech.circuitforge.db.pool.DatabaseObserver;
import tech.circuitforge.db.pool.DatabaseOpener;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.pool.Quarantine;
import tech.circuitforge.db.pool.RoutingDataSource;
import tech.circuitforge.db.pool.Snapshots;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * The shared database as a SQLite file with migrations of its own, unless the application
 * has another one.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(OnMissingSharedDataSourceCondition.class)
class SharedFileConfiguration {

	@Bean(defaultCandidate = false)
	@SharedDatabase
	Migrator sharedMigrator(CfDbProperties properties, ResourceLoader resourceLoader) {
		return PropertyMapping
			.migrator(new MigrationLoader(ResourcePatternUtils.getResourcePatternResolver(resourceLoader))
				.load(properties.shared().migrations().locations()), properties.migrations());
	}

	@Bean(defaultCandidate = false)
	@SharedDatabase
	OpenDatabases sharedOpenDatabases(@SharedDatabase Migrator migrator, SqliteConnections connections,
			DatabaseFiles files, CfDbProperties properties, Environment environment, ApplicationEventPublisher events,
			ObjectProvider<DatabaseObserver> observer) {
		LocalFile file = new LocalFile(path(properties, files));
		DatabaseFailures failures = new DatabaseFailures(new Quarantine(InstantSource.system()), events::publishEvent);
		DatabaseMigrator databaseMigrator = new DatabaseMigrator(migrator, failures,
				observer.getIfUnique(() -> DatabaseObserver.NONE), Snapshots.NONE);
		DatabaseCreator creator = new DatabaseCreator(file, connections, databaseMigrator,
				migrator.rehearse(connections));
		return new OpenDatabases(new DatabaseOpener(file, connections, databaseMigrator, creator),
				PropertyMapping.poolSettings(properties.pool(), environment));
	}

	/** Beside the users' directories, where no user's directory can be. */
	private static Path path(CfDbProperties properties, DatabaseFiles files) {
		Path configured = properties.shared().path();
		if (configured != null) {
			return configured;
		}
		return (files instanceof DataRoot root) ? root.path().resolve("shared").resolve("shared.db")
				: files.locate(DatabaseName.LOCAL).resolveSibling("shared.db");
	}

	@Bean(defaultCandidate = false)
	@SharedDatabase
	DataSource sharedDataSource(@SharedDatabase OpenDatabases databases) {
		return new RoutingDataSource(CurrentDatabase.always(DatabaseName.SHARED), databases);
	}

	/** Migrates the file when the application starts. */
	@Bean
	@Lazy(false)
	SmartInitializingSingleton cfDbSharedStartupMigration(@SharedDatabase OpenDatabases databases,
			@SharedDatabase Migrator migrator) {
		return () -> StartupMigration.run(() -> databases.acquire(DatabaseName.SHARED).close(), migrator::close);
	}

}
