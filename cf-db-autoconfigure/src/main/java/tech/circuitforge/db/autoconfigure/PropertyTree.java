package tech.circuitforge.db.autoconfigure;

import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

/**
 * All properties below {@code cf.db}, read from the records that they are bound to.
 */
final class PropertyTree {

	static final String PREFIX = "cf.db";

	private PropertyTree() {
	}

	/** The properties there are. */
	static List<Property> of(Class<? extends Record> type) {
		List<Property> properties = new ArrayList<>();
		collect(PREFIX, type, null, properties);
		return properties;
	}

	/** The properties there are, with their values. */
	static List<Property> of(Record bound) {
		List<Property> properties = new ArrayList<>();
		collect(PREFIX, bound.getClass(), bound, properties);
		return properties;
	}

	private static void collect(String prefix, Class<?> type, @Nullable Object bound, List<Property> properties) {
		// By its parameters, as Spring Boot binds it: these are what a native image
		// knows.
		Constructor<?> constructor = type.getDeclaredConstructors()[0];
		for (Parameter parameter : constructor.getParameters()) {
			String name = prefix + "." + DataObjectPropertyName.toDashedForm(parameter.getName());
			Object value = (bound != null) ? value(bound, parameter.getName()) : null;
			if (parameter.getType().isRecord()) {
				collect(name, parameter.getType(), value, properties);
			}
			else {
				properties.add(new Property(name, parameter.getType(), value));
			}
		}
	}

	private static @Nullable Object value(Object bound, String component) {
		var accessor = BeanUtils.findDeclaredMethod(bound.getClass(), component);
		Assert.state(accessor != null, () -> "%s has no %s".formatted(bound.getClass(), component));
		return ReflectionUtils.invokeMethod(accessor, bound);
	}

	/**
	 * One property.
	 *
	 * @param name its name with dashes
	 * @param type the type it is bound to
	 * @param value its value, if it has one and values were asked for
	 */
	record Property(String name, Class<?> type, @Nullable Object value) {

	}

}
