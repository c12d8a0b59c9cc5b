package tech.circuitforge.db.web;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import tech.circuitforge.db.DatabaseQuarantinedException;
import tech.circuitforge.db.DatabaseUnavailableException;
import tech.circuitforge.db.InvalidDatabaseFileException;
import tech.circuitforge.db.NoCurrentUserException;

/**
 * Answers for a product's controllers: nobody signed in is 401, a database that cannot be
 * used right now is 503 with Retry-After, a file that cannot become a database is 400.
 * Ordered last, so that a product's own advice comes first.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public final class DatabaseExceptionAdvice {

	@ExceptionHandler
	ResponseEntity<ProblemDetail> noCurrentUser(NoCurrentUserException ex) {
		return ResponseEntity.status(HttpStatus.UNAUTHORIZED)
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.UNAUTHORIZED, "Sign in first."));
	}

	/** Its message is about the file that was sent, and names no other. */
	@ExceptionHandler
	ResponseEntity<ProblemDetail> invalidFile(InvalidDatabaseFileException ex) {
		return ResponseEntity.badRequest()
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, String.valueOf(ex.getMessage())));
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> quarantined(DatabaseQuarantinedException ex) {
		return unavailable(ex,
				"Your data is out of service: it could not be brought up to date. Nothing of it is lost, "
						+ "and it is tried again by itself.");
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> unavailable(DatabaseUnavailableException ex) {
		return unavailable(ex, "Your data cannot be reached right now. Try again in a moment.");
	}

	// The exception's message names files and settings: it is for the log, not for the
	// client.
	private static ResponseEntity<ProblemDetail> unavailable(DatabaseUnavailableException ex, String detail) {
		return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
			.header(HttpHeaders.RETRY_AFTER, String.valueOf(ex.retryAfter().toSeconds()))
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, detail));
	}

}
