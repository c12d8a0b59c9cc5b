package tech.circuitforge.db.metrics;

import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

import tech.circuitforge.db.pool.DatabaseObserver;

/**
 * Observes openings as {@code cf.db.opening} and migrations as {@code cf.db.migrating}.
 */
public final class MicrometerDatabaseObserver implements DatabaseObserver {

	private final Supplier<ObservationRegistry> registry;

	/**
	 * Creates an observer.
	 * @param registry where observations go
	 */
	public MicrometerDatabaseObserver(Supplier<ObservationRegistry> registry) {
		this.registry = registry;
	}

	@Override
	public <T, X extends Exception> T observe(Operation operation, Work<T, X> work) throws X {
		return Observation.createNotStarted(name(operation), this.registry.get()).<T, X>observeChecked(work::run);
	}

	private static String name(Operation operation) {
		return switch (operation) {
			case OPEN -> "cf.db.opening";
			case MIGRATE -> "cf.db.migrating";
		};
	}

}
