package tech.circuitforge.compatibility.product;

import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.security.test.context.support.WithMockUser;
import org.springframework.test.context.transaction.TestTransaction;
import org.springframework.transaction.annotation.Transactional;

import tech.circuitforge.compatibility.product.NotesApplication.Items;
import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.test.WithCurrentUser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
@WithCurrentUser("alice")
@TestMethodOrder(MethodOrderer.MethodName.class)
class NotesApplicationTests {

	@Autowired
	private Items items;

	@Autowired
	private CurrentUser currentUser;

	@Value("${cf.db.cloud.data-root}")
	private Path root;

	@BeforeEach
	void usesTheDatabaseOfTheTestsUser() {
		assertThat(this.items.names()).isNotNull();
	}

	@Test
	@Transactional
	void aTestManagedTransactionIsRolledBack() {
		this.items.add("rolled back");
		assertThat(TestTransaction.isActive()).isTrue();
		assertThat(this.items.names()).containsExactly("rolled back");
	}

	@Test
	void bWorksInAlicesMigratedDatabase() {
		assertThat(this.currentUser.require()).hasToString("alice");
		assertThat(this.items.names()).isEmpty();
		this.items.add("kept for the class");
		assertThat(this.root.resolve("alice")).isDirectory();
	}

	@Test
	void cSeesWhatTheClassWroteBefore() {
		assertThat(this.items.names()).containsExactly("kept for the class");
	}

	@Test
	@WithCurrentUser("bob")
	void dMethodsUserComesFirst() {
		assertThat(this.items.names()).isEmpty();
	}

	@Nested
	class NestedTests {

		@Test
		void userOfTheEnclosingClassIsTheUserHere() {
			NotesApplicationTests.this.items.add("nested");
			assertThat(NotesApplicationTests.this.root.resolve("alice")).isDirectory();
		}

	}

	@Test
	@WithMockUser("carol")
	void eNamedUserComesBeforeTheSignedInOne() {
		assertThat(this.currentUser.require()).hasToString("alice");
		this.currentUser.runAs(new UserId("dave"), () -> assertThat(this.items.names()).isEmpty());
	}

}

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE, properties = "cf.db.mode=cloud")
class NotesApplicationWithSecurityTests {

	@Autowired
	private Items items;

	@Autowired
	private CurrentUser currentUser;

	@Value("${cf.db.cloud.data-root}")
	private Path root;

	@Test
	@WithMockUser("carol")
	void mockUserIsTheCurrentUser() {
		assertThat(this.currentUser.require()).hasToString("carol");
		assertThat(this.items.names()).isEmpty();
	}

	@Test
	void nobodyIsNobodyAgain() {
		assertThatExceptionOfType(NoCurrentUserException.class).isThrownBy(this.items::names);
	}

	@Test
	void otherClassesDataIsNotHere() {
		assertThat(this.root.resolve("alice")).doesNotExist();
	}

}

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
class LocalNotesApplicationTests {

	@Autowired
	private Items items;

	@Value("${cf.db.path}")
	private Path file;

	@Test
	void localModeHasAFreshFileToo() {
		assertThat(this.items.names()).isEmpty();
		assertThat(this.file).exists();
		assertThat(Path.of("data")).doesNotExist();
	}

}
