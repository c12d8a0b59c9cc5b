package tech.circuitforge.db;

import java.nio.file.Path;

/**
 * Thrown when the path of a database leads through a symbolic link, so that it could end
 * outside the data root or in another user's file. Nothing has been opened.
 */
public class UnsafePathException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param link the link that was found
	 */
	public UnsafePathException(Path link) {
		super(("%s is a symbolic link, and databases are not opened through links below the data root. "
				+ "Replace it by the directory or file it stands for.")
			.formatted(link));
	}

}
