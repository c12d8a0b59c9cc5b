package tech.circuitforge.pantry.guest;

import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;
import org.springframework.stereotype.Repository;

import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.pantry.web.AccountDeleted;

/**
 * Those who have signed up. They are looked up before anybody is signed in, so they are
 * in the database that all users share.
 */
@Repository
@ConditionalOnGuests
class Accounts {

	// Unlike bcrypt it takes passwords of any length.
	private final PasswordEncoder encoder = Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_8();

	private final JdbcClient shared;

	Accounts(@SharedDatabase JdbcClient shared) {
		this.shared = shared;
	}

	UserDetails load(String name) {
		return this.shared.sql("SELECT password FROM accounts WHERE name = :name")
			.param("name", name)
			.query(String.class)
			.optional()
			.map((password) -> User.withUsername(name).password(password).roles("USER").build())
			.orElseThrow(() -> new UsernameNotFoundException("No account of this name"));
	}

	PasswordEncoder passwordEncoder() {
		return this.encoder;
	}

	/**
	 * Adds an account.
	 * @return whether the name was still free
	 */
	boolean add(SignUp signUp) {
		return this.shared.sql("""
				INSERT INTO accounts (name, password) VALUES (:name, :password) ON CONFLICT (name) DO NOTHING
				""")
			.param("name", signUp.name())
			.param("password", this.encoder.encode(signUp.password()))
			.update() > 0;
	}

	void remove(String name) {
		this.shared.sql("DELETE FROM accounts WHERE name = :name").param("name", name).update();
	}

	@EventListener
	void remove(AccountDeleted deleted) {
		remove(deleted.user().value());
	}

}
