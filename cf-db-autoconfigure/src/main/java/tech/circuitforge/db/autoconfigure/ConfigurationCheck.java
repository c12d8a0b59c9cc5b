package tech.circuitforge.db.autoconfigure;

import java.util.List;
import java.util.Locale;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;
import tech.circuitforge.db.pool.RoutingDataSource;

/**
 * Refuses a configuration that would not do what it seems to say, before any bean is made
 * and any file is opened: misspelled properties, a mode that is not clear, values that
 * cannot work, and in cloud mode any other {@code DataSource} that would take cf-db's
 * place. It looks again when an application starts that was prepared ahead of time, as
 * conditions are not asked again then.
 */
final class ConfigurationCheck implements BeanFactoryPostProcessor, SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(ConfigurationCheck.class);

	private static final String DATABASES = "cfDbOpenDatabases";

	private final Environment environment;

	private @Nullable ConfigurableListableBeanFactory beans;

	private List<String> before = List.of();

	ConfigurationCheck(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		new UnknownProperties(PropertyTree.of(CfDbProperties.class)).refuse(this.environment);
		ModeDecision decision = ModeDecision.of(this.environment);
		Mode mode = decision.require();
		PropertyRanges.check(Binder.get(this.environment).bindOrCreate(PropertyTree.PREFIX, CfDbProperties.class),
				this.environment);
		checkDataSources(beans, mode);
		checkPreparation(beans, mode);
		checkParent(beans, mode);
		if (!decision.said()) {
			warnOfRootWithoutMode();
		}
		this.beans = beans;
		this.before = DataSourceBeans.find(beans);
	}

	private void checkDataSources(ConfigurableListableBeanFactory beans, Mode mode) {
		List<String> others = DataSourceBeans.findOthers(beans);
		if (others.isEmpty()) {
			return;
		}
		// Not where cf-db's auto-configuration is excluded: it provides nothing then that
		// another DataSource could take the place of.
		if (mode == Mode.CLOUD && beans.containsBean(DATABASES)) {
			throw DataSourceBeans.refused(beans, others);
		}
		if (!providesDatabases(beans)) {
			logger.info("cf-db does nothing here: the application has a DataSource of its own (%s)."
				.formatted(String.join(", ", others)));
		}
	}

	private static void checkPreparation(ConfigurableListableBeanFactory beans, Mode mode) {
		Mode prepared = providedMode(beans);
		if (providesDatabases(beans) && prepared != mode) {
			throw new InvalidConfigurationException(
					"The application was prepared ahead of time for %s mode, and now %s mode is configured."
						.formatted(word(prepared), word(mode)),
					"Prepare it (process-aot) with the mode in which it will run, or start it without spring.aot.enabled.");
		}
	}

	/** A context takes its parent's databases rather than having its own. */
	private static void checkParent(ConfigurableListableBeanFactory beans, Mode mode) {
		if (mode == Mode.CLOUD && !providesDatabases(beans)
				&& beans.getParentBeanFactory() instanceof ConfigurableListableBeanFactory parent) {
			if (providesDatabases(parent) && providedMode(parent) == Mode.LOCAL) {
				throw new InvalidConfigurationException(
						"Cloud mode is configured, but the parent application context has cf-db's databases, and works in local mode: everybody would work on its one file.",
						"Set cf.db.mode where the parent is configured too, or cf.db.enabled=false there.");
			}
			checkParent(parent, mode);
		}
	}

	private static Mode providedMode(ConfigurableListableBeanFactory beans) {
		return beans.containsBeanDefinition("cfDbDataRoot") ? Mode.CLOUD : Mode.LOCAL;
	}

	private static boolean providesDatabases(ConfigurableListableBeanFactory beans) {
		return beans.containsBeanDefinition(DATABASES);
	}

	private static String word(Mode mode) {
		return mode.name().toLowerCase(Locale.ROOT);
	}

	private void warnOfRootWithoutMode() {
		Origin root = ConfiguredDataRoot.inFile(this.environment);
		if (root != null) {
			logger.warn(("A data root is configured (%s), but not the mode: everybody works on one file (local mode). "
					+ "Set cf.db.mode, or CLOUD_MODE in the environment.")
				.formatted(root));
		}
	}

	/** What a factory makes shows its type only when it is made. */
	@Override
	public void afterSingletonsInstantiated() {
		if (this.beans != null && this.beans.containsBean(DATABASES)
				&& ModeDecision.of(this.environment).mode() == Mode.CLOUD) {
			List<String> others = DataSourceBeans.find(this.beans)
				.stream()
				.filter((name) -> !this.before.contains(name))
				.toList();
			if (!others.isEmpty()) {
				throw DataSourceBeans.refused(this.beans, others);
			}
			new JdbcBeans(this.beans).refuseOthers();
			refuseHidden(this.beans);
		}
	}

	/**
	 * What Hibernate and MyBatis keep in memory is kept with its user where they work on
	 * cf-db's DataSource, which has to be found for that.
	 */
	private static void refuseHidden(ConfigurableListableBeanFactory beans) {
		boolean needed = ClassUtils.isPresent("org.hibernate.SessionFactory", null)
				|| ClassUtils.isPresent("org.apache.ibatis.session.SqlSessionFactory", null);
		for (String name : needed ? DataSourceBeans.find(beans) : List.<String>of()) {
			DataSource dataSource = beans.getBean(name, DataSource.class);
			if (RoutingDataSource.behind(dataSource) == null) {
				throw new InvalidConfigurationException(
						"The bean '%s' is wrapped by %s, which hides cf-db's DataSource: Hibernate and MyBatis would keep one user's rows for another."
							.formatted(name, dataSource.getClass().getName()),
						"Let the wrapper implement unwrap and isWrapperFor, as Spring's DelegatingDataSource does.");
			}
		}
	}

}
