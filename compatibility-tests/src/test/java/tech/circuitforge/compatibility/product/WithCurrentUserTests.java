package tech.circuitforge.compatibility.product;

import java.lang.reflect.Method;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.security.test.context.support.WithMockUser;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.jdbc.Sql;
import org.springframework.test.context.jdbc.Sql.ExecutionPhase;
import org.springframework.transaction.annotation.Transactional;

import tech.circuitforge.compatibility.product.NotesApplication.Items;
import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.test.WithCurrentUser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Where the user of {@code @WithCurrentUser} on a class is there.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
@WithCurrentUser("alice")
@Sql(statements = "INSERT INTO item (name) VALUES ('of the class')", executionPhase = ExecutionPhase.BEFORE_TEST_CLASS)
@Sql(statements = "INSERT INTO item (name) VALUES ('after the class')",
		executionPhase = ExecutionPhase.AFTER_TEST_CLASS)
class WithCurrentUserTests {

	@Autowired
	private Items items;

	@BeforeAll
	static void beforeAll(@Autowired Items items) {
		assertThat(items.names()).containsExactly("of the class");
		items.add("before all");
	}

	@Test
	void rowsOfTheClassAreHere() {
		assertThat(this.items.names()).containsExactly("of the class", "before all");
	}

	@Test
	@WithCurrentUser("bob")
	void anotherUserHasNoneOfThem() {
		assertThat(this.items.names()).isEmpty();
	}

	@AfterAll
	static void afterAll(@Autowired Items items, @Autowired CurrentUser currentUser) {
		assertThat(currentUser.require()).hasToString("alice");
		assertThat(items.names()).containsExactly("of the class", "before all");
	}

	@Nested
	@TestInstance(TestInstance.Lifecycle.PER_CLASS)
	class InheritedTests {

		@BeforeAll
		void beforeAll(@Autowired Items items, @Autowired CurrentUser currentUser) {
			assertThat(currentUser.require()).hasToString("alice");
			items.add("nested");
		}

		@Test
		void worksInTheSameDatabase(@Autowired Items items) {
			assertThat(items.names()).contains("nested");
		}

	}

	@Nested
	@WithCurrentUser("bob")
	class OverriddenTests {

		@BeforeAll
		static void beforeAll(@Autowired CurrentUser currentUser) {
			assertThat(currentUser.require()).hasToString("bob");
		}

		@Test
		void itsUserComesFirst(@Autowired CurrentUser currentUser) {
			assertThat(currentUser.require()).hasToString("bob");
		}

		@Test
		@WithCurrentUser("alice")
		void andThatOfAMethodBeforeIt(@Autowired CurrentUser currentUser) {
			assertThat(currentUser.require()).hasToString("alice");
		}

	}

}

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@WithCurrentUser("alice")
class InstancePerClassTests {

	@Autowired
	private Items items;

	@BeforeAll
	void beforeAll() {
		this.items.add("before all");
	}

	@Test
	void rowsOfTheClassAreHere() {
		assertThat(this.items.names()).containsExactly("before all");
	}

}

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
@DirtiesContext(classMode = DirtiesContext.ClassMode.BEFORE_EACH_TEST_METHOD)
@WithCurrentUser("alice")
class AnotherContextPerMethodTests {

	@BeforeAll
	static void beforeAll(@Autowired Items items) {
		items.add("before all");
	}

	@BeforeEach
	void startsEmpty(@Autowired Items items) {
		assertThat(items.names()).isEmpty();
		items.add("x");
	}

	@Test
	void one(@Autowired Items items) {
		assertThat(items.names()).hasSize(1);
	}

	@Test
	void two(@Autowired Items items) {
		assertThat(items.names()).hasSize(1);
	}

	@AfterAll
	static void afterAll(@Autowired CurrentUser currentUser) {
		assertThat(currentUser.require()).hasToString("alice");
	}

}

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE, properties = "cf.db.mode=cloud")
@WithMockUser("carol")
@Sql(statements = "INSERT INTO item (name) VALUES ('of the method')")
class WithMockUserTests {

	@Autowired
	private Items items;

	@Test
	void scriptOfAMethodRunsInTheDatabaseOfWhoeverIsSignedIn() {
		assertThat(this.items.names()).isNotEmpty().containsOnly("of the method");
	}

	@Test
	@WithMockUser("dave")
	@Transactional
	void userOfTheMethodComesFirst() {
		assertThat(this.items.names()).containsExactly("of the method");
	}

	@Test
	@WithCurrentUser("bob")
	void namedUserComesBeforeTheSignedInOne(@Autowired CurrentUser currentUser) {
		assertThat(currentUser.require()).hasToString("bob");
		assertThat(this.items.names()).containsExactly("of the method");
	}

}

/**
 * What is on the thread afterwards, and on others.
 */
class WithCurrentUserListenerTests {

	@Test
	void userOfAClassStaysOnItsThreadUntilItsEnd() throws Exception {
		TestContextManager manager = new TestContextManager(Alice.class);
		CurrentUser currentUser = currentUser(manager);
		manager.beforeTestClass();
		assertThat(currentUser.find()).hasToString("alice");
		method(manager, Alice.class, "bob", () -> assertThat(currentUser.find()).hasToString("bob"));
		assertThat(currentUser.find()).hasToString("alice");
		manager.afterTestClass();
		assertThat(currentUser.find()).isNull();
	}

