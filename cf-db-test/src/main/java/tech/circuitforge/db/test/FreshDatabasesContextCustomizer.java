package tech.circuitforge.db.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Gives a test class a directory of its own for its databases, which is deleted with the
 * context. Whatever the test or its properties configure themselves comes first. Being
 * equal only for the same test class, it also keeps contexts with other classes' data
 * from being used again.
 *
 * @param testClass the test class
 */
record FreshDatabasesContextCustomizer(Class<?> testClass) implements ContextCustomizer {

	private static final String NAME = "cf-db-test";

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
		Path directory;
		try {
			directory = Files.createTempDirectory("cf-db-test-").toRealPath();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot make a directory for the databases of " + this.testClass, ex);
		}
		Map<String, Object> properties = new HashMap<>(Map.of("cf.db.cloud.data-root", directory.toString(),
				"cf.db.path", directory.resolve("local.db").toString(), "cf.db.shared.path",
				directory.resolve("shared/shared.db").toString(), "spring.test.database.replace", "NONE"));
		ConfigurableEnvironment environment = context.getEnvironment();
		if (namesUsers() && !environment.containsProperty("cf.db.mode")
				&& !environment.containsProperty("CLOUD_MODE")) {
			properties.put("cf.db.mode", "cloud");
		}
		// Before the application's own configuration, which names the real directories,
		// and after what a test says itself.
		environment.getPropertySources()
			.addBefore(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
					new MapPropertySource(NAME, properties));
		if (context.getBeanFactory() instanceof DefaultSingletonBeanRegistry beans) {
			// The first to be registered is the last to be destroyed: after everything
			// that has a file open.
			beans.registerDisposableBean(NAME, () -> delete(directory));
		}
	}

	private boolean namesUsers() {
		for (Class<?> type = this.testClass; type != null; type = type.getEnclosingClass()) {
			if (TestContextAnnotationUtils.hasAnnotation(type, WithCurrentUser.class)
					|| Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(type))
						.anyMatch((method) -> AnnotatedElementUtils.hasAnnotation(method, WithCurrentUser.class))) {
				return true;
			}
		}
		return false;
	}

	private static void delete(Path directory) {
		try {
			FileSystemUtils.deleteRecursively(directory);
		}
		catch (IOException ex) {
			// In the temporary directory it is in nobody's way.
		}
	}

}
