package tech.circuitforge.db.autoconfigure;

import java.util.List;
import java.util.function.Consumer;

import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.ResourcePatternUtils;

import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.migration.MigrationLoader;
import tech.circuitforge.db.migration.MigrationsNotFoundException;

/**
 * The scripts at the locations of a property. One that is set must have some; the default
 * may have none yet.
 */
final class MigrationScripts {

	static final String USERS = "cf.db.migrations.locations";

	static final String SHARED = "cf.db.shared.migrations.locations";

	private MigrationScripts() {
	}

	static List<Migration> load(String property, List<String> locations, ResourceLoader resourceLoader,
			Environment environment, Consumer<String> noneAtDefault) {
		try {
			return new MigrationLoader(ResourcePatternUtils.getResourcePatternResolver(resourceLoader)).load(locations);
		}
		catch (MigrationsNotFoundException ex) {
			if (environment.containsProperty(property) || environment.containsProperty(property + "[0]")) {
				throw new MigrationsNotFoundException(property, ex.location());
			}
			noneAtDefault.accept(ex.location());
			return List.of();
		}
	}

}
