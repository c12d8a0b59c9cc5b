package tech.circuitforge.db.test;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.security.test.context.support.WithMockUser;
import org.springframework.security.test.context.support.WithSecurityContext;
import org.springframework.security.test.context.support.WithSecurityContextTestExecutionListener;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/**
 * Signs the user of {@code @WithMockUser} in before test-managed transactions begin and
 * scripts of {@code @Sql} run. Spring Security's own listener comes after both and does
 * it again. Other annotations of Spring Security's are left to it: the user of
 * {@code @WithUserDetails} may be in a row that a script inserts.
 */
final class WithMockUserTestExecutionListener extends AbstractTestExecutionListener {

	private static final int ORDER = 3_800;

	private final WithSecurityContextTestExecutionListener springSecurity = new WithSecurityContextTestExecutionListener();

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public void beforeTestMethod(TestContext testContext) {
		if (isMockUser(testContext)) {
			this.springSecurity.beforeTestMethod(testContext);
		}
	}

	/** That on the method comes first, as with Spring Security. */
	private static boolean isMockUser(TestContext testContext) {
		return AnnotatedElementUtils.hasAnnotation(testContext.getTestMethod(), WithSecurityContext.class)
				? AnnotatedElementUtils.hasAnnotation(testContext.getTestMethod(), WithMockUser.class)
				: TestContextAnnotationUtils.hasAnnotation(testContext.getTestClass(), WithMockUser.class);
	}

}
