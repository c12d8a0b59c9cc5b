package tech.circuitforge.db.pool;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.MigrationEvent;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.migration.Migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.db.pool.TestDatabases.migration;
import static tech.circuitforge.db.sqlite.TestConnections.look;

/**
 * What becomes of a user whose data a migration does not fit.
 */
class QuarantineTests {

	private static final DatabaseName ALICE = DatabaseName.of(new UserId("alice"));

	private static final DatabaseName BOB = DatabaseName.of(new UserId("bob"));

	private static final Migration NOTES = migration("001_notes.sql", "CREATE TABLE notes (text TEXT)");

	private static final Migration UNIQUE = migration("002_unique.sql", "CREATE UNIQUE INDEX u ON notes (text)");

	@TempDir
	Path directory;

	private DataRoot root;

	private Instant now = Instant.parse("2026-03-04T05:06:07Z");

	/** Near the end of what it counts, where it begins anew from below. */
	private long nanoTime = Long.MAX_VALUE - Duration.ofSeconds(7).toNanos();

	private TestDatabases parts;

	private OpenDatabases databases;

	@BeforeEach
	void createDatabasesOfWhichAlicesHasDuplicates() throws Exception {
		this.root = new DataRoot(this.directory, new Layout("{user}/{app}.db", "kiwi"));
		TestDatabases before = TestDatabases.of(this.root, NOTES);
		before.creator.create(ALICE);
		before.creator.create(BOB);
		write("INSERT INTO notes VALUES ('same'), ('same')");
		this.parts = new TestDatabases(this.root, () -> this.now, () -> this.nanoTime, List.of(NOTES, UNIQUE),
				Snapshots.NONE);
		this.databases = new OpenDatabases(this.parts.opener, new PoolSettings(4, 4, 32, Duration.ofMinutes(1),
				Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ZERO));
	}

	@AfterEach
	void close() {
		this.databases.close();
	}

	@Test
	void onlyThatUserIsOutOfServiceAndTheReasonIsSaid() {
		assertThatExceptionOfType(DatabaseQuarantinedException.class).isThrownBy(() -> this.databases.acquire(ALICE))
			.withMessageContaining("The database of user \"alice\" is out of service since 2026-03-04T05:06:07Z")
			.withMessageContaining("tried again in 5 s")
			.withMessageContaining("Migration 002_unique.sql failed for user \"alice\", line 1")
			.withMessageContaining("001_notes.sql is.")
			.withCauseInstanceOf(MigrationException.class);
		this.databases.acquire(BOB).close();
		assertThat(look(this.root.locate(ALICE), "SELECT count(*) FROM notes")).isEqualTo(2);
		assertThat(this.parts.events).hasSize(2)
			.anySatisfy((event) -> assertThat(event).isInstanceOfSatisfying(MigrationEvent.Failed.class,
					(failed) -> assertThat(failed.user()).isEqualTo(ALICE.user())))
			.anySatisfy((event) -> assertThat(event).isInstanceOfSatisfying(MigrationEvent.Migrated.class,
					(migrated) -> assertThat(migrated.migrations()).containsExactly("002_unique.sql")));
	}

	@Test
	void isTriedAgainAfterADelayThatDoubles() {
		for (long delay : new long[] { 5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600 }) {
			int failures = this.parts.events.size();
			assertThat(retryAfter()).isEqualTo(Duration.ofSeconds(delay));
			assertThat(this.parts.events).hasSize(failures + 1);
			this.nanoTime += Duration.ofSeconds(delay).minusMillis(500).toNanos();
			// Not due: refused without a look at the file.
			assertThat(retryAfter()).isEqualTo(Duration.ofSeconds(1));
			assertThat(this.parts.events).hasSize(failures + 1);
			this.nanoTime += Duration.ofMillis(500).toNanos();
		}
	}

	@Test
	void clockThatIsSetNeitherProlongsTheDelayNorEndsIt() {
		for (Duration wrong : new Duration[] { Duration.ofDays(365), Duration.ofDays(-365) }) {
			this.now = this.now.plus(wrong);
			int failures = this.parts.events.size();
			Duration delay = retryAfter();
			assertThat(this.parts.events).hasSize(failures + 1);
			this.now = this.now.minus(wrong);
			assertThat(retryAfter()).isEqualTo(delay);
			assertThat(this.parts.events).hasSize(failures + 1);
			assertThat(this.parts.failures.quarantine().find(ALICE)).isNotNull()
				.satisfies((entry) -> assertThat(entry.retryAt()).isEqualTo(this.now.plus(delay)));
			this.nanoTime += delay.toNanos();
		}
		retryAfter();
		assertThat(this.parts.events).hasSize(3);
	}

	@Test
	void repairedDatabaseIsServedWhenItIsDueOrWhenItIsMigratedOnRequest() throws Exception {
		retryAfter();
		write("DELETE FROM notes WHERE rowid = 2");
		retryAfter();
		assertThat(this.parts.opener.migrate(ALICE)).containsExactly("002_unique.sql");
		this.databases.acquire(ALICE).close();
	}

	@Test
	void newDeploymentTriesAtOnce() {
		retryAfter();
		TestDatabases next = TestDatabases.of(this.root, NOTES,
				migration("002_unique.sql", "CREATE INDEX u ON notes (text)"));
		try (OpenDatabases later = new OpenDatabases(next.opener, new PoolSettings(4, 4, 32, Duration.ofMinutes(1),
				Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ZERO))) {
			later.acquire(ALICE).close();
		}
	}

	private Duration retryAfter() {
		try {
			this.databases.acquire(ALICE).close();
		}
		catch (DatabaseQuarantinedException ex) {
			return ex.retryAfter();
		}
		throw new AssertionError("It was opened");
	}

	private void write(String sql) throws Exception {
		try (var connection = TestDatabases.of(this.root, NOTES).connections.open(this.root.locate(ALICE))) {
			connection.runScript(sql);
		}
	}

}
