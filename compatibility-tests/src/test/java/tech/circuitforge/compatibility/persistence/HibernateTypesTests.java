package tech.circuitforge.compatibility.persistence;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.TimeZone;
import java.util.UUID;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import tech.circuitforge.db.CurrentUser;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.circuitforge.compatibility.persistence.JpaProduct.ALICE;

/**
 * JPA and {@code JdbcTemplate} write the same values, and read each other's.
 */
class HibernateTypesTests {

	private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 31, 10, 0, 0, 123_000_000);

	private static final LocalTime ALARM = LocalTime.of(6, 30, 15, 250_000_000);

	private static final UUID CODE = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

	@TempDir
	Path root;

	private final JpaProduct product = new JpaProduct();

	private TimeZone zone;

	@BeforeEach
	void notInUtc() {
		this.zone = TimeZone.getDefault();
		TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
	}

	@AfterEach
	void zoneOfBefore() {
		TimeZone.setDefault(this.zone);
	}

	@Test
	void jpaAndJdbcAgree() {
		this.product.cloud(this.root, Event.class).run((context) -> {
			EntityManager entities = SharedEntityManagerCreator
				.createSharedEntityManager(context.getBean(EntityManagerFactory.class));
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			context.getBean(CurrentUser.class).runAs(ALICE, () -> {
				jdbc.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, time TEXT, alarm TEXT, code TEXT)");
				transaction.executeWithoutResult((status) -> entities.persist(new Event(1)));
				jdbc.update("INSERT INTO event (id, time, alarm, code) VALUES (2, ?, ?, ?)", TIME, ALARM, CODE);

				for (String column : new String[] { "time", "alarm", "code" }) {
					assertThat(jdbc.queryForList("SELECT DISTINCT typeof(%1$s) || %1$s FROM event".formatted(column)))
						.hasSize(1);
				}
				assertThat(jdbc.queryForObject("SELECT time FROM event WHERE id = 1", LocalDateTime.class))
					.isEqualTo(TIME);
				assertThat(jdbc.queryForObject("SELECT alarm FROM event WHERE id = 1", LocalTime.class))
					.isEqualTo(ALARM);
				Event written = entities.find(Event.class, 2L);
				assertThat(written.time).isEqualTo(TIME);
				assertThat(written.alarm).isEqualTo(ALARM);
				assertThat(written.code).isEqualTo(CODE);
			});
		});
	}

	@Test
	void whatTheProductHasSetStays() {
		this.product.cloud(this.root, Event.class)
			.withPropertyValues("spring.jpa.properties.hibernate.type.preferred_uuid_jdbc_type=BINARY")
			.run((context) -> {
				TransactionTemplate transaction = new TransactionTemplate(
						context.getBean(PlatformTransactionManager.class));
				EntityManager entities = SharedEntityManagerCreator
					.createSharedEntityManager(context.getBean(EntityManagerFactory.class));
				JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
				context.getBean(CurrentUser.class).runAs(ALICE, () -> {
					jdbc.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, time TEXT, alarm TEXT, code)");
					transaction.executeWithoutResult((status) -> entities.persist(new Event(1)));
					assertThat(jdbc.queryForObject("SELECT typeof(code) FROM event", String.class)).isEqualTo("blob");
				});
			});
	}

	@Entity(name = "event")
	static class Event {

		@Id
		Long id;

		LocalDateTime time;

		LocalTime alarm;

		UUID code;

		Event() {
		}

		Event(long id) {
			this.id = id;
			this.time = TIME;
			this.alarm = ALARM;
			this.code = CODE;
		}

	}

}
