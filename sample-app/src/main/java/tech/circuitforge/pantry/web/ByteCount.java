package tech.circuitforge.pantry.web;

import java.util.Locale;

/**
 * A size as people read it.
 *
 * @param bytes the size
 */
public record ByteCount(long bytes) {

	private static final String[] UNITS = { "bytes", "kB", "MB", "GB", "TB" };

	@Override
	public String toString() {
		double size = this.bytes;
		int unit = 0;
		while (size >= 1000 && unit < UNITS.length - 1) {
			size /= 1000;
			unit++;
		}
		return String.format(Locale.ROOT, (unit == 0 || size >= 10) ? "%.0f %s" : "%.1f %s", size, UNITS[unit]);
	}

}
