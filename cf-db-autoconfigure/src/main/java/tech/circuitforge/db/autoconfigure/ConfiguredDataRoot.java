package tech.circuitforge.db.autoconfigure;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Where the data root comes from. Whoever starts the application and names one expects
 * files of users below it; a file that is delivered with the application may name one for
 * those who want it.
 */
final class ConfiguredDataRoot {

	private static final String PROPERTY = "cf.db.cloud.data-root";

	private static final String VARIABLE = "CLOUD_DATA_ROOT";

	/** Spring Boot's variable SPRING_APPLICATION_JSON. */
	private static final Set<String> GIVEN_AT_START = Set.of(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
			"spring.application.json");

	private ConfiguredDataRoot() {
	}

	/**
	 * Tells whether whoever starts the application names a data root.
	 * @return words that say where, or {@code null}
	 */
	static @Nullable String setForThisStart(Environment environment) {
		ConfigurationProperty property = PropertyOrigins.find(environment, PROPERTY);
		if (property != null && isText(environment, property.getValue())) {
			if (property.getOrigin() instanceof PropertySourceOrigin origin
					&& isGivenAtStart(origin.getPropertySource())) {
				return "A data root is set (%s)".formatted(origin);
			}
			if (!isFromFile(property.getOrigin())) {
				// Put there by code, a test's for instance, in place of any other.
				return null;
			}
		}
		Origin variable = variable(environment);
		return (variable != null && !isFromFile(variable)) ? "A data root is set (%s)".formatted(variable) : null;
	}

	/**
	 * Tells whether a file of the configuration names a data root.
	 * @return where, or {@code null}
	 */
	static @Nullable Origin inFile(Environment environment) {
		ConfigurationProperty property = PropertyOrigins.find(environment, PROPERTY);
		Origin origin = (property != null && isText(environment, property.getValue())) ? property.getOrigin()
				: variable(environment);
		return isFromFile(origin) ? origin : null;
	}

	private static @Nullable Origin variable(Environment environment) {
		if (environment instanceof ConfigurableEnvironment configurable) {
			for (PropertySource<?> source : configurable.getPropertySources()) {
				// The one that Spring Boot attaches would show the others' properties as
				// its own.
				Object value = (source instanceof OriginLookup<?> && source.getName().equals("configurationProperties"))
						? null : source.getProperty(VARIABLE);
				if (value != null) {
					return isText(environment, value) ? PropertySourceOrigin.get(source, VARIABLE) : null;
				}
			}
		}
		return null;
	}

	private static boolean isGivenAtStart(PropertySource<?> source) {
		return source instanceof SystemEnvironmentPropertySource || source instanceof CommandLinePropertySource<?>
				|| GIVEN_AT_START.contains(source.getName());
	}

	private static boolean isFromFile(@Nullable Origin origin) {
		if (origin instanceof PropertySourceOrigin inSource) {
			return isFromFile(inSource.getOrigin());
		}
		return origin instanceof TextResourceOrigin;
	}

	private static boolean isText(Environment environment, Object value) {
		return !environment.resolvePlaceholders(value.toString()).isBlank();
	}

}
