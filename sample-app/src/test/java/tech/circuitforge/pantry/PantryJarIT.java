package tech.circuitforge.pantry;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The executable jar as an operator runs it: the same file in both modes, told apart by
 * the environment alone.
 */
@Tag("process")
class PantryJarIT {

	@TempDir
	Path directory;

	private Process pantry;

	private int port;

	private final List<String> options = new ArrayList<>();

	@AfterEach
	void stop() throws InterruptedException {
		if (this.pantry != null) {
			this.pantry.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
		}
	}

	@Test
	void sameJarWorksInLocalAndInCloudMode() throws Exception {
		Path root = Files.createDirectory(this.directory.resolve("root"));
		start(null);
		add(null, "everybody's");
		stop();
		start(root);
		add("alice", "hers");
		assertThat(new PantryClient(this.port, null).send("GET", "/api/items", null).statusCode()).isEqualTo(401);
		assertThat(this.directory.resolve("data/pantry.db")).exists();
		assertThat(root.resolve("alice/pantry.db")).exists();
	}

	@Test
	void acknowledgedRowsSurviveSigkill() throws Exception {
		Path root = Files.createDirectory(this.directory.resolve("root"));
		start(root);
		for (int i = 0; i < 50; i++) {
			add("bob", "item-" + i);
		}
		stop();
		start(root);
		assertThat(new PantryClient(this.port, "bob").json("GET", "/api/items", null)).hasSize(50);
	}

	@Test
	void startsFromWhatWasPreparedAheadOfTime() throws Exception {
		// The build has prepared local mode: conditions are decided ahead of time, too.
		this.options.add("-Dspring.aot.enabled=true");
		start(null);
		add(null, "ahead of time");
		assertThat(this.directory.resolve("data/pantry.db")).exists();
		assertThat(Files.readString(this.directory.resolve("pantry.log")))
			.contains("Starting AOT-processed PantryApplication");
	}

	@Test
	void whatWasPreparedForLocalModeRefusesCloudMode() throws Exception {
		this.options.add("-Dspring.aot.enabled=true");
		Path root = Files.createDirectory(this.directory.resolve("root"));
		launch(root);
		assertThat(this.pantry.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.pantry.exitValue()).isNotZero();
		assertThat(Files.readString(this.directory.resolve("pantry.log")))
			.contains("was prepared ahead of time for local mode, and now cloud mode is configured");
		assertThat(this.directory.resolve("data/pantry.db")).doesNotExist();
	}

	private void add(String user, String name) throws Exception {
		assertThat(new PantryClient(this.port, user)
			.send("POST", "/api/items", "{\"name\": \"%s\", \"quantity\": 1}".formatted(name))
			.statusCode()).isEqualTo(201);
	}

	private void start(Path cloudRoot) throws IOException {
		launch(cloudRoot);
		await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
			assertThat(this.pantry.isAlive()).isTrue();
			return new PantryClient(this.port, "alice").send("GET", "/pantry.css", null).statusCode() == 200;
		});
	}

	private void launch(Path cloudRoot) throws IOException {
		try (ServerSocket free = new ServerSocket(0)) {
			this.port = free.getLocalPort();
		}
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		List<String> command = new ArrayList<>(List.of(java));
		command.addAll(this.options);
		command.addAll(List.of("-jar", System.getProperty("pantry.jar"), "--server.port=" + this.port));
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("pantry.log").toFile());
		builder.environment().remove("CLOUD_MODE");
		builder.environment().remove("CLOUD_DATA_ROOT");
		if (cloudRoot != null) {
			builder.environment().put("CLOUD_MODE", "true");
			builder.environment().put("CLOUD_DATA_ROOT", cloudRoot.toString());
		}
		this.pantry = builder.start();
	}

}
