package tech.circuitforge.compatibility.circuitforge;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

import javax.crypto.spec.SecretKeySpec;

import jakarta.servlet.DispatcherType;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Signs users in by the family's token.
 */
@Configuration(proxyBeanMethods = false)
class CfSessionSecurity {

	@Bean
	SecurityFilterChain cfSessionSecurity(HttpSecurity http) {
		return http
			.authorizeHttpRequests((requests) -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
				.permitAll()
				.anyRequest()
				.authenticated())
			.oauth2ResourceServer(
					(server) -> server.bearerTokenResolver(new CfSessionTokenResolver()).jwt(Customizer.withDefaults()))
			// The resolver looks where requests come from.
			.csrf((csrf) -> csrf.disable())
			.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.build();
	}

	@Bean
	JwtDecoder cfSessionDecoder(@Value("${DIRECTUS_JWT_SECRET}") String secret) {
		byte[] key = secret.getBytes(StandardCharsets.UTF_8);
		if (key.length < 32) {
			throw new IllegalStateException("DIRECTUS_JWT_SECRET is too short for HS256: 32 bytes are the least");
		}
		NimbusJwtDecoder decoder = NimbusJwtDecoder.withSecretKey(new SecretKeySpec(key, "HmacSHA256"))
			.macAlgorithm(MacAlgorithm.HS256)
			.build();
		decoder.setJwtValidator(JwtValidators.createDefaultWithValidators(List
			.of(new JwtClaimValidator<>("id", Objects::nonNull), new JwtClaimValidator<>("exp", Objects::nonNull))));
		return decoder;
	}

}
