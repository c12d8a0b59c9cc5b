package tech.circuitforge.db.lifecycle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import tech.circuitforge.db.DatabaseUnavailableException;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;

/**
 * A process that uses up its file descriptors.
 */
final class DescriptorsProcess {

	private DescriptorsProcess() {
	}

	/** Runs it under a low limit and returns what it says. */
	static String limited(Path directory) throws IOException {
		Path root = Files.createDirectory(directory.resolve("descriptors"));
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		Process process = new ProcessBuilder("sh", "-c",
				"ulimit -n 200; exec '%s' -XX:-MaxFDLimit --enable-native-access=ALL-UNNAMED -cp '%s' %s '%s'"
					.formatted(java, System.getProperty("java.class.path"), DescriptorsProcess.class.getName(), root))
			.redirectErrorStream(true)
			.start();
		return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
	}

	public static void main(String[] arguments) throws Exception {
		Path directory = Path.of(arguments[0]);
		try (TestUserDatabases databases = new TestUserDatabases(
				new DataRoot(directory, new Layout("{user}/{app}.db", "kiwi")), null, Duration.ofSeconds(5),
				Bank.SCHEMA)) {
			UserId alice = new UserId("alice");
			databases.users.create(alice);
			// Once with descriptors: to load a class takes one.
			databases.open.acquire(DatabaseName.of(alice)).close();
			databases.open.closeFor(DatabaseName.of(alice), "closed").close();
			Path file = Files.createFile(directory.resolve("x"));
			List<InputStream> streams = new ArrayList<>();
			try {
				while (true) {
					streams.add(Files.newInputStream(file));
				}
			}
			catch (IOException ex) {
				// That was the last one. Two are left for what is loaded on the way.
				streams.remove(0).close();
				streams.remove(0).close();
			}
			try {
				databases.open.acquire(DatabaseName.of(alice)).close();
			}
			catch (DatabaseUnavailableException ex) {
				System.out.println(ex);
			}
			for (InputStream stream : streams) {
				stream.close();
			}
			databases.open.acquire(DatabaseName.of(alice)).close();
			System.out.println("then it works");
		}
	}

}
