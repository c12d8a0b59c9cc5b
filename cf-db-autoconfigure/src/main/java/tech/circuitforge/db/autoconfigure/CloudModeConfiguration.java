package tech.circuitforge.db.autoconfigure;

import java.nio.file.Path;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.autoconfigure.CfDbProperties.Anonymous;
import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;
import tech.circuitforge.db.lifecycle.FleetMigration;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseLocationException;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.location.NetworkFileSystems;
import tech.circuitforge.db.logging.CurrentUserMdc;
import tech.circuitforge.db.pool.CurrentDatabase;
import tech.circuitforge.db.pool.CurrentUserDatabase;
import tech.circuitforge.db.pool.TransactionOwner;
import tech.circuitforge.db.pool.WorkOwner;
import tech.circuitforge.db.user.CurrentUserTaskDecorator;
import tech.circuitforge.db.user.ScopedCurrentUser;

/**
 * Cloud mode: every user works on their own file below the data root.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMode(Mode.CLOUD)
@Import(PersistenceConfiguration.class)
class CloudModeConfiguration {

	@Bean
	DataRoot cfDbDataRoot(CfDbProperties properties, Environment environment) {
		Path root = properties.cloud().dataRoot();
		if (root == null || root.toString().isEmpty()) {
			// As an object: a test may register a Path.
			root = Path.of(String.valueOf(environment.getProperty("CLOUD_DATA_ROOT", Object.class, "")).strip());
		}
		if (root.toString().isEmpty()) {
			throw new DatabaseLocationException(
					"cf-db works in cloud mode, but the directory for users' databases is " + "not configured.",
					"Set cf.db.cloud.data-root, or CLOUD_DATA_ROOT in the environment, to an absolute path; or leave "
							+ "cloud mode (cf.db.mode=local).");
		}
		DataRoot dataRoot = new DataRoot(root,
				new Layout(properties.cloud().layout(), PropertyMapping.applicationName(environment)));
		if (!properties.allowNetworkFileSystem()) {
			NetworkFileSystems.refuse("cf.db.cloud.data-root", dataRoot.path());
		}
		return dataRoot;
	}

	@Bean
	ScopedCurrentUser currentUser(ObjectProvider<CurrentUserResolver> resolver, ObjectProvider<DataSource> dataSource,
			ObjectProvider<WorkOwner> sessions, CfDbProperties properties) {
		CurrentUserResolver resolved = resolver.getIfAvailable();
		if (resolved == null) {
			throw new MissingCurrentUserResolverException();
		}
		// A provider: the DataSource depends on the current user in turn.
		WorkOwner underWay = new TransactionOwner(dataSource::getIfUnique).or(sessions.getIfUnique(() -> () -> null));
		return new ScopedCurrentUser(resolved, underWay,
				(properties.cloud().mdcKey() != null) ? new CurrentUserMdc(properties.cloud().mdcKey())::set : null);
	}

	@Bean
	TaskDecorator cfDbUserTaskDecorator(ScopedCurrentUser currentUser) {
		return new CurrentUserTaskDecorator(currentUser);
	}

	@Bean
	CurrentDatabase cfDbCurrentDatabase(CurrentUser currentUser, CfDbProperties properties) {
		@Nullable DatabaseName withoutUser = (properties.cloud().anonymous() == Anonymous.SHARED) ? DatabaseName.ANONYMOUS : null;
		return new CurrentUserDatabase(currentUser, withoutUser);
	}

	/** After all beans are made and before the web server accepts requests. */
	@Bean
	@Lazy(false)
	@ConditionalOnProperty(name = "cf.db.migrations.on-startup", havingValue = "eager", matchIfMissing = true)
	SmartInitializingSingleton cfDbStartupMigration(FleetMigration fleet, Migrator migrator) {
		return () -> StartupMigration.run(() -> run(fleet), () -> {
			fleet.close();
			migrator.close();
		});
	}

	@Bean
	@ConditionalOnProperty(name = "cf.db.migrations.on-startup", havingValue = "background")
	ApplicationListener<ApplicationReadyEvent> cfDbBackgroundMigration(FleetMigration fleet) {
		return (event) -> {
			Thread thread = new Thread(() -> run(fleet), "cf-db-fleet");
			thread.setDaemon(true);
			thread.start();
		};
	}

	private static void run(FleetMigration fleet) {
		// Whoever wants to know takes the application events.
		fleet.run((event) -> {
		});
	}

}
