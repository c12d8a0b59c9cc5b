package tech.circuitforge.pantry.guest;

import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.pantry.account.Account;
import tech.circuitforge.pantry.account.AccountDeleted;
import tech.circuitforge.pantry.account.AccountDirectory;

/**
 * Guests, and those who have signed up: a guest is an account without a name. They are
 * looked up before anybody is signed in, so they are in the database that all users
 * share.
 * <p>
 * Each change is one statement that says what must still be so: signing up, deleting and
 * cleaning up may meet, in several processes, and one of them comes first.
 */
@Repository
@ConditionalOnGuests
class Accounts implements AccountDirectory {

	static final String GUEST = "GUEST";

	// Unlike bcrypt it takes passwords of any length.
	private final PasswordEncoder encoder = Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_8();

	private final JdbcClient shared;

	private final Clock clock;

	private final int mostGuests;

	Accounts(@SharedDatabase JdbcClient shared, Clock clock, GuestProperties properties) {
		this.shared = shared;
		this.clock = clock;
		this.mostGuests = properties.max();
	}

	PasswordEncoder passwordEncoder() {
		return this.encoder;
	}

	/** Finds the account of somebody who signs in. */
	Account load(String name) {
		return this.shared.sql("SELECT id, password FROM accounts WHERE name = :name AND deleted_on IS NULL")
			.param("name", name)
			.query((row, number) -> new Account(row.getString("id"), name, row.getString("password"), "USER", 0))
			.optional()
			.orElseThrow(() -> new UsernameNotFoundException("No account of this name"));
	}

	/** Finds the guest whom a cookie names. */
	Account loadGuest(String id) {
		return this.shared.sql("SELECT id FROM accounts WHERE id = :id AND name IS NULL AND deleted_on IS NULL")
			.param("id", id)
			.query(String.class)
			.optional()
			.map(Accounts::guest)
			.orElseThrow(() -> new UsernameNotFoundException("No such guest"));
	}

	/** Nobody can sign in by this password: guests are not looked up there. */
	private static Account guest(String id) {
		return new Account(id, null, "none", GUEST, 0);
	}

	/**
	 * Adds a guest.
	 * @return the guest, or nothing if there are as many as there may be
	 */
	Optional<Account> arrive() {
		String id = UUID.randomUUID().toString();
		boolean added = this.shared.sql("""
				INSERT INTO accounts (id, last_seen_on) SELECT :id, :today
				WHERE (SELECT count(*) FROM accounts WHERE name IS NULL AND deleted_on IS NULL) < :most
				""").param("id", id).param("today", today()).param("most", this.mostGuests).update() > 0;
		return added ? Optional.of(guest(id)) : Optional.empty();
	}

	/** Adds guests of whom there are only databases yet. */
	@Transactional("sharedTransactionManager")
	void adopt(Stream<String> ids) {
		LocalDate today = today();
		ids.forEach((id) -> this.shared.sql("""
				INSERT INTO accounts (id, last_seen_on) VALUES (:id, :today) ON CONFLICT (id) DO NOTHING
				""").param("id", id).param("today", today).update());
	}

	/**
	 * Makes a guest somebody with a name and a password. Names of deleted accounts are
	 * not free again.
	 * @return whether the name was still free
	 */
	boolean signUp(String guestId, SignUp signUp) {
		return this.shared.sql("""
				UPDATE accounts SET name = :name, password = :password
				WHERE id = :id AND name IS NULL AND deleted_on IS NULL
				AND NOT EXISTS (SELECT 1 FROM accounts WHERE name = :name)
				""")
			.param("id", guestId)
			.param("name", signUp.name())
			.param("password", this.encoder.encode(signUp.password()))
			.update() > 0;
	}

	/** Notes besides, once a day, that the account is in use. */
	@Override
	public boolean isCurrent(Account account) {
		LocalDate today = today();
		return this.shared
			.sql("SELECT last_seen_on FROM accounts WHERE id = :id AND name IS :name AND deleted_on IS NULL")
			.param("id", account.id())
			.param("name", account.displayName())
			.query(LocalDate.class)
			.optional()
			.map((lastSeen) -> !lastSeen.isBefore(today) || see(account.id()))
			.orElse(false);
	}

	/**
	 * Notes that an account is in use.
	 * @return whether it is still there
	 */
	boolean see(String id) {
		return this.shared.sql("UPDATE accounts SET last_seen_on = :today WHERE id = :id AND deleted_on IS NULL")
			.param("today", today())
			.param("id", id)
			.update() > 0;
	}

	@EventListener
	void delete(AccountDeleted deleted) {
		this.shared.sql("UPDATE accounts SET deleted_on = :today, password = NULL WHERE id = :id")
			.param("today", today())
			.param("id", deleted.user().value())
			.update();
	}

	/**
	 * Deletes the accounts, not yet the data, of guests who were not seen for so long.
	 */
	void deleteGuestsLastSeenBefore(LocalDate day) {
		this.shared.sql("""
				UPDATE accounts SET deleted_on = :today
				WHERE name IS NULL AND deleted_on IS NULL AND last_seen_on < :day
				""").param("today", today()).param("day", day).update();
	}

	/** Lists the ids of deleted accounts. */
	List<String> deleted() {
		return this.shared.sql("SELECT id FROM accounts WHERE deleted_on IS NOT NULL").query(String.class).list();
	}

	/**
	 * Forgets guests who were deleted before a day. Those who had signed up are
	 * remembered: their names are not given again.
	 */
	void forgetGuestsDeletedBefore(LocalDate day) {
		this.shared.sql("DELETE FROM accounts WHERE name IS NULL AND deleted_on < :day").param("day", day).update();
	}

	private LocalDate today() {
		return LocalDate.now(this.clock);
	}

}
