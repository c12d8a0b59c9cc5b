package tech.circuitforge.db.location;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Refuses places on another machine, and those that a virtual machine or a container
 * shares with its host: WAL needs memory that all processes share, and SQLite's locks
 * need a file system that keeps them (https://www.sqlite.org/useovernet.html). Several
 * processes on one host are fine.
 */
public final class NetworkFileSystems {

	/** As {@link java.nio.file.FileStore#type()} calls them. */
	private static final Set<String> TYPES = Set.of("nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs",
			"afpfs", "afs", "ceph", "coda", "davfs", "webdav", "glusterfs", "gpfs", "lustre", "beegfs", "ncpfs",
			"ocfs2", "gfs2", "orangefs", "pvfs2", "9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "fakeowner",
			"macfuse", "osxfuse");

	/** A program serves them, from wherever it likes. */
	private static final String FUSE = "fuse.";

	/** Those that are known to be from disks of this machine. */
	private static final Set<String> LOCAL = Set.of("fuse.fuse-overlayfs", "fuse.mergerfs", "fuse.gocryptfs",
			"fuse.encfs", "fuse.cryfs", "fuse.ntfs", "fuse.ntfs-3g", "fuse.exfat", "fuse.fuse2fs", "fuse.apfs");

	private NetworkFileSystems() {
	}

	/**
	 * Refuses a directory on such a file system.
	 * @param property what names it, for the message
	 * @param directory the directory
	 * @throws DatabaseLocationException if it is on one
	 */
	public static void refuse(String property, Path directory) {
		try {
			refuse(property, directory, Files.getFileStore(directory).type());
		}
		catch (IOException ex) {
			// What is wrong with it is said by whoever tries to use it.
		}
	}

	static void refuse(String property, Path directory, String type) {
		String lower = type.toLowerCase(Locale.ROOT);
		if (TYPES.contains(lower) || (lower.startsWith(FUSE) && !LOCAL.contains(lower))) {
			throw new DatabaseLocationException(property, directory,
					"is on a network file system or a shared one (" + type + "), where SQLite loses data",
					"Use a disk of this machine, and backups (cf.db.backup.directory) for the other one; or, if you "
							+ "know that nobody else uses it and locks work there, set "
							+ "cf.db.allow-network-file-system=true");
		}
	}

}
