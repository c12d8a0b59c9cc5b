package tech.circuitforge.db.pool;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.location.DatabaseName;

/**
 * Tells in whose database the current thread has work under way that nobody else may go
 * on with, if it has.
 */
@FunctionalInterface
public interface WorkOwner extends Supplier<@Nullable DatabaseName> {

	/**
	 * Asks another if this one knows of no work.
	 * @param other who else may know
	 * @return both as one
	 */
	default WorkOwner or(WorkOwner other) {
		return () -> {
			DatabaseName owner = get();
			return (owner != null) ? owner : other.get();
		};
	}

}
