package tech.circuitforge.pantry.web;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.web.authentication.RememberMeServices;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/**
 * Where people sign in.
 */
@Page
class SignInPage {

	private final boolean guestsAreWelcome;

	/**
	 * Creates the page.
	 * @param guests remembers guests, where they are welcome
	 */
	SignInPage(ObjectProvider<RememberMeServices> guests) {
		this.guestsAreWelcome = guests.getIfAvailable() != null;
	}

	@GetMapping("/login")
	String show(Model model) {
		model.addAttribute("guestsAreWelcome", this.guestsAreWelcome);
		return "login";
	}

}
