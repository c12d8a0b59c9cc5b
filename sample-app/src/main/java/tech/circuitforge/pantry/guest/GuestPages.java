package tech.circuitforge.pantry.guest;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.authentication.rememberme.TokenBasedRememberMeServices;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.DatabaseExistsException;
import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.pantry.web.Page;

/**
 * How a guest arrives, and signs up.
 */
@Page
@ConditionalOnGuests
class GuestPages {

	private final SecurityContextRepository contexts = new HttpSessionSecurityContextRepository();

	private final TokenBasedRememberMeServices cookie;

	private final Accounts accounts;

	private final UserDetailsService otherUsers;

	private final UserDatabases databases;

	private final CurrentUser currentUser;

	GuestPages(TokenBasedRememberMeServices guestCookie, Accounts accounts, UserDetailsService demoUsers,
			UserDatabases databases, CurrentUser currentUser) {
		this.cookie = guestCookie;
		this.accounts = accounts;
		this.otherUsers = demoUsers;
		this.databases = databases;
		this.currentUser = currentUser;
	}

	@PostMapping("/guest")
	String arrive(@Nullable Authentication already, HttpServletRequest request, HttpServletResponse response) {
		if (already == null) {
			this.cookie.onLoginSuccess(request, response, signIn(Guests.arrive(), request, response));
		}
		return "redirect:/";
	}

	@GetMapping("/sign-up")
	String ask(@ModelAttribute("signUp") SignUp signUp) {
		return "sign-up";
	}

	@PostMapping("/sign-up")
	String signUp(@Valid @ModelAttribute("signUp") SignUp signUp, BindingResult errors, Authentication guest,
			HttpServletRequest request, HttpServletResponse response, RedirectAttributes next) {
		if (!errors.hasErrors() && !keepDataAs(signUp)) {
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

	/**
	 * Moves the guest's data to a new account.
	 * @return whether the name was still free
	 */
	private boolean keepDataAs(SignUp signUp) {
		if (isTaken(signUp.name()) || !this.accounts.add(signUp)) {
			return false;
		}
		try {
			this.databases.rename(this.currentUser.require(), new UserId(signUp.name()));
			return true;
		}
		catch (DatabaseNotFoundException ex) {
			// A guest who has not looked at a single page: there is nothing to move.
			return true;
		}
		catch (DatabaseExistsException ex) {
			this.accounts.remove(signUp.name());
			return false;
		}
		catch (RuntimeException ex) {
			this.accounts.remove(signUp.name());
			throw ex;
		}
	}

	private boolean isTaken(String name) {
		if (name.startsWith(Guests.PREFIX)) {
			return true;
		}
		try {
			this.otherUsers.loadUserByUsername(name);
			return true;
		}
		catch (UsernameNotFoundException ex) {
			return false;
		}
	}

	private Authentication signIn(UserDetails user, HttpServletRequest request, HttpServletResponse response) {
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
