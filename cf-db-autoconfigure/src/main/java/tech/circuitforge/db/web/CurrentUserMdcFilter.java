package tech.circuitforge.db.web;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.filter.OncePerRequestFilter;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.InvalidUserIdException;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.logging.CurrentUserMdc;

/**
 * Puts whoever is signed in into the log lines of a request. After the security filters,
 * which find out who that is.
 */
public final class CurrentUserMdcFilter extends OncePerRequestFilter {

	private final CurrentUser currentUser;

	private final CurrentUserMdc mdc;

	/**
	 * Creates a filter.
	 * @param currentUser tells who asks
	 * @param mdc where the user is put
	 */
	public CurrentUserMdcFilter(CurrentUser currentUser, CurrentUserMdc mdc) {
		this.currentUser = currentUser;
		this.mdc = mdc;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		this.mdc.set(user());
		try {
			chain.doFilter(request, response);
		}
		finally {
			this.mdc.set(null);
		}
	}

	private @Nullable UserId user() {
		try {
			return this.currentUser.find();
		}
		catch (InvalidUserIdException ex) {
			// The request's first statement will say so, if it has any.
			return null;
		}
	}

}
