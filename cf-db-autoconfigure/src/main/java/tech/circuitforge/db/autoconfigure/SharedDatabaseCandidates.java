package tech.circuitforge.db.autoconfigure;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.core.type.AnnotationMetadata;

import tech.circuitforge.db.SharedDatabase;

/**
 * Keeps the application's beans that are marked {@link SharedDatabase} out of injection
 * points that do not ask for it, as {@code @Bean(defaultCandidate = false)} does. Without
 * it such a {@code DataSource} would be taken for everything.
 */
class SharedDatabaseCandidates implements ImportBeanDefinitionRegistrar {

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
		for (String name : registry.getBeanDefinitionNames()) {
			BeanDefinition definition = registry.getBeanDefinition(name);
			if (definition instanceof AbstractBeanDefinition candidate
					&& definition instanceof AnnotatedBeanDefinition annotated && isMarked(annotated)) {
				candidate.setDefaultCandidate(false);
			}
		}
	}

	private static boolean isMarked(AnnotatedBeanDefinition definition) {
		AnnotatedTypeMetadata method = definition.getFactoryMethodMetadata();
		return ((method != null) ? method : definition.getMetadata()).isAnnotated(SharedDatabase.class.getName());
	}

}
