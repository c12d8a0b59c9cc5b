package tech.circuitforge.db.autoconfigure;

/**
 * Thrown at start in cloud mode when nothing can tell who the current user is.
 */
class MissingCurrentUserResolverException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	MissingCurrentUserResolverException() {
		super("cf-db works in cloud mode, but there is no CurrentUserResolver bean and Spring Security is not on the "
				+ "class path.");
	}

}
