package tech.circuitforge.db;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when there is no room on the disk. What was committed before is stored, what was
 * being written is not; writing works again as soon as there is room.
 */
public class DiskFullException extends DatabaseUnavailableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param message what happened, to which database, and what to do
	 * @param cause the reason, if another exception was
	 */
	public DiskFullException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
