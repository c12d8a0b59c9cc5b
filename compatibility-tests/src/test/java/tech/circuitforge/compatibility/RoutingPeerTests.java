package tech.circuitforge.compatibility;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.UserMismatchException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.compatibility.Product.look;

/**
 * What README.md says about {@link AbstractRoutingDataSource}, and that it is not so
 * here.
 */
class RoutingPeerTests {

	private static final String COUNT = "SELECT count(*) FROM item";

	@TempDir
	Path root;

	@Test
	void peerWritesOneUsersRowsIntoAnothersFile() {
		AtomicReference<String> user = new AtomicReference<>("alice");
		DataSource routing = routing(user);
		JdbcTemplate jdbc = new JdbcTemplate(routing);
		new TransactionTemplate(new JdbcTransactionManager(routing)).executeWithoutResult((status) -> {
			jdbc.update("INSERT INTO item VALUES ('of alice')");
			user.set("bob");
			jdbc.update("INSERT INTO item VALUES ('of bob')");
		});
		assertThat(look(this.root.resolve("alice.db"), COUNT)).isEqualTo(2);
		assertThat(look(this.root.resolve("bob.db"), COUNT)).isEqualTo(0);
	}

	@Test
	void peerServesWhoeverItDoesNotKnowFromTheDefaultDatabase() {
		AtomicReference<String> user = new AtomicReference<>("mallory");
		new JdbcTemplate(routing(user)).update("INSERT INTO item VALUES ('of mallory')");
		assertThat(look(this.root.resolve("default.db"), COUNT)).isEqualTo(1);
	}

	@Test
	void oursRefusesBoth() {
		Product.with(this.root, DataSourceTransactionManagerAutoConfiguration.class).run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			CurrentUser currentUser = context.getBean(CurrentUser.class);
			String insert = "INSERT INTO item (name) VALUES ('rice')";
			assertThatExceptionOfType(NoCurrentUserException.class).isThrownBy(() -> jdbc.update(insert));
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			currentUser.runAs(Product.ALICE, () -> assertThatExceptionOfType(UserMismatchException.class)
				.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
					jdbc.update(insert);
					currentUser.runAs(Product.BOB, () -> jdbc.update(insert));
				})));
			assertThat(look(this.root.resolve("alice/kiwi.db"), COUNT)).isEqualTo(0);
			assertThat(this.root.resolve("bob")).doesNotExist();
		});
	}

	private DataSource routing(AtomicReference<String> user) {
		AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {

			@Override
			protected Object determineCurrentLookupKey() {
				return user.get();
			}

		};
		routing.setTargetDataSources(Map.of("alice", file("alice"), "bob", file("bob")));
		routing.setDefaultTargetDataSource(file("default"));
		routing.afterPropertiesSet();
		return routing;
	}

	private DataSource file(String name) {
		SQLiteDataSource dataSource = new SQLiteDataSource();
		dataSource.setUrl("jdbc:sqlite:" + this.root.resolve(name + ".db"));
		new JdbcTemplate(dataSource).execute("CREATE TABLE item (name TEXT)");
		return dataSource;
	}

}
