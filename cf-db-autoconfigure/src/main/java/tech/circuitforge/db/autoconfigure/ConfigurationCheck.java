package tech.circuitforge.db.autoconfigure;

import java.util.List;
import java.util.Locale;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;

/**
 * Refuses a configuration that would not do what it seems to say, before any bean is made
 * and any file is opened: misspelled properties, a mode that is not clear, values that
 * cannot work, and in cloud mode any other {@code DataSource} that would take cf-db's
 * place. It looks again when an application starts that was prepared ahead of time, as
 * conditions are not asked again then.
 */
final class ConfigurationCheck implements BeanFactoryPostProcessor, SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(ConfigurationCheck.class);

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
		if (mode == Mode.CLOUD) {
			throw DataSourceBeans.refused(beans, others);
		}
		if (!providesDatabases(beans)) {
			logger.info("cf-db does nothing here: the application has a DataSource of its own (%s)."
				.formatted(String.join(", ", others)));
		}
	}

	private static void checkPreparation(ConfigurableListableBeanFactory beans, Mode mode) {
		Mode prepared = beans.containsBeanDefinition("cfDbDataRoot") ? Mode.CLOUD : Mode.LOCAL;
		if (providesDatabases(beans) && prepared != mode) {
			throw new InvalidConfigurationException(
					"The application was prepared ahead of time for %s mode, and now %s mode is configured."
						.formatted(word(prepared), word(mode)),
					"Prepare it (process-aot) with the mode in which it will run, or start it without spring.aot.enabled.");
		}
	}

	private static boolean providesDatabases(ConfigurableListableBeanFactory beans) {
		return beans.containsBeanDefinition("cfDbOpenDatabases");
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
		if (this.beans != null && ModeDecision.of(this.environment).mode() == Mode.CLOUD) {
			List<String> others = DataSourceBeans.find(this.beans)
				.stream()
				.filter((name) -> !this.before.contains(name))
				.toList();
			if (!others.isEmpty()) {
				throw DataSourceBeans.refused(this.beans, others);
			}
		}
	}

}
