package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tech.circuitforge.db.DatabaseOpenException;
import tech.circuitforge.db.OperationReport;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.Companions;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseFiles;
import tech.circuitforge.db.location.DatabaseLocationException;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.location.LocalFile;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.pool.Lease;
import tech.circuitforge.db.pool.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static tech.circuitforge.db.sqlite.TestConnections.look;
import static tech.circuitforge.db.sqlite.TestConnections.query;
import static tech.circuitforge.db.sqlite.TestConnections.run;

/**
 * Places that an operator chooses: through links, on disks that are gone, without hard
 * links, with long names; and files that have a second name.
 */
class PlacesTests {

	private static final UserId ALICE = new UserId("alice");

	private static final UserId BOB = new UserId("bob");

	private static final Migration NOTES = TestDatabases.migration("001_notes.sql", "CREATE TABLE notes (text TEXT);");

	@TempDir
	Path directory;

	private DatabaseFiles files;

	private TestUserDatabases databases;

	private UserDatabases users;

	@BeforeEach
	void resolveDirectory() throws IOException {
		this.directory = this.directory.toRealPath();
	}

	private void cloud() throws Exception {
		open(new DataRoot(Files.createDirectories(this.directory.resolve("root")),
				new Layout("{user}/{app}.db", "kiwi")), Files.createDirectories(this.directory.resolve("backups")));
	}

	private void open(DatabaseFiles where, Path backups) {
		this.files = where;
		this.databases = new TestUserDatabases(where, backups, Duration.ofSeconds(5), NOTES);
		this.users = this.databases.users;
	}

	@AfterEach
	void close() {
		if (this.databases != null) {
			this.databases.close();
		}
	}

	private void write(UserId user, String text) throws SQLException {
		try (Lease lease = this.databases.open.acquire(this.files.nameOf(user))) {
			run(lease.connection(), "INSERT INTO notes VALUES ('" + text + "')");
		}
	}

	private String read(UserId user) throws SQLException {
		try (Lease lease = this.databases.open.acquire(this.files.nameOf(user))) {
			return String.valueOf(query(lease.connection(), "SELECT group_concat(text) FROM notes"));
		}
	}

	private OperationReport backUpAll() {
		return this.users.backUpAll((progress) -> {
		});
	}

