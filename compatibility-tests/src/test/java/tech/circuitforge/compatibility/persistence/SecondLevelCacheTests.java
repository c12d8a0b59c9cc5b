package tech.circuitforge.compatibility.persistence;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.cache.cfg.spi.DomainDataRegionBuildingContext;
import org.hibernate.cache.cfg.spi.DomainDataRegionConfig;
import org.hibernate.cache.spi.support.DomainDataStorageAccess;
import org.hibernate.cache.spi.support.RegionFactoryTemplate;
import org.hibernate.cache.spi.support.StorageAccess;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.SharedEntityManagerCreator;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.UserId;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.circuitforge.compatibility.persistence.JpaProduct.ALICE;
import static tech.circuitforge.compatibility.persistence.JpaProduct.BOB;

/**
 * Hibernate's second-level and query caches are all users' at once.
 */
class SecondLevelCacheTests {

	@TempDir
	Path root;

	private final JpaProduct product = new JpaProduct();

	@Test
	void aProviderOnTheClassPathSharesNothing() {
		provided().run((context) -> {
			assertThat(context).hasNotFailed();
			EntityManager entities = SharedEntityManagerCreator
				.createSharedEntityManager(context.getBean(EntityManagerFactory.class));
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			for (UserId user : List.of(ALICE, BOB)) {
				context.getBean(CurrentUser.class).runAs(user, () -> {
					jdbc.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)");
					jdbc.update("INSERT INTO note (id, text) VALUES (1, ?)", user + "'s");
					assertThat(entities.find(Note.class, 1L).text).isEqualTo(user + "'s");
				});
			}
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "hibernate.cache.use_second_level_cache", "hibernate.cache.use_query_cache" })
	void switchingItOnIsRefused(String property) {
		provided().withPropertyValues("spring.jpa.properties." + property + "=true")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining(property));
	}

	private ApplicationContextRunner provided() {
		return this.product.cloud(this.root, Note.class)
			.withPropertyValues(
					"spring.jpa.properties.hibernate.cache.region.factory_class=" + MapRegionFactory.class.getName());
	}

	@Entity(name = "note")
	@Cacheable
	static class Note {

		@Id
		Long id;

		String text;

	}

	/** As a provider of caches has one. */
	public static class MapRegionFactory extends RegionFactoryTemplate {

		private static final long serialVersionUID = 1L;

		@Override
		protected DomainDataStorageAccess createDomainDataStorageAccess(DomainDataRegionConfig config,
				DomainDataRegionBuildingContext context) {
			return new MapStorage();
		}

		@Override
		protected StorageAccess createQueryResultsRegionStorageAccess(String name, SessionFactoryImplementor factory) {
			return new MapStorage();
		}

		@Override
		protected StorageAccess createTimestampsRegionStorageAccess(String name, SessionFactoryImplementor factory) {
			return new MapStorage();
		}

		@Override
		protected void prepareForUse(SessionFactoryOptions options, Map<String, Object> settings) {
		}

		@Override
		protected void releaseFromUse() {
		}

	}

	private static final class MapStorage implements DomainDataStorageAccess {

		private final Map<Object, Object> entries = new ConcurrentHashMap<>();

		@Override
		public Object getFromCache(Object key, SharedSessionContractImplementor session) {
			return this.entries.get(key);
		}

		@Override
		public void putIntoCache(Object key, Object value, SharedSessionContractImplementor session) {
			this.entries.put(key, value);
		}

		@Override
		public boolean contains(Object key) {
			return this.entries.containsKey(key);
		}

		@Override
		public void evictData() {
			this.entries.clear();
		}

		@Override
		public void evictData(Object key) {
			this.entries.remove(key);
		}

		@Override
		public void release() {
		}

	}

}
