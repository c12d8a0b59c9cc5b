package tech.circuitforge.pantry.web;

import java.util.List;
import java.util.Set;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.authentication.www.BasicAuthenticationEntryPoint;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;
import tech.circuitforge.db.autoconfigure.ConditionalOnMode;
import tech.circuitforge.pantry.account.AccountDirectory;
import tech.circuitforge.pantry.account.EndedAccountFilter;

/**
 * Who may use Pantry: in local mode whoever sits at the machine, in cloud mode whoever
 * signs in.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

	private static final RequestMatcher API = PathPatternRequestMatcher.withDefaults().matcher("/api/**");

	private static final RequestMatcher ACTUATOR = PathPatternRequestMatcher.withDefaults().matcher("/actuator/**");

	private static final MediaTypeRequestMatcher HTML = html();

	private static final String[] OPERATOR = { "/operator", "/operator/**" };

	/** Whatever a page without anybody's data needs. */
	private static final String[] PUBLIC = { "/login", "/pantry.css", "/pantry.js", "/pantry.svg", "/webjars/**" };

	/** Everything a page loads is Pantry's own, and nobody may put it into a frame. */
	private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; img-src 'self' data:; "
			+ "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

	/** Whether Pantry is well is everybody's business, how it fares the operator's. */
	@Bean
	@Order(1)
	SecurityFilterChain operatorSecurity(HttpSecurity http) {
		return http.securityMatcher("/actuator/**")
			.authorizeHttpRequests((requests) -> requests.requestMatchers("/actuator/health", "/actuator/health/**")
				.permitAll()
				.anyRequest()
				.hasRole("OPERATOR"))
			.httpBasic(Customizer.withDefaults())
			.build();
	}

	@Bean
	@ConditionalOnMode(Mode.LOCAL)
	Mode local() {
		return Mode.LOCAL;
	}

	@Bean
	@ConditionalOnMode(Mode.CLOUD)
	Mode cloud() {
		return Mode.CLOUD;
	}

	@Bean
	@ConditionalOnMode(Mode.LOCAL)
	SecurityFilterChain localSecurity(HttpSecurity http) {
		// Other sites cannot send JSON here without the browser asking first, but they
		// can
		// send a form with a file.
		return http
			.authorizeHttpRequests(
					(requests) -> requests.requestMatchers(OPERATOR).hasRole("OPERATOR").anyRequest().permitAll())
			.formLogin((form) -> form.loginPage("/login"))
			.csrf((csrf) -> csrf
				.ignoringRequestMatchers((request) -> API.matches(request) && !comesFromAnotherSite(request)))
			.headers((headers) -> headers
				.contentSecurityPolicy((policy) -> policy.policyDirectives(CONTENT_SECURITY_POLICY)))
			.build();
	}

	@Bean
	@ConditionalOnMode(Mode.CLOUD)
	SecurityFilterChain cloudSecurity(HttpSecurity http) {
		BasicAuthenticationEntryPoint basic = new BasicAuthenticationEntryPoint();
		basic.setRealmName("Pantry");
		return http.authorizeHttpRequests((requests) -> requests
			// What was refused once is reported as it is, not refused again.
			.dispatcherTypeMatchers(DispatcherType.ERROR)
			.permitAll()
			.requestMatchers(PUBLIC)
			.permitAll()
			.requestMatchers(OPERATOR)
			.hasRole("OPERATOR")
			.anyRequest()
			.authenticated())
			.formLogin((form) -> form.loginPage("/login"))
			.logout((logout) -> logout.logoutSuccessUrl("/login?out"))
			// What the browser did as somebody else must not come along.
			.sessionManagement((session) -> session.sessionFixation((fixation) -> fixation.newSession()))
			.headers((headers) -> headers
				.contentSecurityPolicy((policy) -> policy.policyDirectives(CONTENT_SECURITY_POLICY)))
			.httpBasic((configurer) -> configurer.authenticationEntryPoint(basic))
			.exceptionHandling((exceptions) -> exceptions.defaultAuthenticationEntryPointFor(basic, API)
				.defaultAuthenticationEntryPointFor(new LoginUrlAuthenticationEntryPoint("/login"),
						AnyRequestMatcher.INSTANCE))
			// A browser adds a session cookie to any site's request, but never somebody's
			// password.
			.csrf((csrf) -> csrf.ignoringRequestMatchers((request) -> API.matches(request) && carriesPassword(request)))
			.build();
	}

	/** Added to every chain of filters. */
	@Bean
	@ConditionalOnMode(Mode.CLOUD)
	Customizer<HttpSecurity> endedAccounts(List<AccountDirectory> accounts) {
		return (http) -> http.addFilterBefore(new EndedAccountFilter(accounts), BasicAuthenticationFilter.class);
	}

	/** To all chains of filters, as they share a session: what signing in leads to. */
	@Bean
	RequestCache requestCache() {
		HttpSessionRequestCache cache = new HttpSessionRequestCache();
		cache.setRequestMatcher(SecurityConfiguration::isWholePage);
		return cache;
	}

	/**
	 * What a script asks for, or a program, is nothing to show to somebody who has signed
	 * in.
	 */
	private static boolean isWholePage(HttpServletRequest request) {
		String destination = request.getHeader("Sec-Fetch-Dest");
		return HttpMethod.GET.matches(request.getMethod()) && HTML.matches(request) && !API.matches(request)
				&& !ACTUATOR.matches(request) && request.getHeader("HX-Request") == null
				&& request.getHeader("X-Requested-With") == null
				&& (destination == null || destination.equals("document"));
	}

	private static MediaTypeRequestMatcher html() {
		MediaTypeRequestMatcher html = new MediaTypeRequestMatcher(MediaType.TEXT_HTML);
		html.setIgnoredMediaTypes(Set.of(MediaType.ALL));
		return html;
	}

	/** As every browser of today tells; other programs do not say. */
	private static boolean comesFromAnotherSite(HttpServletRequest request) {
		String site = request.getHeader("Sec-Fetch-Site");
		return site != null && !site.equals("same-origin") && !site.equals("none");
	}

	private static boolean carriesPassword(HttpServletRequest request) {
		String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
		return authorization != null && authorization.regionMatches(true, 0, "Basic ", 0, 6);
	}

}
