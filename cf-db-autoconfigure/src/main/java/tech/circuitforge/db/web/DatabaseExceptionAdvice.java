package tech.circuitforge.db.web;

import java.security.Principal;
import java.util.function.Function;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

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
import tech.circuitforge.db.user.ScopedCurrentUser;
import tech.circuitforge.db.user.TaskOwner;

/**
 * Answers for a product's controllers: nobody signed in is 401, work that has lost its
 * user is 500, a database that cannot be used right now is 503 with Retry-After, a file
 * that cannot become a database is 400. Ordered last, so that a product's own advice
 * comes first.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public final class DatabaseExceptionAdvice {

	private static final Log logger = LogFactory.getLog(DatabaseExceptionAdvice.class);

	/** RFC 6750: the token is valid, and still not good enough here. */
	private static final String CHALLENGE = "Bearer error=\"invalid_token\", error_description=\"It does not say whose data is meant\"";

	private final ScopedCurrentUser currentUser;

	private final Predicate<Principal> signedIn;

	private final Function<Principal, TaskOwner> owners;

	/**
	 * Creates an advice.
	 * @param currentUser tells who asks
	 * @param signedIn tells whether a request's principal is somebody
	 * @param owners tells whose work a principal's request is
	 */
	public DatabaseExceptionAdvice(ScopedCurrentUser currentUser, Predicate<Principal> signedIn,
			Function<Principal, TaskOwner> owners) {
		this.currentUser = currentUser;
		this.signedIn = signedIn;
		this.owners = owners;
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> noCurrentUser(NoCurrentUserException ex, @Nullable Principal principal) {
		boolean signedInHere = principal != null && this.signedIn.test(principal);
		// The resolver may answer that somebody who is signed in has no data: no
		// household
		// yet, for instance.
		if (ex.isSignedIn() || (signedInHere && this.owners.apply(principal).isNobody())) {
			return ResponseEntity.status(HttpStatus.UNAUTHORIZED)
				.header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE)
				.body(ProblemDetail.forStatusAndDetail(HttpStatus.UNAUTHORIZED,
						"You are signed in, but not as anybody who can have data here. Sign in in another way."));
		}
		if (signedInHere || !this.currentUser.owner().isNobody()) {
			// Signing in would not help: the application has lost its user on the way.
			logger.error("Work for somebody who is signed in was done without a current user", ex);
			return ResponseEntity.internalServerError()
				.body(ProblemDetail.forStatusAndDetail(HttpStatus.INTERNAL_SERVER_ERROR,
						"You are signed in, but the application did not say that it worked for you. This is its mistake, not yours."));
		}
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
