package tech.circuitforge.pantry.web;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.servlet.ModelAndView;

import tech.circuitforge.db.DatabaseUnavailableException;
import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;

/**
 * What every page needs: its header, and words for data that cannot be reached.
 */
@ControllerAdvice(annotations = Page.class)
@Order(0)
class PageAdvice {

	private final Mode mode;

	PageAdvice(Mode mode) {
		this.mode = mode;
	}

	@ModelAttribute
	Visitor visitor(@Nullable Authentication authentication) {
		return Visitor.of(authentication, this.mode);
	}

	@ExceptionHandler
	ModelAndView unavailable(DatabaseUnavailableException ex, @Nullable Authentication authentication,
			HttpServletResponse response) {
		response.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(ex.retryAfter().toSeconds()));
		ModelAndView page = new ModelAndView("unavailable", HttpStatus.SERVICE_UNAVAILABLE);
		return page.addObject(Visitor.of(authentication, this.mode));
	}

}
