package tech.circuitforge.db.lifecycle;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.scheduling.support.CronExpression;

import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.pool.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.circuitforge.db.sqlite.TestConnections.look;

class BackupScheduleTests {

	private static final UserId ALICE = new UserId("alice");

	@TempDir
	Path directory;

	private TestUserDatabases open(int migrations) throws Exception {
		Path root = Files.createDirectories(this.directory.resolve("root"));
		Path backups = Files.createDirectories(this.directory.resolve("backups"));
		Migration[] all = { TestDatabases.migration("001_notes.sql", "CREATE TABLE notes (text TEXT);"),
				TestDatabases.migration("002_drop.sql", "DROP TABLE notes;") };
		return new TestUserDatabases(new DataRoot(root, new Layout("{user}/{app}.db", "kiwi")), backups,
				Duration.ofSeconds(5), Arrays.copyOf(all, migrations));
	}

	@Test
	void backsUpByItselfAgainAndAgain() throws Exception {
		try (TestUserDatabases databases = open(1)) {
			databases.users.create(ALICE);
			Backups backups = Objects.requireNonNull(databases.backups);
			assertThat(backups.describe()).isEqualTo("not run");
			assertThat(backups.secondsSinceLastEnd()).isNaN();
			try (BackupSchedule schedule = new BackupSchedule(CronExpression.parse("* * * * * *"), backups)) {
				await(() -> backups.made() >= 1);
				assertThat(databases.users.backups(ALICE)).hasSize(1);
				databases.users.create(new UserId("bob"));
				await(() -> databases.users.backups(new UserId("bob")).size() == 1);
				// What goes wrong does not end it.
				Path place = this.directory.resolve("backups/carol");
				Files.writeString(place, "in the way");
				databases.users.create(new UserId("carol"));
				await(() -> backups.failed() > 0);
				Files.delete(place);
				await(() -> databases.users.backups(new UserId("carol")).size() == 1);
				await(() -> backups.describe().contains(", 0 failed at "));
				assertThat(schedule).isNotNull();
			}
			assertThat(backups.secondsSinceLastEnd()).isLessThan(10);
		}
	}

	@Test
	void clockThatIsSetBackDoesNotPostponeBackups() throws Exception {
		try (TestUserDatabases databases = open(1)) {
			databases.users.create(ALICE);
			Backups backups = Objects.requireNonNull(databases.backups);
			AtomicReference<ZonedDateTime> now = new AtomicReference<>(ZonedDateTime.parse("2027-03-04T02:00:00Z"));
			AtomicInteger looks = new AtomicInteger();
			try (BackupSchedule schedule = new BackupSchedule(CronExpression.parse("0 0 3 * * *"), backups, () -> {
				looks.incrementAndGet();
				return now.get();
			}, Duration.ofMillis(10))) {
				now.set(ZonedDateTime.parse("2026-03-04T02:59:59Z"));
				int before = looks.get();
				await(() -> looks.get() > before + 3);
				assertThat(backups.made()).isZero();
				now.set(ZonedDateTime.parse("2026-03-04T03:00:01Z"));
				await(() -> backups.made() == 1);
				assertThat(schedule).isNotNull();
			}
		}
	}

	private static void await(BooleanSupplier condition) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).isLessThan(deadline);
			Thread.sleep(10);
		}
	}

	@Test
	void snapshotIsTakenBeforeAMigrationChangesADatabase() throws Exception {
		try (TestUserDatabases databases = open(1)) {
			databases.users.create(ALICE);
		}
		try (TestUserDatabases databases = open(2)) {
			assertThat(databases.users.backups(ALICE)).isEmpty();
			databases.open.acquire(DatabaseName.of(ALICE)).close();
			Path snapshot = this.directory.resolve("backups/alice/kiwi.db").toFile().listFiles()[0].toPath();
			assertThat(look(snapshot, "SELECT count(*) FROM sqlite_schema WHERE name = 'notes'")).isEqualTo(1);
			assertThat(look(this.directory.resolve("root/alice/kiwi.db"),
					"SELECT count(*) FROM sqlite_schema WHERE name = 'notes'"))
				.isEqualTo(0);
			// Once, not at every opening; and none of a new database.
			databases.open.acquire(DatabaseName.of(ALICE)).close();
			databases.open.acquire(DatabaseName.of(new UserId("bob"))).close();
			assertThat(databases.users.backups(ALICE)).hasSize(1);
			assertThat(databases.users.backups(new UserId("bob"))).isEmpty();
		}
	}

}