	@Test
	void exportAndRestoreGoThroughLinks() throws Exception {
		cloud();
		write(ALICE, "1");
		Path disk = Files.createDirectory(this.directory.resolve("disk"));
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), disk);
		this.users.export(ALICE, link.resolve("a.db"));
		assertThat(look(disk.resolve("a.db"), "SELECT text FROM notes")).isEqualTo("1");
		// To the file that a link stands for, and the link stays.
		Path latest = Files.createSymbolicLink(this.directory.resolve("latest.db"), disk.resolve("a.db"));
		write(ALICE, "2");
		this.users.export(ALICE, latest);
		assertThat(latest).isSymbolicLink();
		assertThat(look(disk.resolve("a.db"), "SELECT group_concat(text) FROM notes")).isEqualTo("1,2");
		write(ALICE, "3");
		this.users.restore(ALICE, latest);
		assertThat(read(ALICE)).isEqualTo("1,2");
		assertThat(this.users.exportAll(link.resolve("all/of/them"), (progress) -> {
		}).succeeded()).isOne();
		assertThat(disk.resolve("all/of/them/alice/kiwi.db")).exists();
	}

	@Test
	void linkIntoTheDataRootIsNoPlaceElsewhere() throws Exception {
		cloud();
		write(ALICE, "1");
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), this.directory.resolve("root"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.users.export(ALICE, link.resolve("bob.db")))
			.withMessageContaining("is where databases live");
		assertThatIllegalArgumentException().isThrownBy(() -> this.users.exportAll(link.resolve("new"), (progress) -> {
		})).withMessageContaining("is where databases live");
	}

	@Test
	void backupDirectoryOfLocalModeMayBeALink() throws Exception {
		Path disk = Files.createDirectory(this.directory.resolve("disk"));
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), disk);
		open(new LocalFile(this.directory.resolve("data/app.db")), link);
		write(LocalFile.LOCAL_USER, "1");
		assertThat(backUpAll().succeeded()).isOne();
		write(LocalFile.LOCAL_USER, "2");
		this.users.restoreBackup(LocalFile.LOCAL_USER, Instant.now());
		assertThat(read(LocalFile.LOCAL_USER)).isEqualTo("1");
		Path export = Files.createDirectory(this.directory.resolve("export"));
		assertThat(this.users.exportAll(Files.createSymbolicLink(this.directory.resolve("to"), export), (progress) -> {
		}).succeeded()).isOne();
		assertThat(export.resolve("app.db")).exists();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void backupDirectoryWhoseDiskIsGoneIsNotMadeAgain(boolean local) throws Exception {
		Path backups = Files.createDirectory(this.directory.resolve("disk"));
		open(local ? new LocalFile(this.directory.resolve("data/app.db")) : new DataRoot(
				Files.createDirectory(this.directory.resolve("root")), new Layout("{user}/{app}.db", "kiwi")), backups);
		UserId user = local ? LocalFile.LOCAL_USER : ALICE;
		write(user, "1");
		assertThat(backUpAll().succeeded()).isOne();
		// Under a disk that is not mounted lies an empty directory.
		Files.move(backups, this.directory.resolve("elsewhere"));
		Files.createDirectory(backups);
		write(user, "2");
		OperationReport report = backUpAll();
		assertThat(report.failed()).isOne();
		assertThat(report.failures().get(0).reason()).contains("Is its disk not mounted?");
		try (Stream<Path> made = Files.walk(backups)) {
			assertThat(made.filter((path) -> path.toString().endsWith(".db"))).isEmpty();
		}
	}

	/** A directory of its own for kept copies, which no link reaches. */
	@Test
	@Tag("process")
	void restoreWorksWhereFilesCannotBeLinked() throws Exception {
		cloud();
		write(ALICE, "1");
		Path export = this.directory.resolve("export.db");
		this.users.export(ALICE, export);
		write(ALICE, "2");
		Path kept = Files.createDirectory(this.directory.resolve("root/alice/kiwi.db.kept"));
		assumeTrue(command("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", kept.toString()),
				"no right to mount a file system");
		try {
			this.users.restore(ALICE, export);
			assertThat(read(ALICE)).isEqualTo("1");
			assertThat(Companions.kept(this.files.locate(DatabaseName.of(ALICE)))).singleElement()
				.satisfies((copy) -> assertThat(look(copy, "SELECT group_concat(text) FROM notes")).isEqualTo("1,2"));
		}
		finally {
			close();
			assertThat(command("umount", kept.toString())).isTrue();
		}
	}

	private static boolean command(String... command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		process.getInputStream().readAllBytes();
		return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
	}

	@Test
	void longestPathOfALayoutHasToBeOneThatSqliteOpens() throws Exception {
		Layout layout = new Layout("{user}/{app}.db", "kiwi");
		UserId longest = new UserId("A".repeat(16) + "u".repeat(112));
		// SQLite's bound is 512 bytes with the name of the journal of a file that is
		// being made.
		int most = 512 - ("/" + "%41".repeat(16) + "u".repeat(112)
				+ "/kiwi.db.new-00000000-0000-0000-0000-000000000000-journal")
			.length();
		Path root = ofLength(this.directory.resolve("r"), most);
		Path backups = ofLength(this.directory.resolve("b"), most - "/20260131T235959999Z.db".length());
		open(new DataRoot(root, layout), backups);
		write(longest, "1");
		this.users.backUp(longest);
		write(longest, "2");
		this.users.restoreBackup(longest, Instant.now());
		assertThat(read(longest)).isEqualTo("1");
		Path longer = Files.move(root, root.resolveSibling(root.getFileName() + "x"));
		assertThatExceptionOfType(DatabaseLocationException.class).isThrownBy(() -> new DataRoot(longer, layout))
			.withMessageContaining("512 bytes");
		DataRoot other = new DataRoot(this.directory, layout);
		Path longerBackups = Files.move(backups, backups.resolveSibling(backups.getFileName() + "x"));
		assertThatExceptionOfType(DatabaseLocationException.class)
			.isThrownBy(() -> other.at("cf.db.backup.directory", longerBackups))
			.withMessageContaining("512 bytes");
	}

	private static Path ofLength(Path start, int length) throws IOException {
		Path path = start;
		while (path.toString().length() < length - 1) {
			path = path.resolve("d".repeat(Math.min(200, length - path.toString().length() - 1)));
		}
		assertThat(path.toString()).hasSize(length);
		return Files.createDirectories(path);
	}

	@Test
	void fileThatIsTwoUsersIsNotOpened() throws Exception {
		cloud();
		this.users.create(ALICE);
		this.users.create(BOB);
		Path alices = this.files.locate(DatabaseName.of(ALICE));
		Path bobs = this.files.locate(DatabaseName.of(BOB));
		// As a program does that looks for equal files.
		assertThat(alices).hasSameBinaryContentAs(bobs);
		Files.delete(bobs);
		Files.createLink(bobs, alices);
		for (UserId user : new UserId[] { ALICE, BOB }) {
			assertThatExceptionOfType(DatabaseOpenException.class).isThrownBy(() -> read(user))
				.withMessageContaining("second name");
			assertThatExceptionOfType(DatabaseOpenException.class).isThrownBy(() -> this.users.backUp(user))
				.withMessageContaining("second name");
			assertThatExceptionOfType(DatabaseOpenException.class).isThrownBy(() -> this.users.migrate(user))
				.withMessageContaining("second name");
		}
		// What is Bob's is not overwritten with what is Alice's.
		this.users.erase(ALICE);
		write(BOB, "1");
		assertThat(read(BOB)).isEqualTo("1");
		Files.createLink(this.directory.resolve("snapshot"), bobs);
		this.databases.open.closeFor(DatabaseName.of(BOB), "closed").close();
		assertThatExceptionOfType(DatabaseOpenException.class).isThrownBy(() -> read(BOB));
		Files.copy(bobs, this.directory.resolve("own"));
		Files.move(this.directory.resolve("own"), bobs, StandardCopyOption.ATOMIC_MOVE);
		assertThat(read(BOB)).isEqualTo("1");
	}

	@Test
	void secondNameThatAnOperationGaveIsNone() throws Exception {
		cloud();
		write(ALICE, "1");
		Path export = this.directory.resolve("export.db");
		this.users.export(ALICE, export);
		this.users.restore(ALICE, export);
		this.users.restore(ALICE, export);
		assertThat(read(ALICE)).isEqualTo("1");
		this.databases.open.closeFor(DatabaseName.of(ALICE), "closed").close();
		// Killed before the new file took the place, and before the unfinished name went.
		Path file = this.files.locate(DatabaseName.of(ALICE));
		Files.createLink(Companions.kept(file, "replaced", Instant.now().plusSeconds(1)), file);
		Files.createLink(Companions.temporary(file), file);
		assertThat(read(ALICE)).isEqualTo("1");
		write(ALICE, "2");
		this.users.backUp(ALICE);
	}

}
