package tech.circuitforge.db.location;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The shape of the paths below the data root, such as {@code {shard}/{user}/{app}.db}.
 * <p>
 * A layout has {@code {user}} exactly once and ends in {@code .db}: then two users never
 * share a file, and no user's file is named like another's {@code -wal}.
 */
public final class Layout {

	private static final Pattern TOKEN = Pattern.compile("\\{([^}]*)}");

	private static final Pattern APPLICATION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,59}");

	private final List<String> segments;

	private final List<Pattern> patterns = new ArrayList<>();

	/**
	 * Creates a layout.
	 * @param template the path template; {@code {user}}, {@code {app}} and
	 * {@code {shard}} are replaced
	 * @param application what {@code {app}} stands for
	 * @throws DatabaseLocationException if users could not be kept apart by it, or it
	 * leaves the root
	 */
	public Layout(String template, String application) {
		if (!APPLICATION.matcher(application).matches()) {
			throw new DatabaseLocationException(
					"The application name \"%s\" (spring.application.name) cannot be part of a file name."
						.formatted(application),
					"Use letters, digits, '.', '_' and '-' in it, at most 60.");
		}
		this.segments = List.of(template.replace("{app}", application).split("/", -1));
		int users = 0;
		for (String segment : this.segments) {
			if (segment.isEmpty() || segment.startsWith(".") || segment.indexOf('\\') >= 0
					|| segment.indexOf('?') >= 0) {
				throw invalid(template, "\"" + segment + "\" is no file name");
			}
			Matcher matcher = TOKEN.matcher(segment);
			while (matcher.find()) {
				switch (matcher.group(1)) {
					case "user" -> users++;
					case "shard" -> {
						// as often as wanted
					}
					default -> throw invalid(template, matcher.group() + " is unknown");
				}
			}
			this.patterns.add(Pattern.compile(Pattern.quote(segment)
				.replace("{user}", "\\E([a-z0-9._%~-]+)\\Q")
				.replace("{shard}", "\\E[0-9a-f]{2}\\Q")));
		}
		if (users != 1) {
			throw invalid(template, "{user} has to stand in it exactly once");
		}
		if (!template.endsWith(".db")) {
			throw invalid(template, "it has to end in \".db\"");
		}
	}

	private static DatabaseLocationException invalid(String template, String problem) {
		return new DatabaseLocationException(
				"The layout \"%s\" (cf.db.cloud.layout) does not work: %s.".formatted(template, problem),
				"Use for instance {user}/{app}.db or {shard}/{user}/{app}.db.");
	}

	/** The names of the directories and, last, the file below the root. */
	List<String> resolve(String token) {
		return this.segments.stream().map((segment) -> resolve(segment, token)).toList();
	}

	private static String resolve(String segment, String token) {
		String resolved = segment.replace("{user}", token);
		// A hash for every path that is opened, only where the layout asks for one.
		return segment.contains("{shard}") ? resolved.replace("{shard}", PathToken.shard(token)) : resolved;
	}

	int depth() {
		return this.segments.size();
	}

	/** Whether a directory or file of that name can be part of a path at that depth. */
	boolean matches(int depth, String name) {
		return this.patterns.get(depth).matcher(name).matches();
	}

	/**
	 * Reads the user's token out of a path that this layout made, or returns {@code null}
	 * if it did not.
	 */
	@Nullable String tokenOf(List<String> names) {
		String token = null;
		for (int i = 0; i < this.segments.size(); i++) {
			Matcher matcher = this.patterns.get(i).matcher(names.get(i));
			if (!matcher.matches()) {
				return null;
			}
			if (matcher.groupCount() == 1) {
				token = matcher.group(1);
			}
		}
		// Also refuses a user's directory in the wrong shard.
		return (token != null && resolve(token).equals(names)) ? token : null;
	}

}
