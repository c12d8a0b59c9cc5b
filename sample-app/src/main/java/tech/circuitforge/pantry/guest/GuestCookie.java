package tech.circuitforge.pantry.guest;

import java.time.Duration;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.authentication.rememberme.TokenBasedRememberMeServices;

/**
 * The signed cookie by which a guest is known again, for as long as the guest is kept.
 */
class GuestCookie extends TokenBasedRememberMeServices {

	private final Accounts accounts;

	GuestCookie(String key, Accounts accounts, Duration keep) {
		super(key, accounts::loadGuest);
		this.accounts = accounts;
		setCookieName("pantry-guest");
		setTokenValiditySeconds((int) keep.toSeconds());
		setCookieCustomizer((made) -> made.setAttribute("SameSite", "Lax"));
	}

	@Override
	protected UserDetails processAutoLoginCookie(String[] cookieTokens, HttpServletRequest request,
			HttpServletResponse response) {
		UserDetails guest = super.processAutoLoginCookie(cookieTokens, request, response);
		if (!this.accounts.see(guest.getUsername())) {
			throw new UsernameNotFoundException("This guest has just been deleted");
		}
		// What counts is the last visit, not the first.
		onLoginSuccess(request, response,
				UsernamePasswordAuthenticationToken.authenticated(guest, null, guest.getAuthorities()));
		return guest;
	}

}
