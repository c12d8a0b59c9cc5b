package tech.circuitforge.compatibility;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.data.jdbc.core.JdbcAggregateTemplate;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.ListCrudRepository;
import org.springframework.data.repository.ListPagingAndSortingRepository;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.NoCurrentUserException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Spring Data JDBC.
 */
class DataJdbcTests {

	@TempDir
	Path root;

	private void run(Consumer<Items> work) {
		Product.with(this.root, DataJdbcRepositoriesAutoConfiguration.class)
			.withUserConfiguration(Repositories.class)
			.run((context) -> {
				// Nothing was opened to find out the dialect.
				assertThat(this.root).isEmptyDirectory();
				Items items = context.getBean(Items.class);
				context.getBean(CurrentUser.class).runAs(Product.ALICE, () -> work.accept(items));
			});
	}

	@Test
	void everybodyHasTheirOwnRepository() {
		Product.with(this.root, DataJdbcRepositoriesAutoConfiguration.class)
			.withUserConfiguration(Repositories.class)
			.run((context) -> {
				Items items = context.getBean(Items.class);
				CurrentUser currentUser = context.getBean(CurrentUser.class);
				currentUser.runAs(Product.ALICE, () -> items.save(item("rice", 1)));
				currentUser.runAs(Product.BOB, () -> assertThat(items.findAll()).isEmpty());
				currentUser.runAs(Product.ALICE, () -> assertThat(items.count()).isEqualTo(1));
				assertThatExceptionOfType(NoCurrentUserException.class).isThrownBy(items::count);
			});
	}

	@Test
	void repositoriesCanBeSwitchedOff() {
		Product.with(this.root, DataJdbcRepositoriesAutoConfiguration.class)
			.withPropertyValues("spring.data.jdbc.repositories.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void savesReadsAndDeletes() {
		run((items) -> {
			Item saved = items.save(item("rice", 3));
			assertThat(saved.id()).isPositive();
			assertThat(items.findById(saved.id())).contains(saved);
			Item changed = items.save(new Item(saved.id(), saved.version(), "Rice", 4, true, null, null, null, null));
			assertThat(changed.version()).isEqualTo(saved.version() + 1);
			assertThat(items.findById(saved.id())).contains(changed);
			assertThat(items.existsById(saved.id())).isTrue();
			items.deleteById(saved.id());
			assertThat(items.existsById(saved.id())).isFalse();
		});
	}

	@Test
	void valuesComeBackAsTheyWereAndStandInTheColumnsAsThroughJdbcTemplate() {
		Product.with(this.root, DataJdbcRepositoriesAutoConfiguration.class)
			.withUserConfiguration(Repositories.class)
			.run((context) -> context.getBean(CurrentUser.class).runAs(Product.ALICE, () -> {
				Items items = context.getBean(Items.class);
				JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
				Item item = new Item(null, null, "rice", 1, true, Instant.parse("2026-01-31T09:30:00.123456789Z"),
						LocalDate.of(2026, 12, 24), new BigDecimal("1234567890.10"), UUID.randomUUID());
				Item saved = items.save(item);
				assertThat(items.findById(saved.id())).contains(saved);
				assertThat(jdbc.queryForMap("SELECT bought_at, best_before, price, opened FROM item"))
					.containsEntry("bought_at", "2026-01-31T09:30:00.123456789Z")
					.containsEntry("best_before", "2026-12-24")
					.containsEntry("price", "1234567890.10")
					.containsEntry("opened", 1);
				assertThat(items.findByBoughtAtBefore(Instant.parse("2026-02-01T00:00:00Z"))).hasSize(1);
				assertThat(items.findByOpenedTrue()).hasSize(1);
			}));
	}

	@Test
	void pagesSortsAndCounts() {
		run((items) -> {
			items.saveAll(List.of(item("a", 1), item("b", 2), item("c", 3), item("d", 4), item("e", 5)));
			Page<Item> page = items.findAll(PageRequest.of(1, 2, Sort.by("name").descending()));
			assertThat(page.getContent()).extracting(Item::name).containsExactly("c", "b");
			assertThat(page.getTotalElements()).isEqualTo(5);
			assertThat(items.findAll(Sort.by(Sort.Order.asc("bestBefore").nullsLast(), Sort.Order.asc("name"))))
				.hasSize(5);
			assertThat(items.findFirstByOrderByQuantityDesc()).map(Item::name).contains("e");
		});
	}

	@Test
	void derivedQueries() {
		run((items) -> {
			items.saveAll(List.of(item("rice", 1), item("brown rice", 2), item("100% rye", 3), item("100 rye", 4)));
			assertThat(items.findByNameContainingOrderByName("rice")).extracting(Item::name)
				.containsExactly("brown rice", "rice");
			assertThat(items.findByNameIgnoreCase("RICE")).hasSize(1);
			assertThat(items.countByQuantityBetween(2, 3)).isEqualTo(2);
			assertThat(items.findByNameIn(List.of("rice", "nothing"))).hasSize(1);
			assertThat(items.existsByName("rice")).isTrue();
			assertThat(items.findWithLockByName("rice")).hasSize(1);
			items.deleteByName("rice");
			assertThat(items.count()).isEqualTo(3);
		});
	}

	@Test
	void saveAllGivesEachItsKey() {
		run((items) -> assertThat(items.saveAll(List.of(item("a", 1), item("b", 2), item("c", 3)))).extracting(Item::id)
			.doesNotHaveDuplicates()
			.doesNotContainNull());
	}

	@Test
	void staleVersionIsRefused() {
		run((items) -> {
			Item saved = items.save(item("rice", 1));
			items.save(saved);
			assertThatExceptionOfType(OptimisticLockingFailureException.class).isThrownBy(() -> items.save(saved));
		});
	}

	@Test
	void misspelledColumnIsAnErrorAndNotAString() {
		Product.with(this.root, DataJdbcRepositoriesAutoConfiguration.class)
			.withUserConfiguration(Repositories.class)
			.run((context) -> context.getBean(CurrentUser.class)
				.runAs(Product.ALICE, () -> assertThatExceptionOfType(BadSqlGrammarException.class)
					.isThrownBy(() -> context.getBean(JdbcAggregateTemplate.class).findAll(Misspelled.class))));
	}

	private static Item item(String name, int quantity) {
		return new Item(null, null, name, quantity, false, null, null, null, null);
	}

	@Table("item")
	record Item(@Id Long id, @Version Integer version, String name, int quantity, boolean opened, Instant boughtAt,
			LocalDate bestBefore, BigDecimal price, UUID code) {

	}

	@Table("item")
	record Misspelled(@Id Long id, String nmae) {

	}

	interface Items extends ListCrudRepository<Item, Long>, ListPagingAndSortingRepository<Item, Long> {

		List<Item> findByNameContainingOrderByName(String part);

		List<Item> findByNameIgnoreCase(String name);

		List<Item> findByNameIn(List<String> names);

		List<Item> findByBoughtAtBefore(Instant time);

		List<Item> findByOpenedTrue();

		Optional<Item> findFirstByOrderByQuantityDesc();

		long countByQuantityBetween(int from, int to);

		boolean existsByName(String name);

		void deleteByName(String name);

		@Lock(LockMode.PESSIMISTIC_WRITE)
		List<Item> findWithLockByName(String name);

	}

	@Configuration(proxyBeanMethods = false)
	@EnableJdbcRepositories(considerNestedRepositories = true, basePackageClasses = DataJdbcTests.class)
	static class Repositories {

	}

}
