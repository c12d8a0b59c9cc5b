package tech.circuitforge.compatibility.product;

import javax.sql.DataSource;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jdbc.test.autoconfigure.DataJdbcTest;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.jdbc.core.simple.JdbcClient;

import tech.circuitforge.db.pool.RoutingDataSource;
import tech.circuitforge.db.test.WithCurrentUser;

import static org.assertj.core.api.Assertions.assertThat;

@JdbcTest
@WithCurrentUser("alice")
@TestMethodOrder(MethodOrderer.MethodName.class)
class SliceTests {

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private DataSource dataSource;

	@Test
	void aWritesInATransaction() {
		assertThat(this.dataSource).isInstanceOf(RoutingDataSource.class);
		this.jdbc.sql("INSERT INTO item (name) VALUES ('rice')").update();
		assertThat(count()).isEqualTo(1);
	}

	@Test
	void bFindsNothingOfIt() {
		assertThat(count()).isZero();
	}

	@Test
	@WithCurrentUser("bob")
	void cAnotherUser() {
		assertThat(count()).isZero();
	}

	private int count() {
		return this.jdbc.sql("SELECT count(*) FROM item").query(Integer.class).single();
	}

}

@DataJdbcTest
@WithCurrentUser("alice")
class DataJdbcSliceTests {

	@Autowired
	private ItemRepository items;

	@Test
	void repositoriesWork() {
		assertThat(this.items.save(new Item(null, "rice")).id()).isPositive();
		assertThat(this.items.findAll()).extracting(Item::name).containsExactly("rice");
	}

}
