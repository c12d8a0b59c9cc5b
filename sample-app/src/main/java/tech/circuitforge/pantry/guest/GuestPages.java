package tech.circuitforge.pantry.guest;

import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

import tech.circuitforge.pantry.account.Account;
import tech.circuitforge.pantry.account.DemoAccounts;
import tech.circuitforge.pantry.web.Page;

/**
 * How a guest arrives, and signs up.
 */
@Page
@ConditionalOnGuests
class GuestPages {

	private final SecurityContextRepository contexts = new HttpSessionSecurityContextRepository();

	private final GuestCookie cookie;

	private final Accounts accounts;

	private final DemoAccounts demoAccounts;

	GuestPages(GuestCookie guestCookie, Accounts accounts, DemoAccounts demoAccounts) {
		this.cookie = guestCookie;
		this.accounts = accounts;
		this.demoAccounts = demoAccounts;
	}

	@PostMapping("/guest")
	String arrive(@Nullable Authentication already, HttpServletRequest request, HttpServletResponse response) {
		if (already == null) {
			Optional<Account> guest = this.accounts.arrive();
			if (guest.isEmpty()) {
				response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
				return "no-room";
			}
			this.cookie.onLoginSuccess(request, response, signIn(guest.get(), request, response));
		}
		return "redirect:/";
	}

	@GetMapping("/sign-up")
	String ask(@ModelAttribute("signUp") SignUp signUp) {
		return "sign-up";
	}

	/** The id stays, so the data need not be moved. */
	@PostMapping("/sign-up")
	String signUp(@Valid @ModelAttribute("signUp") SignUp signUp, BindingResult errors, Authentication guest,
			HttpServletRequest request, HttpServletResponse response, RedirectAttributes next) {
		if (!errors.hasErrors()
				&& (this.demoAccounts.isTaken(signUp.name()) || !this.accounts.signUp(guest.getName(), signUp))) {
			errors.rejectValue("name", "taken");
		}
		if (errors.hasErrors()) {
			response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
			return "sign-up";
		}
		this.cookie.logout(request, response, guest);
		signIn(this.accounts.load(signUp.name()), request, response);
		next.addFlashAttribute("toast", "Welcome, " + signUp.name() + ". Everything is still here.");
		return "redirect:/";
	}

	private Authentication signIn(Account user, HttpServletRequest request, HttpServletResponse response) {
		Authentication authentication = UsernamePasswordAuthenticationToken.authenticated(user, null,
				user.getAuthorities());
		SecurityContext context = SecurityContextHolder.createEmptyContext();
		context.setAuthentication(authentication);
		SecurityContextHolder.setContext(context);
		request.getSession();
		request.changeSessionId();
		this.contexts.saveContext(context, request, response);
		return authentication;
	}

}
