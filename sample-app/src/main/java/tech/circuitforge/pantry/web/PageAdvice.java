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

/**
 * What every page needs: its header, and words for data that cannot be reached.
 */
@ControllerAdvice(annotations = Page.class)
@Order(0)
class PageAdvice {

	@ModelAttribute
	Visitor visitor(@Nullable Authentication authentication) {
		return Visitor.of(authentication);
	}

	@ExceptionHandler
	ModelAndView unavailable(DatabaseUnavailableException ex, @Nullable Authentication authentication,
			HttpServletResponse response) {
		response.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(ex.retryAfter().toSeconds()));
		ModelAndView page = new ModelAndView("unavailable", HttpStatus.SERVICE_UNAVAILABLE);
		return page.addObject(Visitor.of(authentication));
	}

}
