package tech.circuitforge.compatibility.persistence;

import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.interceptor.CacheResolver;
import org.springframework.cache.interceptor.KeyGenerator;
import org.springframework.cache.interceptor.SimpleCacheResolver;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.autoconfigure.CfDbAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static tech.circuitforge.compatibility.persistence.JpaProduct.ALICE;
import static tech.circuitforge.compatibility.persistence.JpaProduct.BOB;

/**
 * Spring's cache keeps users apart, also where a method states its key.
 */
class UserCacheTests {

	@TempDir
	Path root;

	private final JpaProduct product = new JpaProduct();

	private CurrentUser currentUser;

	private Notes notes;

	@Test
	void defaultKeysAreTheUsersOwn() {
		run("cloud", (context) -> {
			assertThat(as(ALICE, () -> this.notes.byDefaultKey(1))).isEqualTo("alice's, call 1");
			assertThat(as(BOB, () -> this.notes.byDefaultKey(1))).isEqualTo("bob's, call 2");
			assertThat(as(ALICE, () -> this.notes.byDefaultKey(1))).isEqualTo("alice's, call 1");
			assertThat(as(BOB, () -> this.notes.byDefaultKey(1))).isEqualTo("bob's, call 2");
		});
	}

	@Test
	void statedKeysAreTheUsersOwn() {
		run("cloud", (context) -> {
			assertThat(as(ALICE, () -> this.notes.byStatedKey(1))).isEqualTo("alice's, call 1");
			assertThat(as(BOB, () -> this.notes.byStatedKey(1))).isEqualTo("bob's, call 2");
			assertThat(as(ALICE, () -> this.notes.byStatedKey(1))).isEqualTo("alice's, call 1");
			assertThat(as(ALICE, () -> this.notes.synchronizedByStatedKey(2))).isEqualTo("alice's, call 3");
			assertThat(as(BOB, () -> this.notes.synchronizedByStatedKey(2))).isEqualTo("bob's, call 4");
		});
	}

	@Test
	void keysOfTheProductsOwnGeneratorAreTheUsersOwn() {
		run("cloud", (context) -> {
			assertThat(as(ALICE, () -> this.notes.byOwnGenerator(1))).isEqualTo("alice's, call 1");
			assertThat(as(BOB, () -> this.notes.byOwnGenerator(2))).isEqualTo("bob's, call 2");
			assertThat(as(ALICE, () -> this.notes.byOwnGenerator(3))).isEqualTo("alice's, call 1");
		});
	}

	@Test
	void oneUserEvictsNothingOfAnothers() {
		run("cloud", (context) -> {
			as(ALICE, () -> this.notes.byStatedKey(1));
			as(BOB, () -> this.notes.byStatedKey(1));
			as(BOB, () -> this.notes.evict(1));
			assertThat(as(ALICE, () -> this.notes.byStatedKey(1))).isEqualTo("alice's, call 1");
			assertThat(as(BOB, () -> this.notes.byStatedKey(1))).isEqualTo("bob's, call 3");
			as(BOB, this.notes::evictAll);
			assertThat(as(ALICE, () -> this.notes.byStatedKey(1))).isEqualTo("alice's, call 4");
		});
	}

	@Test
	void nothingIsCachedForNobody() {
		run("cloud", (context) -> {
			assertThat(this.notes.byStatedKey(1)).isEqualTo("null's, call 1");
			assertThat(this.notes.byStatedKey(1)).isEqualTo("null's, call 2");
		});
	}

	@Test
	void whatAnotherUsersThreadCompletesIsWhoseItWasAskedFor() {
		run("cloud", (context) -> {
			CompletableFuture<String> result = new CompletableFuture<>();
			CompletableFuture<String> asked = as(ALICE, () -> this.notes.later(1, result));
			as(BOB, () -> result.complete("alice's"));
			assertThat(asked.join()).isEqualTo("alice's");
			CompletableFuture<String> bobs = CompletableFuture.completedFuture("bob's");
			assertThat(as(BOB, () -> this.notes.later(1, bobs)).join()).isEqualTo("bob's");
			assertThat(as(BOB, () -> this.notes.later(1, result)).join()).isEqualTo("bob's");
		});
	}

