package tech.circuitforge.db.test;

import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.support.AbstractTestExecutionListener;

import tech.circuitforge.db.UserId;
import tech.circuitforge.db.user.ScopedCurrentUser;
import tech.circuitforge.db.user.TaskOwner;

/**
 * Follows {@link WithCurrentUser}: that on the class from before its {@code @BeforeAll}
 * methods until after its {@code @AfterAll} methods, that on a method in between. Each
 * puts back what was before on its thread, whatever has failed meanwhile.
 */
final class WithCurrentUserTestExecutionListener extends AbstractTestExecutionListener {

	/**
	 * Before transactions (4000) begin and scripts of {@code @Sql} (5000) run, and
	 * therefore after both.
	 */
	private static final int ORDER = 3_900;

	private static final String OF_CLASS = WithCurrentUser.class.getName() + ".class";

	private static final String OF_METHOD = WithCurrentUser.class.getName() + ".method";

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public void beforeTestClass(TestContext testContext) {
		begin(testContext, OF_CLASS, onClass(testContext));
	}

	@Override
	public void beforeTestMethod(TestContext testContext) {
		WithCurrentUser onMethod = AnnotatedElementUtils.findMergedAnnotation(testContext.getTestMethod(),
				WithCurrentUser.class);
		// That on the class again: this may be another thread, or another context.
		begin(testContext, OF_METHOD, (onMethod != null) ? onMethod : onClass(testContext));
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		end(testContext, OF_METHOD);
		if (testContext.hasAttribute(OF_CLASS) && testContext.hasApplicationContext()) {
			// @DirtiesContext may have replaced the one in which it was named.
			end(testContext, OF_CLASS);
			begin(testContext, OF_CLASS, onClass(testContext));
		}
	}

	@Override
	public void afterTestClass(TestContext testContext) {
		end(testContext, OF_CLASS);
	}

	private static @Nullable WithCurrentUser onClass(TestContext testContext) {
		return TestContextAnnotationUtils.findMergedAnnotation(testContext.getTestClass(), WithCurrentUser.class);
	}

	private static void begin(TestContext testContext, String attribute, @Nullable WithCurrentUser annotation) {
		if (annotation != null) {
			TaskOwner user = TaskOwner.of(new UserId(annotation.value()));
			ScopedCurrentUser currentUser = testContext.getApplicationContext().getBean(ScopedCurrentUser.class);
			testContext.setAttribute(attribute, new Named(currentUser, currentUser.owner()));
			currentUser.begin(user);
		}
	}

	private static void end(TestContext testContext, String attribute) {
		if (testContext.removeAttribute(attribute) instanceof Named named) {
			named.currentUser().end(named.before());
		}
	}

	/** Kept, so that nothing has to be asked of a context that may be closed by then. */
	private record Named(ScopedCurrentUser currentUser, TaskOwner before) {

	}

}
