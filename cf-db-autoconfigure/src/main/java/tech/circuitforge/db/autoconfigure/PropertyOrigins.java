package tech.circuitforge.db.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Finds what a property is set to, and where: the file and line, the variable or the
 * argument.
 */
final class PropertyOrigins {

	private PropertyOrigins() {
	}

	static @Nullable ConfigurationProperty find(Environment environment, String name) {
		if (environment instanceof ConfigurableEnvironment) {
			for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
				ConfigurationProperty property = source.getConfigurationProperty(ConfigurationPropertyName.of(name));
				if (property != null) {
					return property;
				}
			}
		}
		return null;
	}

	/** A sentence to put behind another one, or nothing. */
	static String describe(Environment environment, String name) {
		ConfigurationProperty property = find(environment, name);
		return (property != null) ? " It is \"%s\" (%s).".formatted(property.getValue(), where(property)) : "";
	}

	static String where(ConfigurationProperty property) {
		return (property.getOrigin() != null) ? property.getOrigin().toString() : "of unknown origin";
	}

}
