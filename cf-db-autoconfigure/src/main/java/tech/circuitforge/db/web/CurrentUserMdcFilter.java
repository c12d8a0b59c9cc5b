package tech.circuitforge.db.web;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.filter.OncePerRequestFilter;

import tech.circuitforge.db.logging.CurrentUserMdc;
import tech.circuitforge.db.user.ScopedCurrentUser;

/**
 * Puts whoever is signed in into the log lines of a request. After the security filters,
 * which find out who that is.
 */
public final class CurrentUserMdcFilter extends OncePerRequestFilter {

	private final ScopedCurrentUser currentUser;

	private final CurrentUserMdc mdc;

	/**
	 * Creates a filter.
	 * @param currentUser tells who asks
	 * @param mdc where the user is put
	 */
	public CurrentUserMdcFilter(ScopedCurrentUser currentUser, CurrentUserMdc mdc) {
		this.currentUser = currentUser;
		this.mdc = mdc;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		// Somebody without a usable id is told so by the first statement, if there is
		// any.
		this.mdc.set(this.currentUser.owner().user());
		try {
			chain.doFilter(request, response);
		}
		finally {
			this.mdc.set(null);
		}
	}

}
