package tech.circuitforge.db.hibernate;

import java.util.Set;
import java.util.TreeSet;

import jakarta.persistence.GenerationType;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.model.relational.SqlStringGenerationContext;
import org.hibernate.boot.spi.BootstrapContext;
import org.hibernate.engine.config.spi.ConfigurationService;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.generator.Generator;
import org.hibernate.id.IncrementGenerator;
import org.hibernate.id.NativeGenerator;
import org.hibernate.id.OptimizableGenerator;
import org.hibernate.integrator.spi.Integrator;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.GeneratorSettings;
import org.hibernate.mapping.IdentifierCollection;
import org.hibernate.mapping.KeyValue;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.RootClass;
import org.jspecify.annotations.Nullable;

/**
 * Refuses, in cloud mode, ids that Hibernate counts in memory: one session factory serves
 * all users' files, and hands one block of ids to several of them. The damage shows after
 * a restart only.
 */
public final class GeneratorIntegrator implements Integrator {

	@Override
	public void integrate(Metadata metadata, BootstrapContext context, SessionFactoryImplementor sessionFactory) {
		if (RoutedSettings
			.ofUsers(context.getServiceRegistry().requireService(ConfigurationService.class).getSettings()) == null) {
			return;
		}
		Generators generators = new Generators(sessionFactory);
		Set<String> counted = new TreeSet<>();
		for (PersistentClass entity : metadata.getEntityBindings()) {
			if (entity instanceof RootClass root) {
				Property property = root.getIdentifierProperty();
				String name = root.getClassName() + ((property != null) ? "." + property.getName() : "");
				collect(root.getIdentifier(), root, property, name, generators, counted);
			}
		}
		for (Collection collection : metadata.getCollectionBindings()) {
			if (collection instanceof IdentifierCollection withIds) {
				collect(withIds.getIdentifier(), collection.getOwner().getRootClass(), null, collection.getRole(),
						generators, counted);
			}
		}
		if (!counted.isEmpty()) {
			throw new UnsafePersistenceException(
					"Ids of these attributes are counted in the memory of this process, for the databases of all users "
							+ "at once: " + String.join(", ", counted)
							+ ". Users would get each other's ids, and after a restart ids that are taken.",
					"Write @GeneratedValue(strategy = GenerationType.IDENTITY) with an INTEGER PRIMARY KEY, or assign "
							+ "the ids (UUIDs, for instance).");
		}
	}

	private static void collect(KeyValue identifier, RootClass root, @Nullable Property property, String name,
			Generators generators, Set<String> counted) {
		if (identifier instanceof Component composite) {
			for (Property part : composite.getProperties()) {
				if (part.getValue() instanceof KeyValue value) {
					collect(value, root, part, name + "." + part.getName(), generators, counted);
				}
			}
		}
		else if (isCountedInMemory(generators.create(identifier, root, property))) {
			counted.add(name);
		}
	}

	private static boolean isCountedInMemory(@Nullable Generator generator) {
		if (generator instanceof NativeGenerator dependsOnDialect) {
			return dependsOnDialect.getGenerationType() != GenerationType.IDENTITY
					&& dependsOnDialect.getGenerationType() != GenerationType.UUID;
		}
		return generator instanceof OptimizableGenerator || generator instanceof IncrementGenerator;
	}

	/** Makes generators only to see of which kind they are. */
	private record Generators(SessionFactoryImplementor sessionFactory) implements GeneratorSettings {

		@SuppressWarnings("NullAway") // Hibernate allows no property, and no generator
		@Nullable Generator create(KeyValue identifier, RootClass root, @Nullable Property property) {
			return identifier.createGenerator(this.sessionFactory.getJdbcServices().getDialect(), root, property, this);
		}

		@Override
		public @Nullable String getDefaultCatalog() {
			return null;
		}

		@Override
		public @Nullable String getDefaultSchema() {
			return null;
		}

		@Override
		public SqlStringGenerationContext getSqlStringGenerationContext() {
			return this.sessionFactory.getSqlStringGenerationContext();
		}

	}

}
