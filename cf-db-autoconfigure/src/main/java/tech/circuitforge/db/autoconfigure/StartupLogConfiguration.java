package tech.circuitforge.db.autoconfigure;

import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.log.LogMessage;

import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.migration.Migrator;
import tech.circuitforge.db.sqlite.SqliteConnection;
import tech.circuitforge.db.sqlite.SqliteConnections;

/**
 * One line at start that says what cf-db works with.
 */
@Configuration(proxyBeanMethods = false)
class StartupLogConfiguration {

	private static final Log logger = LogFactory.getLog(CfDbAutoConfiguration.class);

	@Bean
	@Lazy(false)
	SmartInitializingSingleton cfDbStartupLog(DatabaseFiles files, Migrator migrator, SqliteConnections connections,
			CfDbProperties properties) {
		return () -> logger.info(LogMessage.of(() -> "cf-db works in %s, with %d migration scripts, SQLite %s, %s"
			.formatted(place(files, properties.cloud()), migrator.names().size(), version(connections),
					bounds(properties.pool()))));
	}

	private static String place(DatabaseFiles files, CfDbProperties.Cloud cloud) {
		return (files instanceof DataRoot root)
				? "cloud mode below %s (layout %s)".formatted(root.path(), cloud.layout())
				: "local mode on %s".formatted(files.locate(DatabaseName.LOCAL));
	}

	private static String version(SqliteConnections connections) {
		try (SqliteConnection connection = connections.openInMemory()) {
			return connection.getMetaData().getDatabaseProductVersion();
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The driver cannot open a database in memory", ex);
		}
	}

	private static String bounds(CfDbProperties.Pool pool) {
		return "at most %d databases open with %d connections each, closed after %s without use, %s to wait for a connection"
			.formatted(pool.maxOpenDatabases(), pool.maxConnectionsPerDatabase(), print(pool.idleTimeout()),
					print(pool.acquireTimeout()));
	}

	private static String print(Duration time) {
		if (time.toNanosPart() != 0) {
			return DurationStyle.SIMPLE.print(time);
		}
		boolean minutes = time.toSecondsPart() == 0 && !time.isZero();
		return DurationStyle.SIMPLE.print(time, minutes ? ChronoUnit.MINUTES : ChronoUnit.SECONDS);
	}

}
