package tech.circuitforge.db.migration;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

import tech.circuitforge.db.MigrationException;

/**
 * Finds the migration scripts and puts them in order.
 */
public final class MigrationLoader {

	private static final Log logger = LogFactory.getLog(MigrationLoader.class);

	/** By code point, as Python sorts names; String.compareTo orders UTF-16 units. */
	static final Comparator<String> BY_CODE_POINT = (left, right) -> Arrays.compare(left.codePoints().toArray(),
			right.codePoints().toArray());

	/** A number with zeros in front, so that the order of names is that of numbers. */
	private static final Pattern NUMBERED = Pattern.compile("(\\d{3,}).*");

	private final ResourcePatternResolver resources;

	/**
	 * Creates a loader.
	 * @param resources resolves {@code classpath:} and {@code file:} locations
	 */
	public MigrationLoader(ResourcePatternResolver resources) {
		this.resources = resources;
	}

	/**
	 * Loads every {@code *.sql} file of the given locations.
	 * @param locations directories, as {@code classpath:} or {@code file:} URLs
	 * @return the migrations in the order of their file names
	 * @throws MigrationException if a script is not acceptable, or two have the same name
	 * @throws MigrationsNotFoundException if a location has no scripts
	 */
	public List<Migration> load(List<String> locations) {
		Map<String, Migration> migrations = new TreeMap<>(BY_CODE_POINT);
		for (String location : locations) {
			List<Resource> scripts = scriptsIn(location);
			if (scripts.isEmpty()) {
				throw new MigrationsNotFoundException(location);
			}
			for (Resource script : scripts) {
				Migration migration = read(script);
				Migration other = migrations.putIfAbsent(migration.name(), migration);
				if (other != null && !other.source().equals(migration.source())) {
					throw new MigrationException(
							"Two migrations are called %s: %s and %s. The name is a migration's identity: rename one."
								.formatted(migration.name(), other.source(), migration.source()),
							null);
				}
			}
		}
		warnAboutNames(migrations.keySet());
		return List.copyOf(migrations.values());
	}

	private List<Resource> scriptsIn(String location) {
		// Every directory of that name, in whatever jar, not only the first on the class
		// path.
		String directory = location.replaceFirst("^classpath:/*", "classpath*:");
		try {
			return List.of(this.resources.getResources(directory + (directory.endsWith("/") ? "*.sql" : "/*.sql")));
		}
		catch (IOException ex) {
			throw new MigrationsNotFoundException(location);
		}
	}

	private static Migration read(Resource script) {
		try {
			return MigrationParser.parse(String.valueOf(script.getFilename()), script.getDescription(),
					script.getContentAsString(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new MigrationException("Migration %s cannot be read: %s".formatted(script.getDescription(), ex), ex);
		}
	}

	/** Names decide about the order; say so where they might mislead. */
	private static void warnAboutNames(Collection<String> names) {
		String previous = null;
		BigInteger previousNumber = null;
		for (String name : names) {
			Matcher matcher = NUMBERED.matcher(name);
			BigInteger number = matcher.matches() ? new BigInteger(matcher.group(1)) : null;
			if (number == null) {
				logger.warn(("Migration %s does not start with a number of three or more digits, such as 001. "
						+ "Migrations are applied in the order of their names, character by character.")
					.formatted(name));
			}
			else if (previousNumber != null && number.equals(previousNumber)) {
				logger.warn("Migrations %s and %s have the same number. Both are applied, in this order."
					.formatted(previous, name));
			}
			else if (previousNumber != null && number.compareTo(previousNumber) < 0) {
				logger.warn("Migration %s is applied after %s, whose number is larger: names are compared, not numbers."
					.formatted(name, previous));
			}
			if (number != null && (previousNumber == null || number.compareTo(previousNumber) >= 0)) {
				previous = name;
				previousNumber = number;
			}
		}
	}

}
