package tech.circuitforge.db.lifecycle;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import tech.circuitforge.db.CurrentUserResolver;

/**
 * An application that migrates when it starts.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class StartupStopProcess {

	public static void main(String[] arguments) {
		SpringApplication.run(StartupStopProcess.class, arguments);
		System.out.println("ready");
	}

	@Bean
	CurrentUserResolver resolver() {
		return () -> null;
	}

}
