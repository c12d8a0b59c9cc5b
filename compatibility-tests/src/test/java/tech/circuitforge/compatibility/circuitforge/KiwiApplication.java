package tech.circuitforge.compatibility.circuitforge;

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
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * A product of the family after its move. What else is on this class path is not part of
 * it.
 */
@SpringBootConfiguration
@EnableAutoConfiguration(exclude = { HibernateJpaAutoConfiguration.class, DataJpaRepositoriesAutoConfiguration.class,
		JooqAutoConfiguration.class, MybatisAutoConfiguration.class, BatchAutoConfiguration.class,
		BatchJdbcAutoConfiguration.class, JdbcSessionAutoConfiguration.class })
@Import({ CfSessionSecurity.class, KiwiApplication.Items.class })
class KiwiApplication {

	@RestController
	static class Items {

		private final JdbcClient jdbc;

		Items(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		@GetMapping("/items")
		List<String> names() {
			return this.jdbc.sql("SELECT name FROM items ORDER BY id").query(String.class).list();
		}

		@PostMapping("/items")
		void add(@RequestBody String name) {
			this.jdbc.sql("INSERT INTO items (name) VALUES (?)").param(name).update();
		}

	}

}
