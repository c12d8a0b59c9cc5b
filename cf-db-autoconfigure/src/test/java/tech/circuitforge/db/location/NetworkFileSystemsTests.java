package tech.circuitforge.db.location;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class NetworkFileSystemsTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "nfs", "nfs4", "cifs", "SMB3", "fuse.sshfs", "glusterfs", "9p", "virtiofs", "vboxsf",
			"prl_fs", "fuse.vmhgfs-fuse", "fuse.osxfs", "fuse.grpcfuse", "fuse.s3backer-of-tomorrow" })
	void refusesOtherMachinesDisks(String type) {
		assertThatExceptionOfType(DatabaseLocationException.class)
			.isThrownBy(() -> NetworkFileSystems.refuse("cf.db.path", this.directory, type))
			.withMessageContaining("is on a network file system or a shared one (" + type + ")")
			.satisfies((ex) -> assertThat(ex.action()).contains("cf.db.allow-network-file-system=true"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "apfs", "NTFS", "fuseblk",
			"fuse.fuse-overlayfs", "fuse.gocryptfs", "ntfs3", "exfat", "vfat", "bcachefs", "f2fs", "ecryptfs" })
	void takesDisksOfThisMachine(String type) {
		assertThatCode(() -> NetworkFileSystems.refuse("cf.db.path", this.directory, type)).doesNotThrowAnyException();
	}

	@Test
	void looksAtTheDirectory() {
		assertThatCode(() -> NetworkFileSystems.refuse("cf.db.path", this.directory)).doesNotThrowAnyException();
	}

}
