package tech.circuitforge.db.pool;

import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import tech.circuitforge.db.MigrationEvent;

/**
 * Passes events on to a listener whose trouble is its own: what it throws is logged.
 *
 * @param listener is told of each event
 */
public record MigrationListener(Consumer<? super MigrationEvent> listener) implements Consumer<MigrationEvent> {

	private static final Log logger = LogFactory.getLog(MigrationListener.class);

	@Override
	public void accept(MigrationEvent event) {
		try {
			this.listener.accept(event);
		}
		catch (RuntimeException | Error ex) {
			logger.warn("A listener of migration events failed", ex);
		}
	}

}
