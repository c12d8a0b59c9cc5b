package tech.circuitforge.compatibility.persistence;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import jakarta.persistence.EntityManagerFactory;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.orm.jpa.EntityManagerFactoryUtils;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.autoconfigure.CfDbAutoConfiguration;
import tech.circuitforge.db.autoconfigure.SharedDatabaseAutoConfiguration;

/**
 * A product with JPA; who is signed in can be set, and a session bound as open-in-view
 * binds one.
 */
final class JpaProduct {

	static final UserId ALICE = new UserId("alice");

	static final UserId BOB = new UserId("bob");

	static final String[] PROPERTIES = { "spring.jpa.database-platform=org.hibernate.community.dialect.SQLiteDialect",
			"spring.jpa.hibernate.ddl-auto=none",
			"spring.jpa.properties.hibernate.boot.allow_jdbc_metadata_access=false" };

	final AtomicReference<UserId> signedIn = new AtomicReference<>();

	/** Why the resolver cannot answer, if it cannot. */
	final AtomicReference<RuntimeException> away = new AtomicReference<>();

	ApplicationContextRunner cloud(Path root, Class<?>... entities) {
		return runner(entities).withPropertyValues("cf.db.mode=cloud", "cf.db.cloud.data-root=" + root);
	}

	ApplicationContextRunner local(Path file, Class<?>... entities) {
		return runner(entities).withPropertyValues("cf.db.mode=local", "cf.db.path=" + file);
	}

	private ApplicationContextRunner runner(Class<?>... entities) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CfDbAutoConfiguration.class, SharedDatabaseAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
					TransactionManagerCustomizationAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
					HibernateJpaAutoConfiguration.class))
			.withBean(CurrentUserResolver.class, () -> this::resolve)
			.withBean(PersistenceManagedTypes.class,
					() -> PersistenceManagedTypes
						.of(Arrays.stream(entities).map(Class::getName).toArray(String[]::new)))
			.withPropertyValues(PROPERTIES)
			.withPropertyValues("spring.application.name=kiwi", "cf.db.pool.acquire-timeout=2s");
	}

	UserId resolve() {
		if (this.away.get() != null) {
			throw this.away.get();
		}
		return this.signedIn.get();
	}

	/** With a session bound to this thread, as for the whole of a request. */
	static <T> T inView(EntityManagerFactory factory, Supplier<T> request) {
		EntityManagerHolder holder = new EntityManagerHolder(factory.createEntityManager());
		TransactionSynchronizationManager.bindResource(factory, holder);
		try {
			return request.get();
		}
		finally {
			TransactionSynchronizationManager.unbindResource(factory);
			EntityManagerFactoryUtils.closeEntityManager(holder.getEntityManager());
		}
	}

	static void inView(EntityManagerFactory factory, Runnable request) {
		inView(factory, () -> {
			request.run();
			return null;
		});
	}

}
