package tech.circuitforge.db;

import java.lang.StackWalker.StackFrame;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a statement needs to know its user and there is none. No SQL has run.
 */
public class NoCurrentUserException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private static final String ELSEWHERE = "In a request: sign in. Elsewhere (@Scheduled, start-up code, own threads): "
			+ "name the user with CurrentUser.runAs(user, ...).";

	private static final String IN_REACTOR = "In Reactor (Mono, Flux) the user is the one in the Context of whoever "
			+ "subscribes: set spring.reactor.context-propagation=auto, with io.micrometer:context-propagation on the class "
			+ "path, or make the call with ReactiveCurrentUser. In a request: sign in. Elsewhere: name the user with "
			+ "CurrentUser.runAs(user, ...).";

	private static final String IN_TEST = " In a test: put @WithCurrentUser of cf-db-test on it or on its class. Users whom "
			+ "Spring Security's annotations sign in are there in @BeforeEach and test methods, and that of @WithMockUser for "
			+ "@Sql before a method; not in @BeforeAll, for @Sql after a method, nor for @Sql of a class.";

	private final boolean signedIn;

	/** Creates an exception that names the current thread. */
	public NoCurrentUserException() {
		super("No current user on thread \"%s\", so there is no database to use. %s"
			.formatted(Thread.currentThread().getName(), advice()));
		this.signedIn = false;
	}

	/**
	 * Creates an exception for somebody who is known, but not by an id that can have a
	 * database.
	 * @param message what is wrong with the id
	 * @param cause why it was refused
	 */
	public NoCurrentUserException(String message, @Nullable Throwable cause) {
		super(message, cause);
		this.signedIn = true;
	}

	/**
	 * Tells whether somebody is signed in, though not by an id that can have a database.
	 * @return whether signing in, in another way, is not what is missing
	 */
	public boolean isSignedIn() {
		return this.signedIn;
	}

	/** By the stack: threads of any name run what is subscribed to, or test something. */
	private static String advice() {
		List<String> classes = StackWalker.getInstance()
			.walk((frames) -> frames.map(StackFrame::getClassName).toList());
		String advice = anyIn("reactor.core.", classes) ? IN_REACTOR : ELSEWHERE;
		return (anyIn("org.junit.", classes) || anyIn("org.springframework.test.", classes)) ? advice + IN_TEST
				: advice;
	}

	private static boolean anyIn(String packages, List<String> classes) {
		return classes.stream().anyMatch((name) -> name.startsWith(packages));
	}

}
