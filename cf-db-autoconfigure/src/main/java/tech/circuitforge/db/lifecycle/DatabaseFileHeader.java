package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Compares a file's size with what its header says
 * (https://www.sqlite.org/fileformat2.html#the_database_header): SQLite fills up a last
 * page that was cut off, and its integrity check does not see that.
 */
final class DatabaseFileHeader {

	private static final int LENGTH = 100;

	private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

	private static final int PAGE_SIZE = 16;

	private static final int CHANGE_COUNTER = 24;

	private static final int PAGE_COUNT = 28;

	private static final int VALID_FOR = 92;

	private DatabaseFileHeader() {
	}

	/** Says what is wrong with a file, or nothing. */
	static @Nullable String findProblem(Path file, long size) throws IOException {
		byte[] bytes;
		try (InputStream input = Files.newInputStream(file)) {
			bytes = input.readNBytes(LENGTH);
		}
		if (bytes.length < LENGTH || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
			return "it is no SQLite database";
		}
		ByteBuffer header = ByteBuffer.wrap(bytes);
		int given = Short.toUnsignedInt(header.getShort(PAGE_SIZE));
		// 65536 does not fit.
		long pageSize = (given == 1) ? 65_536 : given;
		if (pageSize < 512 || Long.bitCount(pageSize) != 1) {
			return "it is no SQLite database, or damaged: its page size is " + pageSize;
		}
		// Older versions of SQLite leave another count.
		boolean counted = header.getInt(CHANGE_COUNTER) == header.getInt(VALID_FOR);
		long pages = counted ? Integer.toUnsignedLong(header.getInt(PAGE_COUNT)) : 0;
		long missing = Math.max(pages * pageSize - size, (pageSize - size % pageSize) % pageSize);
		return (missing > 0) ? "it is damaged: its last %d bytes are missing".formatted(missing) : null;
	}

}
