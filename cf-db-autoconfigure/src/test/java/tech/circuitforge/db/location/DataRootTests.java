package tech.circuitforge.db.location;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tech.circuitforge.db.UnsafePathException;
import tech.circuitforge.db.UserId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DataRootTests {

	@TempDir
	Path directory;

	private DataRoot root;

	@BeforeEach
	void createRoot() {
		this.root = new DataRoot(this.directory, new Layout("{user}/{app}.db", "kiwi"));
	}

	@Test
	void noIdLeavesTheRoot() throws IOException {
		Path real = this.directory.toRealPath();
		Stream.concat(HostileIds.KNOWN.stream(), HostileIds.random(42, 2_000)).forEach((id) -> {
			Path path = this.root.locate(user(id));
			assertThat(path).startsWithRaw(real);
			assertThat(real.relativize(path.normalize())).as("path of <%s>", id)
				.hasToString(real.relativize(path).toString());
			assertThat(real.relativize(path).getNameCount()).isEqualTo(2);
		});
	}

	@Test
	void listsWhatItLocates() throws IOException {
		Stream.concat(HostileIds.KNOWN.stream(), HostileIds.random(7, 200)).distinct().forEach(this::createFile);
		try (Stream<DatabaseName> names = this.root.list()) {
			assertThat(names.map((name) -> name.user().value())).containsExactlyInAnyOrderElementsOf(
					Stream.concat(HostileIds.KNOWN.stream(), HostileIds.random(7, 200)).distinct().toList());
		}
	}

	@Test
	void listLeavesOutWhatIsNobodys() throws IOException {
		createFile("alice");
		Files.createDirectories(this.directory.resolve("Bob"));
		Files.createFile(this.directory.resolve("Bob/kiwi.db"));
		Files.createDirectories(this.directory.resolve("carol"));
		Files.createFile(this.directory.resolve("carol/kiwi.db.new-1"));
		Files.createDirectories(this.directory.resolve("shared"));
		Files.createFile(this.directory.resolve("shared/shared.db"));
		Files.createFile(this.directory.resolve("stray.txt"));
		try (Stream<DatabaseName> names = this.root.list()) {
			assertThat(names).containsExactly(user("alice"));
		}
	}

	@Test
	void anonymousDatabaseBelongsToNoUser() throws IOException {
		this.root.prepare(DatabaseName.ANONYMOUS);
		Files.createFile(this.root.locate(DatabaseName.ANONYMOUS));
		createFile("anonymous");
		try (Stream<DatabaseName> names = this.root.list()) {
			assertThat(names).containsExactlyInAnyOrder(DatabaseName.ANONYMOUS, user("anonymous"));
		}
	}

	@Test
	void refusesLinksOutOfTheRoot(@TempDir Path elsewhere) throws IOException {
		Files.createSymbolicLink(this.directory.resolve("alice"), elsewhere);
		assertThatExceptionOfType(UnsafePathException.class).isThrownBy(() -> this.root.refuseLinks(user("alice")))
			.withMessageContaining("symbolic link");
	}

	@Test
	void refusesLinksToAnotherUsersDirectoryOrFile() throws IOException {
		createFile("bob");
		Files.createSymbolicLink(this.directory.resolve("alice"), this.directory.resolve("bob"));
		Files.createDirectory(this.directory.resolve("carol"));
		Files.createSymbolicLink(this.directory.resolve("carol/kiwi.db"), this.directory.resolve("bob/kiwi.db"));
		assertThatExceptionOfType(UnsafePathException.class).isThrownBy(() -> this.root.refuseLinks(user("alice")));
		assertThatExceptionOfType(UnsafePathException.class).isThrownBy(() -> this.root.refuseLinks(user("carol")));
		try (Stream<DatabaseName> names = this.root.list()) {
			assertThat(names).containsExactly(user("bob"));
		}
	}

	@Test
	void rootItselfMayBeReachedThroughALink(@TempDir Path elsewhere) throws IOException {
		Path link = Files.createSymbolicLink(elsewhere.resolve("data"), this.directory);
		DataRoot linked = new DataRoot(link, new Layout("{user}/{app}.db", "kiwi"));
		assertThat(linked.locate(user("alice"))).isEqualTo(this.root.locate(user("alice")));
	}

	@Test
	void directoriesAreForTheOwnerAlone() throws IOException {
		this.root.prepare(user("alice"));
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.directory.resolve("alice"))))
			.isEqualTo("rwx------");
	}

	@Test
	void idTooLongForANameIsKeptBesideTheFile() throws IOException {
		String id = "😀".repeat(128);
		Path file = createFile(id);
		assertThat(file.getParent().getFileName().toString()).startsWith("~");
		assertThat(file.resolveSibling("kiwi.db.user")).hasContent(id);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.resolveSibling("kiwi.db.user"))))
			.isEqualTo("rw-------");
	}

	@Test
	void idBesideTheFileThatDoesNotBelongToItIsNotBelieved() throws IOException {
		Path file = createFile("😀".repeat(128));
		Files.writeString(file.resolveSibling("kiwi.db.user"), "alice");
		try (Stream<DatabaseName> names = this.root.list()) {
			assertThat(names).isEmpty();
		}
	}

	@Test
	void refusesWhatIsNoWritableDirectory() throws IOException {
		Layout layout = new Layout("{user}/{app}.db", "kiwi");
		assertRefused(Path.of("relative"), layout, "is not an absolute path");
		assertRefused(this.directory.resolve("missing"), layout, "does not exist");
		assertRefused(Files.createFile(this.directory.resolve("file")), layout, "is not a directory");
		assertRefused(Files.createDirectory(this.directory.resolve("what?")), layout, "contains a '?'");
	}

	private static void assertRefused(Path path, Layout layout, String problem) {
		assertThatExceptionOfType(DatabaseLocationException.class).isThrownBy(() -> new DataRoot(path, layout))
			.withMessageContaining("cf.db.cloud.data-root")
			.withMessageContaining(path.toString())
			.withMessageContaining(problem)
			.satisfies((ex) -> assertThat(ex.action()).endsWith("."));
	}

	private Path createFile(String id) {
		try {
			this.root.prepare(user(id));
			return Files.createFile(this.root.locate(user(id)));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static DatabaseName user(String id) {
		return DatabaseName.of(new UserId(id));
	}

}
