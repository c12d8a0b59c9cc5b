package tech.circuitforge.pantry;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts Pantry.
 */
@SpringBootApplication
public class PantryApplication {

	/**
	 * Starts Pantry.
	 * @param args Spring Boot's arguments
	 */
	public static void main(String[] args) {
		SpringApplication.run(PantryApplication.class, args);
	}

}
