package tech.circuitforge.db.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import tech.circuitforge.db.autoconfigure.PropertyTree.Property;

/**
 * Refuses properties below {@code cf.db} that there are not. A word that is misspelled
 * would otherwise leave the default in place, without a sign.
 * <p>
 * Looks into every source that can name its properties, with Spring Boot's relaxed
 * spelling. A variable's name has no dashes: {@code CF_DB_CLOUD_DATAROOT} and
 * {@code CF_DB_CLOUD_DATA_ROOT} are both {@code cf.db.cloud.data-root}.
 */
final class UnknownProperties {

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of(PropertyTree.PREFIX);

	/**
	 * What Kubernetes puts into the environment of every container for a service called
	 * {@code cf-db}, {@code cf-db-api} or {@code cf-db-2}.
	 */
	private static final Pattern SERVICE_LINK = Pattern
		.compile("cf\\.db[.\\[](.*\\.)?(service\\.(host|port(\\..+)?)|port(\\[[0-9]+]\\.(tcp|udp|sctp)(\\..+)?)?)");

	private static final Pattern VARIABLE = Pattern.compile("(?i)cf_db_\\w+");

	private final List<String> names;

	private final Set<ConfigurationPropertyName> known = new HashSet<>();

	private final Set<ConfigurationPropertyName> groups = new HashSet<>();

	private final Set<ConfigurationPropertyName> variables = new HashSet<>();

	private final Set<ConfigurationPropertyName> containers = new HashSet<>();

	UnknownProperties(List<Property> properties) {
		this.names = properties.stream().map(Property::name).toList();
		for (Property property : properties) {
			ConfigurationPropertyName name = ConfigurationPropertyName.of(property.name());
			ConfigurationPropertyName variable = ConfigurationPropertyName.of(property.name().replace('-', '.'));
			this.known.add(name);
			addGroups(name);
			this.variables.add(variable);
			if (Collection.class.isAssignableFrom(property.type()) || Map.class.isAssignableFrom(property.type())
					|| property.type().isArray()) {
				this.containers.add(name);
				this.containers.add(variable);
			}
		}
	}

	private void addGroups(ConfigurationPropertyName name) {
		for (ConfigurationPropertyName each = name.getParent(); PREFIX.isAncestorOf(each); each = each.getParent()) {
			this.groups.add(each);
		}
	}

	/**
	 * Looks for unknown properties.
	 * @throws InvalidConfigurationException if there are any
	 */
	void refuse(Environment environment) {
		Map<String, String> found = new TreeMap<>();
		if (environment instanceof ConfigurableEnvironment) {
			for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
				if (source instanceof IterableConfigurationPropertySource named) {
					find(named, environment, found);
				}
				findVariables(source, found);
			}
		}
		if (!found.isEmpty()) {
			throw new InvalidConfigurationException(String.join("\n", found.values()),
					"Correct the spelling, or remove what is not meant for cf-db.");
		}
	}

	/**
	 * On the command line or in a file a name is not read as a variable's, and
	 * CF_DB_MODE=cloud in an imported .env file would do nothing.
	 */
	private void findVariables(ConfigurationPropertySource source, Map<String, String> found) {
		if (isEnvironment(source) || !(source.getUnderlyingSource() instanceof EnumerablePropertySource<?> named)) {
			return;
		}
		for (String name : named.getPropertyNames()) {
			if (VARIABLE.matcher(name).matches()) {
				found.putIfAbsent(name,
						"%s (%s) is written as in the environment, and does nothing here. The nearest property is %s."
							.formatted(name, PropertySourceOrigin.get(named, name),
									nearest(name.toLowerCase(Locale.ROOT).replace('_', '.'))));
			}
		}
	}

	private void find(IterableConfigurationPropertySource source, Environment environment, Map<String, String> found) {
		boolean variables = isEnvironment(source);
		for (ConfigurationPropertyName name : source) {
			if (!PREFIX.isAncestorOf(name) || isKnown(name, variables)) {
				continue;
			}
			ConfigurationProperty property = source.getConfigurationProperty(name);
			if (this.groups.contains(name) && isBlank(property, environment)) {
				continue;
			}
			found.putIfAbsent(name.toString(),
					"There is no property %s%s. The nearest is %s.".formatted(name,
							(property != null) ? " (%s)".formatted(PropertyOrigins.where(property)) : "",
							nearest(name.toString())));
		}
	}

	/** An empty group in a file is a property without a value. */
	private static boolean isBlank(@Nullable ConfigurationProperty property, Environment environment) {
		return property == null || environment.resolvePlaceholders(property.getValue().toString()).isBlank();
	}

	private boolean isKnown(ConfigurationPropertyName name, boolean environment) {
		return this.known.contains(name) || this.containers.stream().anyMatch((each) -> each.isAncestorOf(name))
				|| (environment && (this.variables.contains(name) || SERVICE_LINK.matcher(name.toString()).matches()));
	}

	private static boolean isEnvironment(ConfigurationPropertySource source) {
		return source.getUnderlyingSource() instanceof PropertySource<?> underlying
				&& underlying instanceof SystemEnvironmentPropertySource;
	}

	private String nearest(String unknown) {
		Comparator<String> byDistance = Comparator.comparingInt((name) -> distanceOfNames(unknown, name));
		return this.names.stream()
			.min(byDistance.thenComparingInt((name) -> distance(unknown, name))
				.thenComparing(Comparator.naturalOrder()))
			.orElseThrow();
	}

	/**
	 * A right word in the wrong group, or half of a name, is nearer than another word.
	 */
	private static int distanceOfNames(String unknown, String name) {
		if (name.startsWith(unknown)) {
			return 1;
		}
		int ofWords = distance(unknown.substring(unknown.lastIndexOf('.') + 1),
				name.substring(name.lastIndexOf('.') + 1));
		return Math.min(distance(unknown, name), 1 + 2 * ofWords);
	}

	/** Levenshtein's: how many letters to change, to add or to leave out. */
	private static int distance(String left, String right) {
		List<Integer> previous = new ArrayList<>();
		for (int j = 0; j <= right.length(); j++) {
			previous.add(j);
		}
		for (int i = 1; i <= left.length(); i++) {
			List<Integer> current = new ArrayList<>(List.of(i));
			for (int j = 1; j <= right.length(); j++) {
				int change = previous.get(j - 1) + ((left.charAt(i - 1) == right.charAt(j - 1)) ? 0 : 1);
				current.add(Math.min(change, 1 + Math.min(previous.get(j), current.get(j - 1))));
			}
			previous = current;
		}
		return previous.get(right.length());
	}

}
