package tech.circuitforge.compatibility;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mybatis.spring.annotation.MapperScan;
import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;

import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.annotation.Id;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.relational.core.mapping.MappedCollection;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.ListCrudRepository;
import org.springframework.jdbc.core.BatchPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import tech.circuitforge.db.CurrentUser;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many rows are inserted at once, and each object gets the id of its own row.
 */
class BatchKeysTests {

	private static final List<String> NAMES = List.of("rice", "salt", "oats", "rye");

	@TempDir
	Path root;

	@Test
	void jdbcTemplate() {
		run(Product.with(this.root), (context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			GeneratedKeyHolder keys = new GeneratedKeyHolder();
			jdbc.batchUpdate((connection) -> connection.prepareStatement("INSERT INTO item (name) VALUES (?)",
					Statement.RETURN_GENERATED_KEYS), new BatchPreparedStatementSetter() {

						@Override
						public void setValues(PreparedStatement statement, int index) throws SQLException {
							statement.setString(1, NAMES.get(index));
						}

						@Override
						public int getBatchSize() {
							return NAMES.size();
						}

					}, keys);
			assertThat(names(jdbc, keys)).isEqualTo(NAMES);
		});
	}

	@Test
	void namedParameterJdbcTemplate() {
		run(Product.with(this.root), (context) -> {
			GeneratedKeyHolder keys = new GeneratedKeyHolder();
			context.getBean(NamedParameterJdbcTemplate.class)
				.batchUpdate("INSERT INTO item (name) VALUES (:name)",
						NAMES.stream()
							.map((name) -> new MapSqlParameterSource("name", name))
							.toArray(MapSqlParameterSource[]::new),
						keys, new String[] { "id" });
			assertThat(names(context.getBean(JdbcTemplate.class), keys)).isEqualTo(NAMES);
		});
	}

	@Test
	void springDataJdbc() {
		run(Product.with(this.root, DataJdbcRepositoriesAutoConfiguration.class).withUserConfiguration(Data.class),
				(context) -> {
					Boxes boxes = context.getBean(Boxes.class);
					List<Box> saved = boxes
						.saveAll(NAMES.stream().map((name) -> new Box(null, name, List.of())).toList());
					assertOwnIds(context, saved, Box::id, Box::name);
				});
	}

	@Test
	void springDataJdbcWithChildren() {
		run(Product.with(this.root, DataJdbcRepositoriesAutoConfiguration.class).withUserConfiguration(Data.class),
				(context) -> {
					JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
					jdbc.execute(
							"CREATE TABLE part (id INTEGER PRIMARY KEY, box INTEGER, box_key INTEGER, label TEXT)");
					Boxes boxes = context.getBean(Boxes.class);
					List<Box> saved = boxes.saveAll(NAMES.stream()
						.map((name) -> new Box(null, name, List.of(new Part(null, name + 1), new Part(null, name + 2))))
						.toList());
					assertOwnIds(context, saved, Box::id, Box::name);
					for (Box box : saved) {
						assertThat(boxes.findById(box.id())).contains(box);
						for (Part part : box.parts()) {
							assertThat(
									jdbc.queryForObject("SELECT label FROM part WHERE id = ?", String.class, part.id()))
								.isEqualTo(part.label());
						}
					}
				});
	}

	@Test
	void myBatisWithManyRowsInOneStatement() {
		run(Product.with(this.root, MybatisAutoConfiguration.class).withUserConfiguration(Mappers.class), (context) -> {
			List<Row> rows = rows();
			context.getBean(RowMapper.class).addAll(rows);
			assertOwnIds(context, rows, (row) -> row.id, (row) -> row.name);
		});
	}

	@Test
	void myBatisBatch() {
		run(Product.with(this.root, MybatisAutoConfiguration.class).withUserConfiguration(Mappers.class), (context) -> {
			List<Row> rows = rows();
			try (SqlSession session = context.getBean(SqlSessionFactory.class).openSession(ExecutorType.BATCH)) {
				RowMapper mapper = session.getMapper(RowMapper.class);
				rows.forEach(mapper::add);
				session.commit();
			}
			assertOwnIds(context, rows, (row) -> row.id, (row) -> row.name);
		});
	}

