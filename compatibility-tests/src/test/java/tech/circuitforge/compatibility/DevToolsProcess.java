package tech.circuitforge.compatibility;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.devtools.autoconfigure.LocalDevToolsAutoConfiguration;
import org.springframework.boot.devtools.restart.Restarter;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;

import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.autoconfigure.CfDbAutoConfiguration;
import tech.circuitforge.db.autoconfigure.CurrentUserPropagationAutoConfiguration;

/**
 * An application that DevTools restarts three times, and that then says how many
 * descriptors it has on its users' files.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ CfDbAutoConfiguration.class, CurrentUserPropagationAutoConfiguration.class,
		DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class, LocalDevToolsAutoConfiguration.class })
public class DevToolsProcess {

	private static final int RESTARTS = 3;

	/** Survives a restart, unlike static fields. */
	private static final String STARTS = "starts";

	private final JdbcTemplate jdbc;

	DevToolsProcess(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	public static void main(String[] arguments) {
		SpringApplication.run(DevToolsProcess.class, arguments);
	}

	@Bean
	static CurrentUserResolver alice() {
		return () -> Product.ALICE;
	}

	@EventListener(ApplicationReadyEvent.class)
	void ready() throws IOException {
		this.jdbc.update("INSERT INTO item (name) VALUES ('rice')");
		int starts = Integer.getInteger(STARTS, 0) + 1;
		System.setProperty(STARTS, String.valueOf(starts));
		if (starts <= RESTARTS) {
			new Thread(() -> Restarter.getInstance().restart()).start();
			return;
		}
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			long ours = descriptors.filter((descriptor) -> {
				try {
					return Files.readSymbolicLink(descriptor).toString().contains("/alice/");
				}
				catch (IOException ex) {
					return false;
				}
			}).count();
			System.out.println("rows=" + this.jdbc.queryForObject("SELECT count(*) FROM item", Integer.class));
			System.out.println("descriptors=" + ours);
			System.out.println("loader=" + getClass().getClassLoader().getClass().getSimpleName());
		}
		System.exit(0);
	}

}