	@Test
	void aCacheThatAProductHoldsServesNobodyElse() {
		run("cloud", (context) -> {
			Cache held = as(ALICE, () -> context.getBean("cacheManager", CacheManager.class).getCache("notes"));
			as(ALICE, () -> {
				held.put(1, "alice's");
				return null;
			});
			assertThat(as(BOB, () -> held.get(1))).isNull();
			assertThat(as(ALICE, () -> held.get(1, String.class))).isEqualTo("alice's");
		});
	}

	@Test
	void whatIsEvictedOnAnotherUsersThreadIsGone() {
		run("cloud", (context) -> {
			CacheManager manager = context.getBean("cacheManager", CacheManager.class);
			Cache askedByAlice = as(ALICE, () -> manager.getCache("notes"));
			as(ALICE, () -> askedByAlice.putIfAbsent(1, "alice's"));
			as(BOB, () -> manager.getCache("notes").putIfAbsent(1, "bob's"));
			as(BOB, () -> askedByAlice.evictIfPresent(1));
			assertThat(as(ALICE, () -> askedByAlice.get(1))).isNull();
			assertThat(as(BOB, () -> manager.getCache("notes").get(1))).isNull();
		});
	}

	@Test
	void aManagerOfSharedDataIsLeftAlone() {
		run("cloud", (context) -> {
			assertThat(as(ALICE, () -> this.notes.shared(1))).isEqualTo("alice's, call 1");
			assertThat(as(BOB, () -> this.notes.shared(1))).isEqualTo("alice's, call 1");
		});
	}

	@Test
	void aManagerIsStillOfItsClass() {
		run("cloud",
				(context) -> assertThat(context.getBean("cacheManager")).isInstanceOf(ConcurrentMapCacheManager.class));
	}

	@Test
	void aManagerOfAFinalClassKeepsUsersApart() {
		runner("cloud").withUserConfiguration(FinalManager.class).run((context) -> {
			assertThat(context).hasNotFailed();
			CacheManager manager = context.getBean(CacheManager.class);
			this.currentUser = context.getBean(CurrentUser.class);
			as(ALICE, () -> manager.getCache("notes").putIfAbsent(1, "alice's"));
			assertThat(as(BOB, () -> manager.getCache("notes").get(1))).isNull();
			assertThat(as(ALICE, () -> manager.getCache("notes").get(1, String.class))).isEqualTo("alice's");
		});
	}

