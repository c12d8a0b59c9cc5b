package tech.circuitforge.db.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.scheduling.support.CronExpression;

import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.db.lifecycle.BackupDirectory;
import tech.circuitforge.db.lifecycle.BackupSchedule;
import tech.circuitforge.db.lifecycle.Backups;
import tech.circuitforge.db.lifecycle.CheckedCopy;
import tech.circuitforge.db.location.AllFiles;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.PrivateFiles;
import tech.circuitforge.db.location.SharedFile;
import tech.circuitforge.db.pool.DatabaseFailures;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * Backups, if there is a place for them.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("cf.db.backup.directory")
class BackupConfiguration {

	@Bean
	BackupDirectory cfDbBackupDirectory(DatabaseFiles users, @SharedDatabase ObjectProvider<SharedFile> shared,
			SqliteConnections connections, DatabaseFailures failures, CfDbProperties properties) {
		DatabaseFiles files = AllFiles.of(users, shared.getIfAvailable());
		CfDbProperties.Backup backup = properties.backup();
		Path directory = Objects.requireNonNull(backup.directory());
		if (files.contains(realPath(directory))) {
			throw new InvalidConfigurationException(
					"cf.db.backup.directory (%s) is inside of the data root: what destroys the one destroys the other."
						.formatted(directory),
					"Choose a directory elsewhere, best on another disk.");
		}
		return new BackupDirectory(files, directory, new CheckedCopy(files, connections, failures), backup.keep(),
				backup.beforeMigration(), InstantSource.system());
	}

	/** Links may lead into the data root. */
	private static Path realPath(Path directory) {
		try {
			return PrivateFiles.realPath(directory.toAbsolutePath());
		}
		catch (IOException ex) {
			// Whoever uses it says what is wrong with it.
			return directory.normalize();
		}
	}

	@Bean
	Backups cfDbBackups(DatabaseFiles users, @SharedDatabase ObjectProvider<SharedFile> shared,
			BackupDirectory directory, DatabaseFailures failures) {
		return new Backups(AllFiles.of(users, shared.getIfAvailable()), directory, failures, InstantSource.system());
	}

	@Bean
	@Lazy(false)
	BackupSchedule cfDbBackupSchedule(Backups backups, CfDbProperties properties) {
		String schedule = properties.backup().schedule();
		return new BackupSchedule(schedule.equals("-") ? null : CronExpression.parse(schedule), backups);
	}

}
