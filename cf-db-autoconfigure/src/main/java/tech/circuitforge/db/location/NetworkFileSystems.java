package tech.circuitforge.db.location;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Refuses places on another machine: WAL needs memory that all processes share, and
 * SQLite's locks need a file system that keeps them
 * (https://www.sqlite.org/useovernet.html). Several processes on one host are fine.
 */
public final class NetworkFileSystems {

	/** As {@link java.nio.file.FileStore#type()} calls them. */
	private static final Set<String> TYPES = Set.of("nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs",
			"afpfs", "afs", "ceph", "fuse.ceph", "coda", "davfs", "fuse.davfs2", "webdav", "glusterfs",
			"fuse.glusterfs", "gpfs", "lustre", "beegfs", "ncpfs", "ocfs2", "gfs2", "fuse.sshfs", "fuse.s3fs",
			"fuse.rclone", "fuse.gcsfuse", "fuse.juicefs");

	private NetworkFileSystems() {
	}

	/**
	 * Refuses a directory on a network file system.
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
		if (TYPES.contains(type.toLowerCase(Locale.ROOT))) {
			throw new DatabaseLocationException(property, directory,
					"is on a network file system (" + type + "), where SQLite loses data",
					"Use a disk of this machine, and backups (cf.db.backup.directory) for the other one; or, if you "
							+ "know that nobody else uses it and locks work there, set "
							+ "cf.db.allow-network-file-system=true");
		}
	}

}
