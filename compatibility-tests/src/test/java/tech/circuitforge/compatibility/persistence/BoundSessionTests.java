package tech.circuitforge.compatibility.persistence;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.UserMismatchException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.compatibility.persistence.JpaProduct.ALICE;
import static tech.circuitforge.compatibility.persistence.JpaProduct.BOB;

/**
 * A JPA session belongs to its user, also where it answers without a statement.
 */
class BoundSessionTests {

	private static final String HOLD = "DELAYED_ACQUISITION_AND_HOLD";

	private static final String RELEASE = "DELAYED_ACQUISITION_AND_RELEASE_AFTER_TRANSACTION";

	@TempDir
	Path root;

	private final JpaProduct product = new JpaProduct();

	private CurrentUser currentUser;

	private EntityManagerFactory factory;

	private EntityManager entities;

	private TransactionTemplate transaction;

	@BeforeEach
	void nobodyIsSignedIn() {
		this.product.signedIn.set(null);
	}

	@Test
	void nobodyElseMayBeNamedWhileASessionIsBound() {
		run(HOLD, (context) -> {
			this.product.signedIn.set(ALICE);
			JpaProduct.inView(this.factory, () -> {
				assertThat(text()).isEqualTo("alice's");
				assertThatExceptionOfType(UserMismatchException.class)
					.isThrownBy(() -> this.currentUser.runAs(BOB, this::text))
					.withMessageContainingAll("alice", "bob");
				assertThatExceptionOfType(UserMismatchException.class)
					.isThrownBy(() -> this.currentUser.callAs(BOB, this::text));
				this.currentUser.runAs(ALICE, () -> assertThat(text()).isEqualTo("alice's"));
				assertThat(text()).isEqualTo("alice's");
			});
			this.currentUser.runAs(BOB, () -> assertThat(text()).isEqualTo("bob's"));
		});
	}

	@Test
	void aSessionThatNobodyOpenedBelongsToItsFirstUser() {
		run(RELEASE, (context) -> JpaProduct.inView(this.factory, () -> {
			this.currentUser.runAs(ALICE, () -> assertThat(text()).isEqualTo("alice's"));
			assertThatExceptionOfType(UserMismatchException.class)
				.isThrownBy(() -> this.currentUser.runAs(BOB, this::text));
		}));
	}

	@Test
	void everyRequestHasASessionOfItsOwn() {
		run(RELEASE, (context) -> {
			for (UserId user : List.of(ALICE, BOB, ALICE)) {
				this.product.signedIn.set(user);
				JpaProduct.inView(this.factory, () -> assertThat(text()).isEqualTo(user + "'s"));
			}
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { HOLD, RELEASE })
	void whatIsCachedIsForItsOwnUser(String handling) {
		run(handling, (context) -> {
			this.product.signedIn.set(ALICE);
			JpaProduct.inView(this.factory, () -> {
				assertThat(text()).isEqualTo("alice's");
				this.product.signedIn.set(BOB);
				refused(this::text);
				refused(() -> this.entities.getReference(Note.class, 1L));
				refused(() -> this.entities.createQuery("select n from Note n", Note.class).getResultList());
				refused(() -> this.transaction.executeWithoutResult((status) -> text()));
				this.product.signedIn.set(ALICE);
				assertThat(text()).isEqualTo("alice's");
			});
			assertNothingIsHeld(context);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { HOLD, RELEASE })
	void aChangedEntityIsNotWrittenOverAnotherUsersRow(String handling) {
		run(handling, (context) -> {
			this.product.signedIn.set(ALICE);
			JpaProduct.inView(this.factory, () -> {
				this.entities.find(Note.class, 1L).text = "changed by alice";
				this.product.signedIn.set(BOB);
				refused(() -> this.transaction.executeWithoutResult((status) -> this.entities.flush()));
				refused(() -> this.transaction.executeWithoutResult((status) -> {
				}));
			});
			this.product.signedIn.set(null);
			this.currentUser.runAs(BOB, () -> assertThat(text()).isEqualTo("bob's"));
			assertNothingIsHeld(context);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { HOLD, RELEASE })
	void aTransactionWhoseUserChangesIsRolledBack(String handling) {
		run(handling, (context) -> {
			this.product.signedIn.set(ALICE);
			refused(() -> this.transaction.executeWithoutResult((status) -> {
				this.entities.find(Note.class, 1L).text = "changed by alice";
				this.entities.flush();
				this.product.signedIn.set(BOB);
				text();
			}));
			this.product.signedIn.set(null);
			this.currentUser.runAs(ALICE, () -> assertThat(text()).isEqualTo("alice's"));
			this.currentUser.runAs(BOB, () -> assertThat(text()).isEqualTo("bob's"));
			assertNothingIsHeld(context);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { HOLD, RELEASE })
	void aResolverThatFailsLeavesNoConnectionBehind(String handling) {
		run(handling, (context) -> {
			this.product.signedIn.set(ALICE);
			assertThatException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.entities.find(Note.class, 1L).text = "changed by alice";
				this.entities.flush();
				this.product.away.set(new IllegalStateException("households cannot be reached"));
				text();
			})).havingRootCause().withMessageContaining("households");
			this.product.away.set(null);
			assertThat(text()).isEqualTo("alice's");
			JpaProduct.inView(this.factory, () -> {
				text();
				this.product.away.set(new IllegalStateException("households cannot be reached"));
			});
			this.product.away.set(null);
			assertNothingIsHeld(context);
		});
	}

	@Test
	void aSessionThatTheProductHoldsItselfIsItsUsersToo() {
		run(RELEASE, (context) -> {
			this.product.signedIn.set(ALICE);
			EntityManager own = this.factory.createEntityManager();
			assertThat(own.find(Note.class, 1L).text).isEqualTo("alice's");
			this.currentUser.runAs(BOB, () -> refused(() -> own.find(Note.class, 1L)));
			own.close();
			assertNothingIsHeld(context);
		});
	}

	private void run(String handling, Consumer<ApplicationContext> test) {
		this.product.cloud(this.root, Note.class)
			.withPropertyValues("spring.jpa.properties.hibernate.connection.handling_mode=" + handling)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				this.currentUser = context.getBean(CurrentUser.class);
				this.factory = context.getBean(EntityManagerFactory.class);
				this.entities = SharedEntityManagerCreator.createSharedEntityManager(this.factory);
				this.transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
				JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
				for (UserId user : List.of(ALICE, BOB)) {
					this.currentUser.runAs(user, () -> {
						jdbc.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)");
						jdbc.update("INSERT INTO note (id, text) VALUES (1, ?)", user + "'s");
					});
				}
				test.accept(context);
			});
	}

	private String text() {
		return this.entities.find(Note.class, 1L).text;
	}

	private static void refused(Runnable use) {
		assertThatException().isThrownBy(use::run)
			.satisfies((ex) -> assertThat(ex).rootCause()
				.isInstanceOf(UserMismatchException.class)
				.hasMessageContainingAll("alice", "bob"));
	}

	/** A deletion waits for whoever holds a connection. */
	private void assertNothingIsHeld(ApplicationContext context) {
		this.product.signedIn.set(null);
		UserDatabases databases = context.getBean(UserDatabases.class);
		databases.delete(ALICE);
		databases.delete(BOB);
	}

	@Entity(name = "Note")
	static class Note {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String text;

	}

}
