package tech.circuitforge.compatibility.circuitforge;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.JdbcTemplate;

import tech.circuitforge.compatibility.circuitforge.ItemStore.Item;
import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.autoconfigure.CfDbAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the calls of Python's {@code sqlite3} become, in local mode, as a product starts
 * its move.
 */
class ItemStoreTests {

	@TempDir
	Path directory;

	@Test
	void storeDoesWhatItDidInPython() {
		run((context, store) -> {
			long id = store.add("rice");
			assertThat(store.open(id)).isTrue();
			assertThat(store.open(id + 1)).isFalse();
			Item item = store.find(id).orElseThrow();
			assertThat(item.name()).isEqualTo("rice");
			assertThat(item.opened()).isTrue();
			assertThat(Duration.between(item.addedAt(), Instant.now())).isLessThan(Duration.ofMinutes(1));
			assertThat(store.find(id + 1)).isEmpty();
		});
	}

	@Test
	void batchIsAllOrNothing() {
		run((context, store) -> {
			store.addAll(List.of("rice", "beans"));
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> store.addAll(Arrays.asList("lentils", null)));
			assertThat(store.all()).extracting(Item::name).containsExactly("rice", "beans");
		});
	}

	@Test
	void localModesUserIsLocal() {
		run((context, store) -> assertThat(context.getBean(CurrentUser.class).require()).hasToString("local"));
	}

	@Test
	void pragmasAreSet() {
		run((context, store) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			assertThat(jdbc.queryForObject("PRAGMA journal_mode", String.class)).isEqualTo("wal");
			assertThat(jdbc.queryForObject("PRAGMA foreign_keys", Integer.class)).isEqualTo(1);
		});
	}

	@Test
	void scriptsAreMigrations() {
		run((context, store) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(() -> jdbc.execute("CREATE TABLE a (x); CREATE TABLE b (y)"));
			assertThat(jdbc.queryForList("SELECT name FROM _migrations ORDER BY name", String.class)).hasSize(4);
		});
	}

	private void run(BiConsumer<ApplicationContext, ItemStore> test) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CfDbAutoConfiguration.class, DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
					AopAutoConfiguration.class, JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class))
			.withBean(ItemStore.class)
			.withPropertyValues("cf.db.path=" + this.directory.resolve("kiwi.db"),
					"cf.db.migrations.locations=classpath:circuitforge/migrations")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				test.accept(context, context.getBean(ItemStore.class));
			});
	}

}
