package tech.circuitforge.db.lifecycle;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another process with the same class path, to race with or to be killed.
 */
final class ChildJvm implements AutoCloseable {

	private final Process process;

	private final BufferedReader output;

	private ChildJvm(Process process) {
		this.process = process;
		this.output = process.inputReader(StandardCharsets.UTF_8);
	}

	static ChildJvm start(Class<?> main, Path temporary, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
						"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
						"-Djava.io.tmpdir=" + temporary, "-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(List.of(arguments));
		return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
	}

	/** Waits until it says that it is ready. */
	void awaitReady() throws IOException {
		String line;
		while ((line = this.output.readLine()) != null) {
			if (line.equals("ready")) {
				return;
			}
		}
		throw new IllegalStateException("The child ended with " + exitCode());
	}

	void go() throws IOException {
		this.process.getOutputStream().write('\n');
		this.process.getOutputStream().flush();
	}

	/** Asks it to end by SIGTERM. */
	void terminate() {
		// Not of the process: that closes its output too.
		this.process.toHandle().destroy();
	}

	/** Kills it by SIGKILL; false if it had ended before. */
	boolean kill() throws InterruptedException {
		this.process.destroyForcibly();
		// 128 + 9
		return this.process.waitFor() == 137;
	}

	/** What it printed until its end. */
	String remainingOutput() throws IOException {
		StringBuilder text = new StringBuilder();
		String line;
		while ((line = this.output.readLine()) != null) {
			text.append(line).append('\n');
		}
		return text.toString();
	}

	int exitCode() {
		try {
			if (this.process.waitFor(2, TimeUnit.MINUTES)) {
				return this.process.exitValue();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		throw new IllegalStateException("The child does not end");
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