	@Test
	void userOfAMethodIsGoneAfterIt() throws Exception {
		TestContextManager manager = new TestContextManager(Nobody.class);
		CurrentUser currentUser = currentUser(manager);
		manager.beforeTestClass();
		assertThat(currentUser.find()).isNull();
		method(manager, Nobody.class, "bob", () -> assertThat(currentUser.find()).hasToString("bob"));
		assertThat(currentUser.find()).isNull();
		manager.afterTestClass();
	}

	@Test
	void userIsGoneAfterAScriptOfTheClassFailed() throws Exception {
		TestContextManager manager = new TestContextManager(FailingScript.class);
		CurrentUser currentUser = currentUser(manager);
		assertThatException().isThrownBy(manager::beforeTestClass).withStackTraceContaining("nonsense");
		assertThat(currentUser.find()).hasToString("alice");
		assertThatException().isThrownBy(manager::afterTestClass);
		assertThat(currentUser.find()).isNull();
	}

	@Test
	void failureBeforeTheUserWasNamedEndsNobodyElses() throws Exception {
		TestContextManager manager = new TestContextManager(Alice.class);
		CurrentUser currentUser = currentUser(manager);
		manager.beforeTestClass();
		TestContextManager other = new TestContextManager(Nobody.class);
		other.afterTestMethod(new Nobody(), Nobody.class.getDeclaredMethod("bob"), null);
		other.afterTestClass();
		manager.afterTestMethod(new Alice(), Alice.class.getDeclaredMethod("bob"), null);
		assertThat(currentUser.find()).hasToString("alice");
		manager.afterTestClass();
	}

	@Test
	void parallelTestsHaveTheirOwn() throws Exception {
		TestContextManager alice = new TestContextManager(Alice.class);
		TestContextManager bob = new TestContextManager(Bob.class);
		CurrentUser currentUser = currentUser(alice);
		CyclicBarrier together = new CyclicBarrier(3);
		ExecutorService threads = Executors.newFixedThreadPool(3);
		try {
			alice.beforeTestClass();
			Future<?> methodOfAlice = threads.submit(() -> {
				method(alice, Alice.class, "plain", () -> {
					together.await(1, TimeUnit.MINUTES);
					assertThat(currentUser.find()).hasToString("alice");
					together.await(1, TimeUnit.MINUTES);
				});
				assertThat(currentUser.find()).isNull();
				return null;
			});
			Future<?> methodOfBob = threads.submit(() -> {
				method(alice, Alice.class, "bob", () -> {
					together.await(1, TimeUnit.MINUTES);
					assertThat(currentUser.find()).hasToString("bob");
					together.await(1, TimeUnit.MINUTES);
				});
				assertThat(currentUser.find()).isNull();
				return null;
			});
			Future<?> otherClass = threads.submit(() -> {
				CurrentUser other = currentUser(bob);
				bob.beforeTestClass();
				together.await(1, TimeUnit.MINUTES);
				assertThat(other.find()).hasToString("bob");
				bob.afterTestClass();
				assertThat(other.find()).isNull();
				together.await(1, TimeUnit.MINUTES);
				return null;
			});
			methodOfAlice.get(2, TimeUnit.MINUTES);
			methodOfBob.get(2, TimeUnit.MINUTES);
			otherClass.get(2, TimeUnit.MINUTES);
			assertThat(currentUser.find()).hasToString("alice");
			alice.afterTestClass();
			assertThat(currentUser.find()).isNull();
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void withoutAUserTheMessageSaysWhatToWrite() throws Exception {
		TestContextManager manager = new TestContextManager(MockUserAndScriptOfTheClass.class);
		assertThatException().isThrownBy(manager::beforeTestClass)
			.havingRootCause()
			.isInstanceOf(NoCurrentUserException.class)
			.withMessageContaining("In a test: put @WithCurrentUser");
	}

	private static CurrentUser currentUser(TestContextManager manager) {
		return manager.getTestContext().getApplicationContext().getBean(CurrentUser.class);
	}

	private static void method(TestContextManager manager, Class<?> type, String name, Work work) throws Exception {
		Object test = type.getDeclaredConstructor().newInstance();
		Method method = type.getDeclaredMethod(name);
		manager.prepareTestInstance(test);
		manager.beforeTestMethod(test, method);
		try {
			work.run();
		}
		finally {
			manager.afterTestMethod(test, method, null);
		}
	}

	private interface Work {

		void run() throws Exception;

	}

	@SpringBootTest(classes = NotesApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
	@WithCurrentUser("alice")
	static class Alice {

		void plain() {
		}

		@WithCurrentUser("bob")
		void bob() {
		}

	}

	@SpringBootTest(classes = NotesApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
	@WithCurrentUser("bob")
	static class Bob {

	}

	@SpringBootTest(classes = NotesApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
	static class Nobody {

		@WithCurrentUser("bob")
		void bob() {
		}

	}

	@SpringBootTest(classes = NotesApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
	@WithCurrentUser("alice")
	@Sql(statements = "nonsense", executionPhase = ExecutionPhase.BEFORE_TEST_CLASS)
	@Sql(statements = "nonsense", executionPhase = ExecutionPhase.AFTER_TEST_CLASS)
	static class FailingScript {

	}

	@SpringBootTest(classes = NotesApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE,
			properties = "cf.db.mode=cloud")
	@WithMockUser("carol")
	@Sql(statements = "DELETE FROM item", executionPhase = ExecutionPhase.BEFORE_TEST_CLASS)
	static class MockUserAndScriptOfTheClass {

	}

}
