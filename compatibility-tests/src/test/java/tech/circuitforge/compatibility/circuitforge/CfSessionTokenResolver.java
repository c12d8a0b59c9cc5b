package tech.circuitforge.compatibility.circuitforge;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.util.StringUtils;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.util.WebUtils;

/**
 * Finds the family's token in the header {@code X-CF-Session} or the cookie
 * {@code cf_session}.
 */
class CfSessionTokenResolver implements BearerTokenResolver {

	private static final Pattern AMONG_COOKIES = Pattern.compile("(?:^|;)\\s*cf_session=([^;]+)");

	private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

	@Override
	public String resolve(HttpServletRequest request) {
		if (isChangeByAnotherSite(request)) {
			return null;
		}
		String header = request.getHeader("X-CF-Session");
		if (StringUtils.hasText(header)) {
			// A proxy may hand over all cookies in it.
			Matcher cookies = AMONG_COOKIES.matcher(header);
			return (cookies.find() ? cookies.group(1) : header).strip();
		}
		Cookie cookie = WebUtils.getCookie(request, "cf_session");
		return (cookie != null && StringUtils.hasText(cookie.getValue())) ? cookie.getValue().strip() : null;
	}

	/**
	 * A browser sends the cookie with every site's requests, and Spring Security asks for
	 * no CSRF token where there is a bearer token.
	 */
	private static boolean isChangeByAnotherSite(HttpServletRequest request) {
		if (READING.contains(request.getMethod())) {
			return false;
		}
		String site = request.getHeader("Sec-Fetch-Site");
		return (site != null) ? !Set.of("same-origin", "none").contains(site) : CorsUtils.isCorsRequest(request);
	}

}
