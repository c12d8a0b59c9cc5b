package tech.circuitforge.db.pool;

import java.util.LinkedHashMap;
import java.util.Map;

import tech.circuitforge.db.location.DatabaseName;

/**
 * Remembers the databases that were opened, so that one whose file is lost is not taken
 * for one that never was. Safe for use by several threads.
 */
final class KnownDatabases {

	/** The last ones; about 200 bytes each. */
	private static final int MOST = 100_000;

	/** Guarded by itself. */
	private final Map<DatabaseName, Boolean> names = new LinkedHashMap<>() {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<DatabaseName, Boolean> eldest) {
			return size() > MOST;
		}

	};

	void add(DatabaseName name) {
		synchronized (this.names) {
			this.names.put(name, true);
		}
	}

	void forget(DatabaseName name) {
		synchronized (this.names) {
			this.names.remove(name);
		}
	}

	boolean contains(DatabaseName name) {
		synchronized (this.names) {
			return this.names.containsKey(name);
		}
	}

}
