package tech.circuitforge.compatibility;

import java.nio.file.Path;
import java.util.List;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceContext;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Select;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mybatis.spring.annotation.MapperScan;
import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;

import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.transaction.annotation.Transactional;

import tech.circuitforge.db.CurrentUser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.table;

/**
 * JPA with Hibernate, jOOQ and MyBatis: the context starts without a connection, and each
 * user has their own rows.
 */
class PersistenceTests {

	@TempDir
	Path root;

	@Test
	void jpa() {
		Product.with(this.root, HibernateJpaAutoConfiguration.class)
			.withPropertyValues("spring.jpa.database-platform=org.hibernate.community.dialect.SQLiteDialect",
					"spring.jpa.hibernate.ddl-auto=none",
					"spring.jpa.properties.hibernate.boot.allow_jdbc_metadata_access=false")
			.withUserConfiguration(Jpa.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(this.root).isEmptyDirectory();
				Store store = context.getBean(Store.class);
				CurrentUser currentUser = context.getBean(CurrentUser.class);
				currentUser.runAs(Product.ALICE, () -> assertThat(store.add("rice")).isPositive());
				currentUser.runAs(Product.BOB, () -> assertThat(store.names()).isEmpty());
				currentUser.runAs(Product.ALICE, () -> assertThat(store.names()).containsExactly("rice"));
				assertThatExceptionOfType(IllegalStateException.class)
					.isThrownBy(() -> currentUser.runAs(Product.ALICE, () -> store.addAndFail("salt")));
				currentUser.runAs(Product.ALICE, () -> assertThat(store.names()).containsExactly("rice"));
			});
	}

	@Test
	void jooq() {
		Product.with(this.root, JooqAutoConfiguration.class)
			.withPropertyValues("spring.jooq.sql-dialect=sqlite")
			.run((context) -> {
				assertThat(this.root).isEmptyDirectory();
				DSLContext dsl = context.getBean(DSLContext.class);
				CurrentUser currentUser = context.getBean(CurrentUser.class);
				currentUser.runAs(Product.ALICE, () -> {
					dsl.insertInto(table("item")).columns(field("name")).values("rice").execute();
					assertThat(dsl.select(field("name", String.class)).from("item").fetch(0))
						.isEqualTo(List.of("rice"));
				});
				currentUser.runAs(Product.BOB, () -> assertThat(dsl.fetchCount(table("item"))).isZero());
			});
	}

	@Test
	void myBatis() {
		Product.with(this.root, MybatisAutoConfiguration.class).withUserConfiguration(Mappers.class).run((context) -> {
			assertThat(this.root).isEmptyDirectory();
			ItemMapper mapper = context.getBean(ItemMapper.class);
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			currentUser.runAs(Product.ALICE, () -> {
				mapper.add("rice");
				assertThat(mapper.names()).containsExactly("rice");
			});
			currentUser.runAs(Product.BOB, () -> assertThat(mapper.names()).isEmpty());
		});
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Store.class)
	static class Jpa {

		@Bean
		PersistenceManagedTypes types() {
			return PersistenceManagedTypes.of(ItemEntity.class.getName());
		}

	}

	@Entity(name = "item")
	static class ItemEntity {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String name;

	}

	static class Store {

		@PersistenceContext
		EntityManager entities;

		@Transactional
		public long add(String name) {
			ItemEntity item = new ItemEntity();
			item.name = name;
			this.entities.persist(item);
			return item.id;
		}

		@Transactional
		public void addAndFail(String name) {
			add(name);
			throw new IllegalStateException("on purpose");
		}

		@Transactional(readOnly = true)
		public List<String> names() {
			return this.entities.createQuery("select i.name from item i", String.class).getResultList();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@MapperScan(basePackageClasses = PersistenceTests.class, annotationClass = Mapper.class)
	static class Mappers {

	}

	@Mapper
	interface ItemMapper {

		@Insert("INSERT INTO item (name) VALUES (#{name})")
		void add(String name);

		@Select("SELECT name FROM item")
		List<String> names();

	}

}
