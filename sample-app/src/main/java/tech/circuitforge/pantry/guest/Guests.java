package tech.circuitforge.pantry.guest;

import java.util.UUID;

import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UsernameNotFoundException;

/**
 * What guests are called.
 */
final class Guests {

	static final String ROLE = "GUEST";

	static final String PREFIX = "guest-";

	private Guests() {
	}

	static UserDetails arrive() {
		return load(PREFIX + UUID.randomUUID());
	}

	/** The cookie is signed: whatever guest it names has arrived once. */
	static UserDetails load(String name) {
		if (!name.startsWith(PREFIX)) {
			throw new UsernameNotFoundException("Not a guest");
		}
		// Nobody can sign in by this password: guests are not looked up there.
		return User.withUsername(name).password("none").roles(ROLE).build();
	}

}
