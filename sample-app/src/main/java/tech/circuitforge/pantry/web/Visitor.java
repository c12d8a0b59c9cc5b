package tech.circuitforge.pantry.web;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;

/**
 * Who looks at a page, as far as its header is concerned.
 *
 * @param name who is signed in, or {@code null} for nobody
 */
record Visitor(@Nullable String name) {

	static Visitor of(@Nullable Authentication authentication) {
		return new Visitor((authentication != null) ? authentication.getName() : null);
	}

}
