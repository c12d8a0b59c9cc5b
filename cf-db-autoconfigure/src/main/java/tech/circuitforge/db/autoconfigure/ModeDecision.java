package tech.circuitforge.db.autoconfigure;

import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;

/**
 * The mode, and who has said so: the property {@code cf.db.mode}, or else the
 * environment's {@code CLOUD_MODE}, or else nobody.
 *
 * @param mode the mode; local where it is not clear
 * @param said whether anything says the mode
 * @param problem why the application must not start with this mode, if it must not
 */
record ModeDecision(Mode mode, boolean said, @Nullable InvalidConfigurationException problem) {

	private static final Set<String> YES = Set.of("1", "true", "yes");

	private static final Set<String> NO = Set.of("0", "false", "no", "off");

	/**
	 * Decides. Does not refuse anything by itself: conditions ask before there is a check
	 * of the whole configuration, and what they throw reaches nobody as it was.
	 */
	static ModeDecision of(Environment environment) {
		BindResult<Mode> configured = Binder.get(environment).bind("cf.db.mode", Mode.class);
		if (configured.isBound()) {
			return new ModeDecision(configured.get(), true, null);
		}
		String found = environment.getProperty("CLOUD_MODE", "").strip();
		String word = found.toLowerCase(Locale.ROOT);
		if (YES.contains(word)) {
			return new ModeDecision(Mode.CLOUD, true, null);
		}
		if (NO.contains(word)) {
			return new ModeDecision(Mode.LOCAL, true, null);
		}
		if (!word.isEmpty()) {
			return new ModeDecision(Mode.LOCAL, false, new InvalidConfigurationException(
					"CLOUD_MODE is \"%s\", which says neither yes nor no to one file for each user.".formatted(found),
					"Set CLOUD_MODE to 1, true or yes for cloud mode, to 0, false, no or off for local mode; or set "
							+ "cf.db.mode to cloud or local."));
		}
		String root = ConfiguredDataRoot.setForThisStart(environment);
		return new ModeDecision(Mode.LOCAL, false, (root != null) ? new InvalidConfigurationException(
				"%s, but nothing says that every user has a file below it. Without a mode, everybody would work on one file."
					.formatted(root),
				"Set CLOUD_MODE=1 (or cf.db.mode=cloud) if every user shall have a file; or cf.db.mode=local if one file "
						+ "for everybody is meant.")
				: null);
	}

	/**
	 * Returns the mode if the application may start with it.
	 * @return the mode
	 * @throws InvalidConfigurationException if it may not
	 */
	Mode require() {
		if (this.problem != null) {
			throw this.problem;
		}
		return this.mode;
	}

}