	/** Its own {@code returning} asks SQLite for the last row only. */
	@Test
	void jooqWithSqlOfOnesOwn() {
		run(Product.with(this.root, JooqAutoConfiguration.class).withPropertyValues("spring.jooq.sql-dialect=sqlite"),
				(context) -> {
					List<Row> rows = context.getBean(DSLContext.class)
						.fetch("INSERT INTO item (name) VALUES ('rice'), ('salt'), ('oats') RETURNING id, name")
						.map((row) -> new Row(row.get("id", Long.class), row.get("name", String.class)));
					assertThat(rows).extracting((row) -> row.name).containsExactlyInAnyOrder("rice", "salt", "oats");
					assertOwnIds(context, rows, (row) -> row.id, (row) -> row.name);
				});
	}

	@Test
	void hibernateWithABatchSize() {
		run(Product.with(this.root, HibernateJpaAutoConfiguration.class)
			.withPropertyValues("spring.jpa.database-platform=org.hibernate.community.dialect.SQLiteDialect",
					"spring.jpa.hibernate.ddl-auto=none",
					"spring.jpa.properties.hibernate.boot.allow_jdbc_metadata_access=false",
					"spring.jpa.properties.hibernate.jdbc.batch_size=3",
					"spring.jpa.properties.hibernate.order_inserts=true")
			.withUserConfiguration(Jpa.class), (context) -> {
				EntityManager entities = context.getBean(EntityManager.class);
				List<ItemEntity> items = NAMES.stream().map(ItemEntity::new).toList();
				new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
					.executeWithoutResult((status) -> items.forEach(entities::persist));
				assertOwnIds(context, items, (item) -> item.id, (item) -> item.name);
			});
	}

	/** Rows that are there already keep keys from being right by chance. */
	private static void run(ApplicationContextRunner runner, Consumer<AssertableApplicationContext> work) {
		runner.run((context) -> {
			assertThat(context).hasNotFailed();
			context.getBean(CurrentUser.class).runAs(Product.ALICE, () -> {
				context.getBean(JdbcTemplate.class)
					.update("INSERT INTO item (id, name) VALUES (40, 'first'), (7, 'second')");
				work.accept(context);
			});
		});
	}

	private static List<Row> rows() {
		return NAMES.stream().map((name) -> new Row(null, name)).toList();
	}

	private static List<String> names(JdbcTemplate jdbc, GeneratedKeyHolder keys) {
		return keys.getKeyList()
			.stream()
			.map((key) -> jdbc.queryForObject("SELECT name FROM item WHERE id = ?", String.class,
					key.values().iterator().next()))
			.toList();
	}

	private static <T> void assertOwnIds(AssertableApplicationContext context, List<T> objects, Function<T, Long> id,
			Function<T, String> name) {
		JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
		assertThat(objects).isNotEmpty()
			.allSatisfy((object) -> assertThat(
					jdbc.queryForList("SELECT name FROM item WHERE id = ?", String.class, id.apply(object)))
				.containsExactly(name.apply(object)));
	}

	static final class Row {

		Long id;

		String name;

		Row(Long id, String name) {
			this.id = id;
			this.name = name;
		}

	}

	@Mapper
	interface RowMapper {

		@Insert("INSERT INTO item (name) VALUES (#{name})")
		@Options(useGeneratedKeys = true, keyProperty = "id")
		void add(Row row);

		@Insert("""
				<script>
				INSERT INTO item (name) VALUES <foreach collection="list" item="row" separator=",">(#{row.name})</foreach>
				</script>
				""")
		@Options(useGeneratedKeys = true, keyProperty = "id")
		void addAll(List<Row> rows);

	}

	@Configuration(proxyBeanMethods = false)
	@MapperScan(basePackageClasses = BatchKeysTests.class, annotationClass = Mapper.class)
	static class Mappers {

	}

	@Table("item")
	record Box(@Id Long id, String name, @MappedCollection(idColumn = "box", keyColumn = "box_key") List<Part> parts) {

	}

	@Table("part")
	record Part(@Id Long id, String label) {

	}

	interface Boxes extends ListCrudRepository<Box, Long> {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableJdbcRepositories(considerNestedRepositories = true, basePackageClasses = BatchKeysTests.class)
	static class Data {

	}

	@Configuration(proxyBeanMethods = false)
	static class Jpa {

		@Bean
		PersistenceManagedTypes types() {
			return PersistenceManagedTypes.of(ItemEntity.class.getName());
		}

	}

	@Entity(name = "item")
	static class ItemEntity {

		@jakarta.persistence.Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String name;

		ItemEntity() {
		}

		ItemEntity(String name) {
			this.name = name;
		}

	}

}
