package tech.circuitforge.pantry.account;

import java.io.IOException;
import java.util.List;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.logout.SecurityContextLogoutHandler;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Ends a session whose account has been deleted, in whichever browser and whichever
 * process that was. The account is looked up with each request, because a list of
 * sessions to end would miss the one that is being made at that moment, and those of
 * other processes.
 */
public final class EndedAccountFilter extends OncePerRequestFilter {

	private final SecurityContextLogoutHandler session = new SecurityContextLogoutHandler();

	private final List<AccountDirectory> directories;

	/**
	 * Creates a filter. It belongs before those that let somebody in by the request
	 * itself.
	 * @param directories know the accounts
	 */
	public EndedAccountFilter(List<AccountDirectory> directories) {
		this.directories = List.copyOf(directories);
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		if (authentication != null && !isCurrent(authentication)) {
			this.session.logout(request, response, authentication);
		}
		chain.doFilter(request, response);
	}

	private boolean isCurrent(Authentication authentication) {
		return authentication.getPrincipal() instanceof Account account
				&& this.directories.stream().anyMatch((directory) -> directory.isCurrent(account));
	}

}
