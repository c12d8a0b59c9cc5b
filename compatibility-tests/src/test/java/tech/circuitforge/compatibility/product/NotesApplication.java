package tech.circuitforge.compatibility.product;

import java.util.List;

import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration;
import org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;

/**
 * The product. What else is on this class path is not part of it.
 */
@SpringBootConfiguration
@EnableAutoConfiguration(exclude = { HibernateJpaAutoConfiguration.class, DataJpaRepositoriesAutoConfiguration.class,
		JooqAutoConfiguration.class, MybatisAutoConfiguration.class, BatchAutoConfiguration.class,
		BatchJdbcAutoConfiguration.class, JdbcSessionAutoConfiguration.class })
@Import(NotesApplication.Items.class)
class NotesApplication {

	static class Items {

		private final JdbcClient jdbc;

		Items(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		@Transactional
		public void add(String name) {
			this.jdbc.sql("INSERT INTO item (name) VALUES (?)").param(name).update();
		}

		public List<String> names() {
			return this.jdbc.sql("SELECT name FROM item ORDER BY id").query(String.class).list();
		}

	}

}
