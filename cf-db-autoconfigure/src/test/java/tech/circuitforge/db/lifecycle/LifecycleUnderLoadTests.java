package tech.circuitforge.db.lifecycle;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every operation while the user is writing and reading: nobody sees half of anything,
 * and nothing that was acknowledged is lost.
 */
class LifecycleUnderLoadTests {

	private static final UserId ALICE = new UserId("alice");

	private static final UserId BOB = new UserId("bob");

	private static final DatabaseName ALICES = DatabaseName.of(ALICE);

	private static final DatabaseName BOBS = DatabaseName.of(BOB);

	private static final int TIMES = 15;

	@TempDir
	Path directory;

	private DataRoot root;

	private TestUserDatabases databases;

	@BeforeEach
	void open() throws Exception {
		this.root = new DataRoot(Files.createDirectory(this.directory.resolve("root")),
				new Layout("{user}/{app}.db", "kiwi"));
		this.databases = new TestUserDatabases(this.root, Files.createDirectory(this.directory.resolve("backups")),
				Duration.ofSeconds(30), Bank.SCHEMA);
		this.databases.users.create(ALICE);
	}

	@AfterEach
	void close() {
		this.databases.close();
	}

	private Bank bank(DatabaseName... names) {
		return new Bank(this.databases.open, 0, names).open(2, 2);
	}

	@Test
	void exportsCopiesAndBackupsHaveWhatWasAcknowledgedBefore() throws Exception {
		try (Bank bank = bank(ALICES)) {
			for (int i = 0; i < TIMES; i++) {
				bank.await(20);
				Set<Long> before = new HashSet<>(bank.acknowledged);
				Path target = this.directory.resolve("export-%d.db".formatted(i));
				this.databases.users.export(ALICE, target);
				Bank.assertContainsAll(Bank.check(target), before);
				UserId copy = new UserId("copy-" + i);
				this.databases.users.copy(ALICE, copy);
				Bank.assertContainsAll(Bank.check(this.root.locate(DatabaseName.of(copy))), before);
				Instant time = this.databases.users.backUp(ALICE).time();
				Path backup = this.directory.resolve("backups/alice/kiwi.db/%s.db".formatted(Companions.stamp(time)));
				Bank.assertContainsAll(Bank.check(backup), before);
				assertThat(this.databases.users.verify(ALICE).isClean()).isTrue();
			}
			assertThat(bank.refused).hasValue(0);
			assertThat(bank.sums).hasPositiveValue();
		}
		// The last three.
		assertThat(this.databases.users.backups(ALICE)).hasSize(3);
		assertThat(this.directory.toFile().listFiles((file) -> file.getName().contains(".new-"))).isEmpty();
	}

	@Test
	void restoringKeepsWhatWasThere() throws Exception {
		Path source = this.directory.resolve("yesterday.db");
		try (Bank bank = bank(ALICES)) {
			bank.await(20);
			this.databases.users.export(ALICE, source);
			Set<Long> yesterday = Bank.check(source);
			for (int i = 0; i < TIMES; i++) {
				bank.await(20);
				Set<Long> before = new HashSet<>(bank.acknowledged);
				before.removeAll(inKeptCopies());
				this.databases.users.restore(ALICE, source);
				Set<Long> kept = inKeptCopies();
				Bank.assertContainsAll(kept, lastThree(before, kept));
			}
			Set<Long> afterwards = new HashSet<>();
			Set<Long> soFar = new HashSet<>(bank.acknowledged);
			bank.await(50);
			afterwards.addAll(bank.acknowledged);
			afterwards.removeAll(soFar);
			Set<Long> now = Bank.check(this.root.locate(ALICES));
			Bank.assertContainsAll(now, yesterday);
			Bank.assertContainsAll(now, afterwards);
			assertThat(bank.refused).hasPositiveValue();
		}
		assertThat(this.databases.users.info(ALICE).keptCopies()).hasSize(3);
	}

	/** What was written since the copy before; older copies are gone by and by. */
	private static Set<Long> lastThree(Set<Long> before, Set<Long> kept) {
		Set<Long> recent = new HashSet<>(before);
		long oldest = kept.stream().mapToLong(Long::longValue).max().orElse(0) - 20;
		recent.removeIf((id) -> id < oldest);
		return recent;
	}

	private Set<Long> inKeptCopies() throws Exception {
		Set<Long> all = new HashSet<>();
		for (Path kept : Companions.kept(this.root.locate(ALICES))) {
			all.addAll(Bank.check(kept));
		}
		return all;
	}

	@Test
	void renamingLosesNothingAndMakesNoSecondDatabase() throws Exception {
		this.databases.users.copy(ALICE, BOB);
		this.databases.users.delete(BOB);
		try (Bank bank = bank(ALICES, BOBS)) {
			UserId holder = ALICE;
			for (int i = 0; i < TIMES; i++) {
				bank.await(20);
				UserId other = holder.equals(ALICE) ? BOB : ALICE;
				this.databases.users.rename(holder, other);
				assertThat(this.databases.users.exists(holder)).isFalse();
				holder = other;
			}
			bank.await(20);
			assertThat(bank.refused).hasPositiveValue();
			bank.stop();
			Path file = this.root.locate(DatabaseName.of(holder));
			Bank.assertContainsAll(Bank.check(file), bank.acknowledged);
			try (Stream<UserId> users = this.databases.users.list()) {
				assertThat(users).containsExactly(holder);
			}
		}
	}

	@Test
	void deletedIsDeletedWhileRequestsGoOn() throws Exception {
		for (UserId other : new UserId[] { BOB, new UserId("carol") }) {
			this.databases.users.create(other);
		}
		try (Bank alices = bank(ALICES); Bank bobs = bank(BOBS)) {
			alices.await(50);
			this.databases.users.backUp(ALICE);
			this.databases.users.delete(ALICE);
			int refused = alices.refused.get();
			bobs.await(50);
			this.databases.users.erase(new UserId("carol"));
			assertThat(alices.refused).hasValueGreaterThan(refused);
			assertThat(this.root.path().resolve("alice")).doesNotExist();
			assertThat(this.root.path().resolve("carol")).doesNotExist();
			assertThat(this.directory.resolve("backups/alice")).doesNotExist();
			// Made again on purpose.
			this.databases.users.create(ALICE);
			alices.acknowledged.clear();
			alices.await(20);
			Set<Long> anew = Set.copyOf(alices.acknowledged);
			Bank.assertContainsAll(Bank.check(this.root.locate(ALICES)), anew);
			assertThat(bobs.refused).hasValue(0);
		}
	}

	@Test
	void suspendedIsNotServedAndGoesOnWhereItWas() throws Exception {
		try (Bank bank = bank(ALICES)) {
			for (int i = 0; i < TIMES; i++) {
				bank.await(10);
				this.databases.users.suspend(ALICE, "moved to another plan");
				Set<Long> then = Set.copyOf(bank.acknowledged);
				assertThat(Bank.check(this.root.locate(ALICES)).equals(then)).isTrue();
				assertThat(bank.acknowledged.size()).isEqualTo(then.size());
				this.databases.users.resume(ALICE);
			}
			bank.await(10);
			assertThat(bank.refused).hasPositiveValue();
		}
	}

}
