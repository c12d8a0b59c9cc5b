package tech.circuitforge.pantry.guest;

import java.util.Objects;
import java.util.UUID;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;

/**
 * Lets guests in. A guest is known by a signed cookie and nothing else, and is to Spring
 * Security, and so to cf-db, a user like any other.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnGuests
@EnableConfigurationProperties(GuestProperties.class)
class GuestConfiguration {

	@Bean
	GuestCookie guestCookie(GuestProperties properties, Accounts accounts) {
		String key = Objects.requireNonNullElseGet(properties.key(), () -> UUID.randomUUID().toString());
		return new GuestCookie(key, accounts, properties.keep());
	}

	/** Added to every chain of filters. */
	@Bean
	Customizer<HttpSecurity> guestsAndAccounts(GuestCookie guestCookie, Accounts accounts) {
		DaoAuthenticationProvider signedUp = new DaoAuthenticationProvider(accounts::load);
		signedUp.setPasswordEncoder(accounts.passwordEncoder());
		return (http) -> http
			.authorizeHttpRequests((requests) -> requests.requestMatchers("/guest")
				.permitAll()
				.requestMatchers("/sign-up")
				.hasRole(Accounts.GUEST))
			.authenticationProvider(signedUp)
			.rememberMe((configurer) -> configurer.key(guestCookie.getKey()).rememberMeServices(guestCookie));
	}

}
