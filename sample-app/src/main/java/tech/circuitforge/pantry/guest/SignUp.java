package tech.circuitforge.pantry.guest;

import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * The account that a guest asks for.
 *
 * @param name the user name
 * @param password the password, as typed
 */
record SignUp(@Pattern(regexp = "[a-z][a-z0-9._-]{1,29}") String name, @Size(min = 8, max = 200) String password) {

	@Override
	public String toString() {
		return "SignUp[" + this.name + "]";
	}

}
