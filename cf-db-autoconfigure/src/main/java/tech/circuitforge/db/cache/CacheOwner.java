package tech.circuitforge.db.cache;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.pool.CurrentDatabase;

/**
 * Tells whose an entry of a cache is, or that nothing may be cached. Never fails: a cache
 * may be asked for where there is no request, as at start.
 */
final class CacheOwner {

	private static final Log logger = LogFactory.getLog(CacheOwner.class);

	private final Supplier<CurrentDatabase> currentDatabase;

	private final AtomicBoolean warned = new AtomicBoolean();

	/** A resolver may use a cache itself, which would ask it again without end. */
	@SuppressWarnings("ThreadLocalUsage") // each application context has its own
	private final ThreadLocal<@Nullable Boolean> asking = new ThreadLocal<>();

	CacheOwner(Supplier<CurrentDatabase> currentDatabase) {
		this.currentDatabase = currentDatabase;
	}

	@Nullable DatabaseName find() {
		if (this.asking.get() != null) {
			if (this.warned.compareAndSet(false, true)) {
				logger.warn("The CurrentUserResolver uses a cache whose entries are each user's own. Nothing is cached "
						+ "while the user is being found out: let it use a CacheManager that is marked @SharedDatabase.");
			}
			return null;
		}
		this.asking.set(true);
		try {
			return this.currentDatabase.get().find();
		}
		catch (RuntimeException ex) {
			return null;
		}
		finally {
			this.asking.remove();
		}
	}

}
