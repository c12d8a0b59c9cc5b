package tech.circuitforge.db.autoconfigure;

import java.nio.file.Path;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.LocalFile;
import tech.circuitforge.db.location.NetworkFileSystems;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.pool.CurrentDatabase;
import tech.circuitforge.db.pool.OpenDatabases;
import tech.circuitforge.db.user.ScopedCurrentUser;

/**
 * Local mode: everybody works on the one file.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMode(Mode.LOCAL)
class LocalModeConfiguration {

	@Bean
	DatabaseFiles cfDbFiles(CfDbProperties properties, Environment environment) {
		LocalFile file = new LocalFile(
				Path.of(properties.path().toString().replace("{app}", PropertyMapping.applicationName(environment))));
		if (!properties.allowNetworkFileSystem()) {
			NetworkFileSystems.refuse("cf.db.path", file.directory());
		}
		return file;
	}

	@Bean
	CurrentDatabase cfDbCurrentDatabase() {
		return CurrentDatabase.always(DatabaseName.LOCAL);
	}

	@Bean
	ScopedCurrentUser currentUser(ObjectProvider<CurrentUserResolver> resolver) {
		CurrentUserResolver resolved = resolver.getIfAvailable(() -> () -> LocalFile.LOCAL_USER);
		return new ScopedCurrentUser(() -> {
			UserId user = resolved.resolveCurrentUser();
			return (user != null) ? user : LocalFile.LOCAL_USER;
		}, () -> null);
	}

	/**
	 * Opens the file, and thereby migrates it, when the application starts and not with
	 * its first request.
	 */
	@Bean
	@Lazy(false)
	SmartInitializingSingleton cfDbStartupMigration(OpenDatabases databases, Migrator migrator) {
		return () -> StartupMigration.run(() -> databases.acquire(DatabaseName.LOCAL).close(), migrator::close);
	}

}
