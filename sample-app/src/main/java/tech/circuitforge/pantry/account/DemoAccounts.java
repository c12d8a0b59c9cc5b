package tech.circuitforge.pantry.account;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.context.event.EventListener;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.stereotype.Component;

/**
 * The accounts of the demonstration, whose password everybody knows: a product has none.
 * Their ids are their names. Deleting one deletes what is in it and ends its sessions,
 * but it can be signed in to again.
 */
@Component
public class DemoAccounts implements UserDetailsService, AccountDirectory {

	private static final Map<String, String> ROLES = Map.of("alice", "USER", "bob", "USER", "carol", "USER", "operator",
			"OPERATOR");

	private final Map<String, Integer> generations = new ConcurrentHashMap<>();

	@Override
	public Account loadUserByUsername(String name) {
		String id = name.toLowerCase(Locale.ROOT);
		String role = ROLES.get(id);
		if (role == null) {
			throw new UsernameNotFoundException("No account of the demonstration has this name");
		}
		return new Account(id, id, "{noop}pantry", role, generation(id));
	}

	/**
	 * Tells whether an account of the demonstration has a name.
	 * @param name the name
	 * @return whether one has it
	 */
	public boolean isTaken(String name) {
		return ROLES.containsKey(name);
	}

	@Override
	public boolean isCurrent(Account account) {
		return ROLES.containsKey(account.id()) && account.generation() == generation(account.id());
	}

	@EventListener
	void endSessions(AccountDeleted deleted) {
		String id = deleted.user().value();
		if (ROLES.containsKey(id)) {
			this.generations.merge(id, 1, Integer::sum);
		}
	}

	private int generation(String id) {
		return this.generations.getOrDefault(id, 0);
	}

}
