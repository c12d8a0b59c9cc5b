package tech.circuitforge.compatibility;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.annotation.Id;
import org.springframework.data.domain.Example;
import org.springframework.data.domain.ExampleMatcher;
import org.springframework.data.domain.ExampleMatcher.StringMatcher;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Slice;
import org.springframework.data.domain.Sort;
import org.springframework.data.jdbc.core.JdbcAggregateTemplate;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.relational.core.query.Criteria;
import org.springframework.data.repository.ListCrudRepository;
import org.springframework.data.repository.NoRepositoryBean;
import org.springframework.data.repository.Repository;
import org.springframework.data.repository.query.QueryByExampleExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.transaction.annotation.Transactional;

import tech.circuitforge.db.CurrentUser;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is looked for with Spring Data is text, whatever it means in a LIKE: the rows that
 * contain it are found, and no others. A pattern that the product states itself stays a
 * pattern.
 */
class LikeTests {

	/**
	 * Also characters that could come into use as an escape, or mean something in GLOB.
	 */
	private static final List<String> NAMES = List.of("50%", "50 percent", "150%!", "5%0", "a_b", "aXb", "xA_Bx",
			"a__b", "k\\s", "ks", "K\\S!", "k\\\\s", "k\\%s", "%", "_", "\\", "[a]", "[*]", "a*b?", "it's",
			"\u00c4_\u00d6", "\u001b%", "\ufdd0", "50\ufdd0%", "\ufdd0\ufdd0_", "\ud83c\udf5a%", "plain");

	private static final List<String> TEXTS = List.of("50%", "a_b", "k\\s", "%", "_", "\\", "\\\\", "\\%", "__", "%_",
			"[a]", "[*]", "*", "?", "'", "\u00c4_", "\u001b", "\u001b%", "\ufdd0", "\ufdd0%", "\ufdd0\ufdd0",
			"\ud83c\udf5a", "\ud83c\udf5a%", "pla", "PLA", "nothing%", "");

	private static final List<String> PATTERNS = List.of("50%", "a_b", "k\\s", "k\\\\s", "k\\%", "%\\", "_", "%",
			"%\u001b%", "PLA%", "\\%");

	@TempDir
	Path root;

	@Test
	void textIsFoundByDerivedQueriesOfSpringDataJdbc() {
		jdbc((context) -> derivedQueries(context, Items.class, Item::name));
	}

	@Test
	void textIsFoundByDerivedQueriesOfSpringDataJpa() {
		jpa((context) -> derivedQueries(context, Entities.class, (entity) -> entity.name));
	}

	@Test
	void textIsFoundByExample() {
		jdbc((context) -> {
			Items items = context.getBean(Items.class);
			for (String text : TEXTS.stream().filter((text) -> !text.isEmpty()).toList()) {
				assertThat(items.findAll(example(text, StringMatcher.CONTAINING))).as(text)
					.extracting(Item::name)
					.containsExactlyInAnyOrderElementsOf(names((name) -> name.contains(lower(text))));
				assertThat(items.findAll(example(text, StringMatcher.STARTING))).as(text)
					.extracting(Item::name)
					.containsExactlyInAnyOrderElementsOf(names((name) -> name.startsWith(lower(text))));
				assertThat(items.count(example(text, StringMatcher.ENDING))).as(text)
					.isEqualTo(names((name) -> name.endsWith(lower(text))).size());
				assertThat(items.exists(example(text, StringMatcher.CONTAINING))).as(text)
					.isEqualTo(!names((name) -> name.contains(lower(text))).isEmpty());
			}
		});
	}

