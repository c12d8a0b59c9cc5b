package tech.circuitforge.db.migration;

import java.math.BigInteger;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

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

	private final ScriptFiles files;

	/**
	 * Creates a loader.
	 * @param resources resolves {@code classpath:} and {@code file:} locations
	 */
	public MigrationLoader(ResourcePatternResolver resources) {
		this.files = new ScriptFiles(resources);
	}

	/**
	 * Loads every {@code *.sql} file of the given locations.
	 * @param locations directories, as {@code classpath:} or {@code file:} URLs
	 * @return the migrations in the order of their file names
	 * @throws MigrationException if scripts are not acceptable, or two have the same
	 * name; it tells everything that is wrong with any of them
	 * @throws MigrationsNotFoundException if a location has no scripts
	 */
	public List<Migration> load(List<String> locations) {
		ScriptProblems problems = new ScriptProblems();
		Map<String, Migration> migrations = new TreeMap<>(BY_CODE_POINT);
		for (String location : locations) {
			List<ScriptFile> scripts = this.files.in(location);
			if (scripts.isEmpty()) {
				throw new MigrationsNotFoundException(location);
			}
			for (ScriptFile script : scripts) {
				String text = script.read(problems);
				Migration migration = new MigrationParser(problems).read(script.name(), script.source(), text);
				Migration other = migrations.putIfAbsent(migration.name(), migration);
				if (other != null && !other.source().equals(migration.source())) {
					problems
						.add("Two migrations are called %s: %s and %s. The name is a migration's identity: rename one."
							.formatted(migration.name(), other.source(), migration.source()));
				}
			}
		}
		problems.throwIfAny();
		warnAboutNames(migrations.keySet());
		return List.copyOf(migrations.values());
	}

	/**
	 * A name as file systems that know no case, or compose accents, take it.
	 */
	static String folded(String name) {
		return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
	}

	/** Names decide about the order; say so where they might mislead. */
	private static void warnAboutNames(Collection<String> names) {
		warnAboutAlike(names);
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

	/** On another machine they would be one file. */
	private static void warnAboutAlike(Collection<String> names) {
		Map<String, String> known = new HashMap<>();
		for (String name : names) {
			String other = known.putIfAbsent(folded(name), name);
			if (other != null) {
				logger
					.warn("Migrations %s and %s have names that differ only in case or Unicode form. Both are applied."
						.formatted(other, name));
			}
		}
	}

}
