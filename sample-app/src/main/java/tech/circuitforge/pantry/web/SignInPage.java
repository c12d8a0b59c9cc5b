package tech.circuitforge.pantry.web;

import org.springframework.web.bind.annotation.GetMapping;

/**
 * Where people sign in.
 */
@Page
class SignInPage {

	@GetMapping("/login")
	String show() {
		return "login";
	}

}