	@Test
	void aTestMayPutAMockInItsPlace() {
		CacheManager mock = mock(CacheManager.class);
		runner("cloud").withInitializer((context) -> context.getBeanFactory().registerSingleton("cacheManager", mock))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void aResolverMayCacheWhatItLooksUp() {
		runner("cloud").withUserConfiguration(CachedHouseholds.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(CurrentUser.class).find()).isEqualTo(new UserId("household"));
		});
	}

	@Test
	void aCacheCanBeHadWhereTheResolverFails() {
		this.product.away.set(new IllegalStateException("there is no request"));
		run("cloud",
				(context) -> assertThat(context.getBean("cacheManager", CacheManager.class).getCache("notes").get(1))
					.isNull());
	}

	@ParameterizedTest
	@ValueSource(classes = { MadeEarly.class, ManagerOfAConfigurer.class, ManagerOfAResolver.class })
	void aManagerThatCannotKeepUsersApartIsRefused(Class<?> configuration) {
		runner("cloud").withUserConfiguration(configuration)
			.run((context) -> assertThat(context).getFailure().hasMessageContaining("Users would share the entries"));
		runner("local").withUserConfiguration(configuration).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void localModeHasOneUser() {
		run("local", (context) -> assertThat(context.getBean("cacheManager").getClass())
			.isEqualTo(ConcurrentMapCacheManager.class));
	}

	private <T> T as(UserId user, Callable<T> task) {
		try {
			return this.currentUser.callAs(user, task);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void run(String mode, Consumer<ApplicationContext> test) {
		runner(mode).withUserConfiguration(Caching.class).run((context) -> {
			assertThat(context).hasNotFailed();
			this.currentUser = context.getBean(CurrentUser.class);
			this.notes = context.getBean(Notes.class);
			test.accept(context);
		});
	}

	private ApplicationContextRunner runner(String mode) {
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(CfDbAutoConfiguration.class))
			.withBean(CurrentUserResolver.class, () -> this.product::resolve)
			.withPropertyValues("spring.application.name=kiwi", "cf.db.mode=" + mode,
					"cf.db.path=" + this.root.resolve("kiwi.db"), "cf.db.cloud.data-root=" + this.root);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caching {

		@Bean
		ConcurrentMapCacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

		@Bean(defaultCandidate = false)
		@SharedDatabase
		ConcurrentMapCacheManager sharedCaches() {
			return new ConcurrentMapCacheManager();
		}

		@Bean
		KeyGenerator oneForAll() {
			return (target, method, arguments) -> "one";
		}

		@Bean
		Notes notes(CurrentUser currentUser) {
			return new Notes(currentUser);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalManager {

		@Bean
		CacheManager cacheManager() {
			return new OwnManager();
		}

	}

	static final class OwnManager implements CacheManager {

		private final ConcurrentMapCacheManager caches = new ConcurrentMapCacheManager();

		@Override
		public Cache getCache(String name) {
			return this.caches.getCache(name);
		}

		@Override
		public Collection<String> getCacheNames() {
			return this.caches.getCacheNames();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class CachedHouseholds {

		@Bean
		CacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

		@Bean
		Households households() {
			return new Households();
		}

		@Bean
		@Primary
		CurrentUserResolver household(Households households) {
			return () -> new UserId(households.of("alice"));
		}

	}

	static class Households {

		@Cacheable("households")
		public String of(String member) {
			return "household";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MadeEarly {

		@Bean
		static CacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

		@Bean
		static BeanPostProcessor early(CacheManager caches) {
			return new BeanPostProcessor() {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ManagerOfAConfigurer implements CachingConfigurer {

		@Override
		public CacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ManagerOfAResolver implements CachingConfigurer {

		@Override
		public CacheResolver cacheResolver() {
			return new SimpleCacheResolver(new ConcurrentMapCacheManager());
		}

	}

	static class Notes {

		private final CurrentUser currentUser;

		private final AtomicInteger calls = new AtomicInteger();

		Notes(CurrentUser currentUser) {
			this.currentUser = currentUser;
		}

		private String text() {
			return this.currentUser.find() + "'s, call " + this.calls.incrementAndGet();
		}

		@Cacheable("notes")
		public String byDefaultKey(long id) {
			return text();
		}

		@Cacheable(cacheNames = "notes", key = "#id")
		public String byStatedKey(long id) {
			return text();
		}

		@Cacheable(cacheNames = "notes", key = "#id", sync = true)
		public String synchronizedByStatedKey(long id) {
			return text();
		}

		@Cacheable(cacheNames = "notes", keyGenerator = "oneForAll")
		public String byOwnGenerator(long id) {
			return text();
		}

		@Cacheable(cacheNames = "shared", cacheManager = "sharedCaches")
		public String shared(long id) {
			return text();
		}

		@Cacheable(cacheNames = "later", key = "#id")
		public CompletableFuture<String> later(long id, CompletableFuture<String> result) {
			return result;
		}

		@CacheEvict(cacheNames = "notes", key = "#id")
		public boolean evict(long id) {
			return true;
		}

		@CacheEvict(cacheNames = "notes", allEntries = true)
		public boolean evictAll() {
			return true;
		}

	}

}