	@Test
	void patternsOfTheProductStayPatterns() {
		jdbc((context) -> {
			Items items = context.getBean(Items.class);
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			JdbcAggregateTemplate template = context.getBean(JdbcAggregateTemplate.class);
			for (String pattern : PATTERNS) {
				List<String> like = jdbc.queryForList("SELECT name FROM item WHERE name LIKE ?", String.class, pattern);
				assertThat(items.findByNameLike(pattern)).as(pattern)
					.extracting(Item::name)
					.containsExactlyInAnyOrderElementsOf(like);
				assertThat(items.findByNameNotLike(pattern)).as(pattern)
					.extracting(Item::name)
					.containsExactlyInAnyOrderElementsOf(
							NAMES.stream().filter((name) -> !like.contains(name)).toList());
				assertThat(items.findByHand(pattern)).as(pattern)
					.extracting(Item::name)
					.containsExactlyInAnyOrderElementsOf(like);
				assertThat(template.findAll(org.springframework.data.relational.core.query.Query
					.query(Criteria.where("name").like(pattern)), Item.class)).as(pattern)
					.extracting(Item::name)
					.containsExactlyInAnyOrderElementsOf(like);
			}
		});
	}

	@Test
	void escapeClauseOfTheProductStays() {
		jdbc((context) -> assertThat(context.getBean(Items.class).findByHandWithEscape("%\ufdd0!%%"))
			.extracting(Item::name)
			.containsExactly("50\ufdd0%"));
	}

	private <T> void derivedQueries(AssertableApplicationContext context, Class<? extends Names<T>> type,
			Function<T, String> name) {
		Names<T> items = context.getBean(type);
		JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
		for (String text : TEXTS) {
			String sought = lower(text);
			List<String> containing = names((candidate) -> candidate.contains(sought));
			assertThat(items.findByNameContaining(text)).as("containing " + text)
				.extracting(name)
				.containsExactlyInAnyOrderElementsOf(containing);
			assertThat(items.findByNameStartingWith(text)).as("starting with " + text)
				.extracting(name)
				.containsExactlyInAnyOrderElementsOf(names((candidate) -> candidate.startsWith(sought)));
			assertThat(items.findByNameEndingWith(text)).as("ending with " + text)
				.extracting(name)
				.containsExactlyInAnyOrderElementsOf(names((candidate) -> candidate.endsWith(sought)));
			assertThat(items.findByNameNotContaining(text)).as("not containing " + text)
				.extracting(name)
				.containsExactlyInAnyOrderElementsOf(names((candidate) -> !candidate.contains(sought)));
			assertThat(items.findByNameContainingIgnoreCase(text)).as("ignoring case " + text)
				.extracting(name)
				.containsExactlyInAnyOrderElementsOf(containing);
			assertThat(items.findByNameContainingAndIdGreaterThanOrNameStartingWith(text, 0, text)).as("twice " + text)
				.extracting(name)
				.containsExactlyInAnyOrderElementsOf(containing);
			assertThat(items.countByNameContaining(text)).as("count " + text).isEqualTo(containing.size());
			assertThat(items.existsByNameContaining(text)).as("exists " + text).isEqualTo(!containing.isEmpty());
			Page<T> page = items.findByNameContaining(text, PageRequest.of(0, 2, Sort.by("id")));
			assertThat(page.getTotalElements()).as("page " + text).isEqualTo(containing.size());
			assertThat(page.getContent()).as("page " + text)
				.extracting(name)
				.containsExactlyElementsOf(containing.stream().limit(2).toList());
			assertThat(items.readByNameContaining(text, PageRequest.of(0, 2, Sort.by("id"))).getContent())
				.as("slice " + text)
				.extracting(name)
				.containsExactlyElementsOf(containing.stream().limit(2).toList());
			items.deleteByNameContaining(text);
			assertThat(jdbc.queryForList("SELECT name FROM item ORDER BY id", String.class)).as("delete " + text)
				.containsExactlyElementsOf(names((candidate) -> !candidate.contains(sought)));
			fill(jdbc);
		}
	}

	private static Example<Item> example(String text, StringMatcher matcher) {
		return Example.of(new Item(null, text),
				ExampleMatcher.matching().withIgnorePaths("id").withStringMatcher(matcher));
	}

