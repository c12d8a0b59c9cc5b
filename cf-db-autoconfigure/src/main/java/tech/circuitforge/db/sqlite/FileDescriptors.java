package tech.circuitforge.db.sqlite;

import java.lang.management.ManagementFactory;

import com.sun.management.UnixOperatingSystemMXBean;

/**
 * How many files this process may open.
 *
 * @param used how many it has open
 * @param limit how many it may have
 */
public record FileDescriptors(long used, long limit) {

	/**
	 * Asks the operating system.
	 * @return the figures of this moment; no limit where it does not tell
	 */
	public static FileDescriptors now() {
		return (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix)
				? new FileDescriptors(unix.getOpenFileDescriptorCount(), unix.getMaxFileDescriptorCount())
				: new FileDescriptors(0, Long.MAX_VALUE);
	}

	/**
	 * Tells how many more this process may open.
	 * @return the number
	 */
	public long free() {
		return this.limit - this.used;
	}

}
