package tech.circuitforge.compatibility;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * DevTools: restarts leave no file open.
 */
@Tag("process")
@EnabledOnOs(OS.LINUX)
class DevToolsTests {

	@TempDir
	Path root;

	@Test
	void threeRestartsLeakNoDescriptor() throws Exception {
		Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), DevToolsProcess.class.getName(), "--cf.db.mode=cloud",
				"--cf.db.cloud.data-root=" + this.root, "--spring.application.name=kiwi",
				"--spring.main.web-application-type=none")
			.redirectErrorStream(true)
			.start();
		String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
		// The file, its log and the log's index, of the last start alone.
		assertThat(output).contains("rows=4", "descriptors=3", "loader=RestartClassLoader");
	}

}
