package tech.circuitforge.db.migration;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.springframework.core.io.Resource;

import tech.circuitforge.db.MigrationException;

/**
 * A file that is, or seems to be, a script.
 */
final class ScriptFile {

	/** https://www.rfc-editor.org/rfc/rfc1740: what macOS puts beside a file. */
	private static final byte[] APPLE_DOUBLE = { 0, 5, 0x16, 7 };

	private final String name;

	private final String source;

	private final byte[] content;

	private ScriptFile(String name, String source, byte[] content) {
		this.name = name;
		this.source = source;
		this.content = content;
	}

	static ScriptFile of(Resource resource) {
		try {
			return new ScriptFile(String.valueOf(resource.getFilename()), resource.getDescription(),
					resource.getContentAsByteArray());
		}
		catch (IOException ex) {
			throw new MigrationException("Migration %s cannot be read: %s".formatted(resource.getDescription(), ex),
					ex);
		}
	}

	String name() {
		return this.name;
	}

	/** Where it is, for messages. */
	String source() {
		return this.source;
	}

	boolean isAppleDouble() {
		return this.name.startsWith("._") && startsWith(APPLE_DOUBLE);
	}

	/** Reads it as UTF-8; notes if it is none, and then its text is empty. */
	String read(ScriptProblems problems) {
		problems.lookAt(this.name);
		if (!this.name.endsWith(".sql")) {
			problems.add("Migration %s must have a name that ends in .sql, in small letters: rename it (%s)."
				.formatted(this.name, this.source));
		}
		if (startsWith(new byte[] { (byte) 0xFE, (byte) 0xFF })
				|| startsWith(new byte[] { (byte) 0xFF, (byte) 0xFE })) {
			problems.add(1, "it is UTF-16; save it as UTF-8");
			return "";
		}
		ByteBuffer bytes = ByteBuffer.wrap(this.content);
		CharBuffer text = CharBuffer.allocate(this.content.length);
		CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
		CoderResult result = decoder.decode(bytes, text, true);
		text.flip();
		if (result.isError()) {
			int line = 1 + (int) text.chars().filter((c) -> c == '\n').count();
			problems.add(line, "byte %02X is not UTF-8, perhaps Windows-1252; save it as UTF-8"
				.formatted(bytes.get(bytes.position())));
			return "";
		}
		return text.toString();
	}

	private boolean startsWith(byte[] bytes) {
		return this.content.length >= bytes.length
				&& Arrays.equals(this.content, 0, bytes.length, bytes, 0, bytes.length);
	}

}
