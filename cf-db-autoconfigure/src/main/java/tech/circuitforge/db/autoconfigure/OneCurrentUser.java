package tech.circuitforge.db.autoconfigure;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.user.ScopedCurrentUser;

/**
 * Refuses a {@link CurrentUser} of the application's own: statements would follow one,
 * and tasks on other threads the other.
 */
final class OneCurrentUser implements BeanFactoryPostProcessor {

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		for (String name : beanFactory.getBeanNamesForType(CurrentUser.class, true, false)) {
			if (!beanFactory.isTypeMatch(name, ScopedCurrentUser.class)) {
				throw new InvalidConfigurationException(
						"The bean '%s' is a CurrentUser of the application's own. There can be one only, and it is cf-db's: it also carries the user to other threads and into transactions."
							.formatted(name),
						"Declare a CurrentUserResolver instead, which says who asks now. In tests: @WithCurrentUser of cf-db-test.");
			}
		}
	}

}
