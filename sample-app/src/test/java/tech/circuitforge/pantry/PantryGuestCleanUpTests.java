package tech.circuitforge.pantry;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.ScheduledTaskHolder;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Guests come and go: how long they are remembered, and how many.
 */
@Tag("slow")
class PantryGuestCleanUpTests {

	@TempDir
	Path root;

	private ConfigurableApplicationContext pantry;

	private void start(String... arguments) {
		List<String> all = new ArrayList<>(
				List.of("--server.port=0", "--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.root,
						"--pantry.guests.enabled=true", "--pantry.guests.key=secret", "--pantry.guests.keep=30d"));
		all.addAll(List.of(arguments));
		this.pantry = new SpringApplicationBuilder(PantryApplication.class, MovableClock.Configuration.class)
			.run(all.toArray(String[]::new));
	}

	@AfterEach
	void stop() {
		if (this.pantry != null) {
			this.pantry.close();
		}
	}

	private PantrySession guest(String item) throws Exception {
		PantrySession guest = new PantrySession(this.pantry);
		guest.arriveAsGuest();
		guest.add(item);
		return guest;
	}

	private void daysPass(int days) {
		this.pantry.getBean(MovableClock.class).pass(Duration.ofDays(days));
	}

	/** As the scheduler does it, which would wait for an hour. */
	private void cleanUp() {
		Stream<ScheduledTask> tasks = this.pantry.getBeansOfType(ScheduledTaskHolder.class)
			.values()
			.stream()
			.flatMap((holder) -> holder.getScheduledTasks().stream());
		Runnable cleanUp = tasks.map((task) -> task.getTask().getRunnable())
			.filter((runnable) -> runnable.toString().contains("GuestCleanUp"))
			.findFirst()
			.orElseThrow();
		cleanUp.run();
	}

	/** Whoever has a database. */
	private List<String> owners() {
		UserDatabases databases = this.pantry.getBean(UserDatabases.class);
		try (Stream<UserId> users = databases.list()) {
			return users.map(UserId::value).toList();
		}
	}

	@Test
	void guestWhoNeverReturnsIsForgotten() throws Exception {
		start();
		PantrySession gone = guest("gone");
		daysPass(30);
		cleanUp();
		assertThat(owners()).hasSize(1);
		daysPass(1);
		PantrySession recent = guest("recent");
		cleanUp();
		assertThat(owners()).hasSize(1);
		assertThat(recent.items().body()).contains("recent");
		// Neither the session nor the cookie leads anywhere, and nothing is made again.
		assertThat(gone.items().statusCode()).isEqualTo(401);
		assertThat(PantrySession.location(gone.page("/"))).isEqualTo("/login");
		assertThat(owners()).hasSize(1);
	}

	@Test
	void whoeverReturnsInTimeStays() throws Exception {
		start();
		PantrySession returning = guest("returning");
		PantrySession staying = guest("staying");
		for (int i = 0; i < 3; i++) {
			daysPass(29);
			returning.endSession();
			assertThat(returning.items().body()).contains("returning");
			assertThat(staying.items().body()).contains("staying");
			cleanUp();
		}
		assertThat(owners()).hasSize(2);
	}

	@Test
	void cookieIsRenewedWithEachVisit() throws Exception {
		start();
		PantrySession guest = guest("Rice");
		guest.endSession();
		HttpResponse<String> visit = guest.items();
		assertThat(visit.statusCode()).isEqualTo(200);
		assertThat(visit.headers().allValues("Set-Cookie"))
			.anySatisfy((cookie) -> assertThat(cookie).startsWith("pantry-guest=")
				.contains("Max-Age=" + Duration.ofDays(30).toSeconds())
				.contains("HttpOnly"));
	}

	@Test
	void whoeverHasSignedUpStaysForEver() throws Exception {
		start();
		PantrySession member = guest("Rice");
		member.signUp("dora");
		new PantryClient(this.pantry.getEnvironment().getRequiredProperty("local.server.port", Integer.class), "alice")
			.send("POST", "/api/items", "{\"name\":\"x\",\"quantity\":1}");
		daysPass(4000);
		cleanUp();
		assertThat(owners()).hasSize(2);
		assertThat(member.items().body()).contains("Rice");
	}

	@Test
	void databaseThatIsInUseIsDeletedTheNextTime() throws Exception {
		start("--cf.db.pool.acquire-timeout=200ms");
		guest("Rice");
		UserId busy = new UserId(owners().get(0));
		guest("Salt");
		daysPass(31);
		this.pantry.getBean(CurrentUser.class).runAs(busy, () -> {
			try (Connection connection = this.pantry.getBean("dataSource", DataSource.class).getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute("SELECT count(*) FROM items");
				CompletableFuture.runAsync(this::cleanUp).join();
				assertThat(owners()).containsExactly(busy.value());
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		cleanUp();
		assertThat(owners()).isEmpty();
	}

	@Test
	void fileThatALateRequestHasMadeAgainIsDeletedTheNextTime() throws Exception {
		start();
		guest("Rice");
		guest("Salt");
		UserDatabases databases = this.pantry.getBean(UserDatabases.class);
		daysPass(31);
		Path kept;
		try (Stream<Path> directories = Files.list(this.root)) {
			kept = directories.filter((directory) -> !directory.endsWith("shared")).findFirst().orElseThrow();
		}
		// An upload that was under way when the guest was deleted.
		Path copy = Files.copy(kept.resolve("pantry.db"), this.root.resolve("shared/copy.db"));
		cleanUp();
		assertThat(owners()).isEmpty();
		databases.restore(new UserId(kept.getFileName().toString()), copy);
		assertThat(owners()).hasSize(1);
		cleanUp();
		assertThat(owners()).isEmpty();
		assertThat(kept).doesNotExist();
	}

	@Test
	void guestOfAnEarlierPantryIsForgottenToo() throws Exception {
		start();
		UserDatabases databases = this.pantry.getBean(UserDatabases.class);
		databases.create(new UserId("guest-1f1f4d4c-0000-4000-8000-000000000000"));
		databases.create(new UserId("guesthouse"));
		stop();
		start();
		daysPass(30);
		cleanUp();
		assertThat(owners()).hasSize(2);
		daysPass(1);
		cleanUp();
		assertThat(owners()).containsExactly("guesthouse");
	}

	@Test
	void oneTooManyIsToldSo() throws Exception {
		start("--pantry.guests.max=2");
		guest("first");
		PantrySession second = guest("second");
		PantrySession third = new PantrySession(this.pantry);
		HttpResponse<String> full = third.arriveAsGuest();
		assertThat(full.statusCode()).isEqualTo(503);
		assertThat(full.body()).contains("no room for another guest").contains("/login");
		assertThat(third.items().statusCode()).isEqualTo(401);
		assertThat(owners()).hasSize(2);
		second.signUp("dora");
		assertThat(third.arriveAsGuest().statusCode()).isEqualTo(302);
		daysPass(31);
		cleanUp();
		guest("fourth");
	}

	@Test
	void guestsAreKeptAtLeastAsLongAsTheirSessions() {
		assertThatThrownBy(() -> start("--server.servlet.session.timeout=31d")).rootCause()
			.hasMessageContaining("pantry.guests.keep");
	}

}
