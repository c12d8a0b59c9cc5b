package tech.circuitforge.pantry;

import java.time.Clock;
import java.time.ZoneId;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * Starts Pantry.
 */
@SpringBootApplication
@EnableScheduling
public class PantryApplication {

	/**
	 * Starts Pantry.
	 * @param args Spring Boot's arguments
	 */
	public static void main(String[] args) {
		SpringApplication.run(PantryApplication.class, args);
	}

	@Bean
	Clock clock() {
		return Clock.system(ZoneId.systemDefault());
	}

}
