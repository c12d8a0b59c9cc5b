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
 * Follows {@link WithCurrentUser}.
 */
final class WithCurrentUserTestExecutionListener extends AbstractTestExecutionListener {

	/**
	 * Before transactions (4000) begin, and with the user of Spring Security's (10000).
	 */
	private static final int ORDER = 3_900;

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public void beforeTestMethod(TestContext testContext) {
		WithCurrentUser annotation = find(testContext);
		if (annotation != null) {
			testContext.getApplicationContext()
				.getBean(ScopedCurrentUser.class)
				.begin(TaskOwner.of(new UserId(annotation.value())));
		}
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		if (find(testContext) != null) {
			testContext.getApplicationContext().getBean(ScopedCurrentUser.class).end(null);
		}
	}

	private static @Nullable WithCurrentUser find(TestContext testContext) {
		WithCurrentUser onMethod = AnnotatedElementUtils.findMergedAnnotation(testContext.getTestMethod(),
				WithCurrentUser.class);
		return (onMethod != null) ? onMethod
				: TestContextAnnotationUtils.findMergedAnnotation(testContext.getTestClass(), WithCurrentUser.class);
	}

}
