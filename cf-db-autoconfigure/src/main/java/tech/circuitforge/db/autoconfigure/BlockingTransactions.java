package tech.circuitforge.db.autoconfigure;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.TransactionManagementConfigurer;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.util.StringUtils;

/**
 * Refuses {@code @Transactional} on methods that return a {@code Mono}, a {@code Flux} or
 * another type whose work is done when somebody subscribes. A JDBC transaction is over by
 * then, and Spring says nothing.
 * <p>
 * Asked when the bean is made, or at the latest before the method is called for the first
 * time; calls cost nothing more. Ordered, since it has to be there before the first bean
 * that is made transactional.
 */
final class BlockingTransactions implements BeanPostProcessor, PriorityOrdered {

	private final ConfigurableListableBeanFactory beanFactory;

	BlockingTransactions(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof TransactionAttributeSource source) ? new Checked(source) : bean;
	}

	private void check(Method method, Class<?> targetClass, TransactionAttribute transaction) {
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(method.getReturnType());
		if (adapter == null || !adapter.getDescriptor().isDeferred()
				|| transaction.getPropagationBehavior() == TransactionDefinition.PROPAGATION_NOT_SUPPORTED
				|| transaction.getPropagationBehavior() == TransactionDefinition.PROPAGATION_NEVER
				|| isReactive(transaction.getQualifier())) {
			return;
		}
		String name = targetClass.getSimpleName() + "." + method.getName();
		throw new InvalidConfigurationException(
				"%s is @Transactional and returns a %s: its work is done when somebody subscribes, and the transaction is over by then."
					.formatted(name, method.getReturnType().getSimpleName()),
				"Make the method that does the work blocking and @Transactional, in another bean, and call that one with ReactiveCurrentUser.mono(() -> ...); or say @Transactional(propagation = NOT_SUPPORTED) on %s."
					.formatted(name));
	}

	/** By the rules of Spring's interceptor, without making the beans. */
	private boolean isReactive(@Nullable String qualifier) {
		String[] reactive = this.beanFactory.getBeanNamesForType(ReactiveTransactionManager.class, true, false);
		if (reactive.length == 0) {
			return false;
		}
		if (StringUtils.hasText(qualifier)) {
			for (String name : reactive) {
				if (BeanFactoryAnnotationUtils.isQualifierMatch(qualifier::equals, name, this.beanFactory)) {
					return true;
				}
			}
			return false;
		}
		String[] all = this.beanFactory.getBeanNamesForType(TransactionManager.class, true, false);
		for (String name : reactive) {
			if (all.length == 1 || (this.beanFactory.containsBeanDefinition(name)
					&& this.beanFactory.getBeanDefinition(name).isPrimary())) {
				return true;
			}
		}
		// Which one it names is known to itself alone.
		return this.beanFactory.getBeanNamesForType(TransactionManagementConfigurer.class, true, false).length > 0;
	}

	private final class Checked implements TransactionAttributeSource {

		private final TransactionAttributeSource source;

		Checked(TransactionAttributeSource source) {
			this.source = source;
		}

		@Override
		public boolean isCandidateClass(Class<?> targetClass) {
			return this.source.isCandidateClass(targetClass);
		}

		@Override
		public boolean hasTransactionAttribute(Method method, @Nullable Class<?> targetClass) {
			TransactionAttribute transaction = this.source.getTransactionAttribute(method, targetClass);
			if (transaction != null) {
				check(method, (targetClass != null) ? targetClass : method.getDeclaringClass(), transaction);
			}
			return transaction != null;
		}

		@Override
		public @Nullable TransactionAttribute getTransactionAttribute(Method method, @Nullable Class<?> targetClass) {
			return this.source.getTransactionAttribute(method, targetClass);
		}

	}

}