	/**
	 * Those that fit, compared as LIKE compares: A is a, and nothing else is like
	 * another.
	 */
	private static List<String> names(Predicate<String> fits) {
		return NAMES.stream().filter((name) -> fits.test(lower(name))).toList();
	}

	private static String lower(String text) {
		StringBuilder lower = new StringBuilder();
		text.chars().map((c) -> (c >= 'A' && c <= 'Z') ? c + ('a' - 'A') : c).forEach((c) -> lower.append((char) c));
		return lower.toString();
	}

	private static void fill(JdbcTemplate jdbc) {
		jdbc.update("DELETE FROM item");
		NAMES.forEach((name) -> jdbc.update("INSERT INTO item (name) VALUES (?)", name));
	}

	private void jdbc(Consumer<AssertableApplicationContext> work) {
		Product.with(this.root, DataJdbcRepositoriesAutoConfiguration.class)
			.withUserConfiguration(Jdbc.class)
			.run((context) -> asAlice(context, work));
	}

	private void jpa(Consumer<AssertableApplicationContext> work) {
		Product.with(this.root, HibernateJpaAutoConfiguration.class, DataJpaRepositoriesAutoConfiguration.class)
			.withPropertyValues("spring.jpa.database-platform=org.hibernate.community.dialect.SQLiteDialect",
					"spring.jpa.hibernate.ddl-auto=none",
					"spring.jpa.properties.hibernate.boot.allow_jdbc_metadata_access=false")
			.withUserConfiguration(Jpa.class)
			.run((context) -> asAlice(context, work));
	}

	private static void asAlice(AssertableApplicationContext context, Consumer<AssertableApplicationContext> work) {
		assertThat(context).hasNotFailed();
		context.getBean(CurrentUser.class).runAs(Product.ALICE, () -> {
			fill(context.getBean(JdbcTemplate.class));
			work.accept(context);
		});
	}

	@NoRepositoryBean
	interface Names<T> extends Repository<T, Long> {

		List<T> findByNameContaining(String text);

		Page<T> findByNameContaining(String text, Pageable page);

		Slice<T> readByNameContaining(String text, Pageable page);

		List<T> findByNameStartingWith(String text);

		List<T> findByNameEndingWith(String text);

		List<T> findByNameNotContaining(String text);

		List<T> findByNameContainingIgnoreCase(String text);

		List<T> findByNameContainingAndIdGreaterThanOrNameStartingWith(String part, long id, String start);

		long countByNameContaining(String text);

		boolean existsByNameContaining(String text);

		@Transactional
		void deleteByNameContaining(String text);

	}

	interface Items extends Names<Item>, ListCrudRepository<Item, Long>, QueryByExampleExecutor<Item> {

		List<Item> findByNameLike(String pattern);

		List<Item> findByNameNotLike(String pattern);

		@Query("SELECT * FROM item WHERE name LIKE :pattern")
		List<Item> findByHand(String pattern);

		@Query("SELECT * FROM item WHERE name LIKE :pattern ESCAPE '!'")
		List<Item> findByHandWithEscape(String pattern);

	}

	interface Entities extends Names<ItemEntity>, JpaRepository<ItemEntity, Long> {

	}

	@Table("item")
	record Item(@Id Long id, String name) {

	}

	@Entity(name = "item")
	static class ItemEntity {

		@jakarta.persistence.Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String name;

	}

	@Configuration(proxyBeanMethods = false)
	@EnableJdbcRepositories(considerNestedRepositories = true, basePackageClasses = LikeTests.class)
	static class Jdbc {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableJpaRepositories(considerNestedRepositories = true, basePackageClasses = LikeTests.class)
	static class Jpa {

		@Bean
		PersistenceManagedTypes types() {
			return PersistenceManagedTypes.of(ItemEntity.class.getName());
		}

	}

}
