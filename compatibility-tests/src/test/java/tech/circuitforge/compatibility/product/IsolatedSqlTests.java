package tech.circuitforge.compatibility.product;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.jdbc.Sql;
import org.springframework.test.context.jdbc.SqlConfig;
import org.springframework.test.context.jdbc.SqlConfig.TransactionMode;
import org.springframework.transaction.annotation.Transactional;

import tech.circuitforge.compatibility.product.NotesApplication.Items;
import tech.circuitforge.db.test.WithCurrentUser;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Scripts that commit by themselves while the transaction of a test is open.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
@WithCurrentUser("alice")
@Transactional
@TestMethodOrder(MethodOrderer.MethodName.class)
class IsolatedSqlTests {

	private static final String COMMITTED = "INSERT INTO item (name) VALUES ('committed')";

	@Autowired
	private Items items;

	@Test
	@Sql(statements = COMMITTED, executionPhase = Sql.ExecutionPhase.AFTER_TEST_METHOD,
			config = @SqlConfig(transactionMode = TransactionMode.ISOLATED))
	void aHasOnlyRead() {
		assertThat(this.items.names()).isEmpty();
	}

	@Test
	@Sql(statements = COMMITTED, config = @SqlConfig(transactionMode = TransactionMode.ISOLATED))
	void bSeesWhatBothScriptsCommitted() {
		assertThat(this.items.names()).containsExactly("committed", "committed");
	}

}
