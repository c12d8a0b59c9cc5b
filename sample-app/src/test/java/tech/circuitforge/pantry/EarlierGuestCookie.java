package tech.circuitforge.pantry;

import java.time.Duration;
import java.util.List;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.authentication.rememberme.TokenBasedRememberMeServices;

/**
 * The cookie that an earlier Pantry gave to its guests.
 */
final class EarlierGuestCookie {

	private EarlierGuestCookie() {
	}

	static String of(String guest, String key) {
		TokenBasedRememberMeServices services = new TokenBasedRememberMeServices(key, (name) -> null);
		services.setCookieName("pantry-guest");
		services.setAlwaysRemember(true);
		services.setTokenValiditySeconds((int) Duration.ofDays(90).toSeconds());
		MockHttpServletResponse response = new MockHttpServletResponse();
		services.onLoginSuccess(new MockHttpServletRequest(), response, UsernamePasswordAuthenticationToken
			.authenticated(User.withUsername(guest).password("none").roles("GUEST").build(), null, List.of()));
		return response.getCookie("pantry-guest").getValue();
	}

}
