package tech.circuitforge.db.migration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.SqlScript;
import tech.circuitforge.db.sqlite.SqlScript.Statement;

/**
 * Reads migration scripts and refuses those that could not be applied in one transaction.
 */
public final class MigrationLoader {

	private static final Log logger = LogFactory.getLog(MigrationLoader.class);

	/** By code point, as Python sorts names; String.compareTo orders UTF-16 units. */
	private static final Comparator<String> BY_CODE_POINT = (left, right) -> java.util.Arrays
		.compare(left.codePoints().toArray(), right.codePoints().toArray());

	private static final List<String> NOT_IN_A_TRANSACTION = List.of("VACUUM", "ATTACH", "DETACH",
			"PRAGMA JOURNAL_MODE");

	private static final List<String> TRANSACTION_CONTROL = List.of("BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT",
			"RELEASE");

	private final ResourcePatternResolver resources;

	/**
	 * Creates a loader.
	 * @param resources resolves {@code classpath:} and {@code file:} locations
	 */
	public MigrationLoader(ResourcePatternResolver resources) {
		this.resources = resources;
	}

	/**
	 * Loads every {@code *.sql} file of the given locations.
	 * @param locations directories, as {@code classpath:} or {@code file:} URLs
	 * @return the migrations in the order of their file names
	 * @throws MigrationException if a script is not acceptable, or two have the same name
	 * @throws MigrationsNotFoundException if a location has no scripts
	 */
	public List<Migration> load(List<String> locations) {
		Map<String, Migration> migrations = new TreeMap<>(BY_CODE_POINT);
		for (String location : locations) {
			List<Resource> scripts = scriptsIn(location);
			if (scripts.isEmpty()) {
				throw new MigrationsNotFoundException(location);
			}
			for (Resource script : scripts) {
				Migration migration = read(script);
				Migration other = migrations.putIfAbsent(migration.name(), migration);
				if (other != null && !other.source().equals(migration.source())) {
					throw new MigrationException(
							"Two migrations are called %s: %s and %s. The name is a migration's identity: rename one."
								.formatted(migration.name(), other.source(), migration.source()),
							null);
				}
			}
		}
		return List.copyOf(migrations.values());
	}

	private List<Resource> scriptsIn(String location) {
		// Every directory of that name, in whatever jar, not only the first on the class
		// path.
		String directory = location.replaceFirst("^classpath:/*", "classpath*:");
		try {
			return List.of(this.resources.getResources(directory + (directory.endsWith("/") ? "*.sql" : "/*.sql")));
		}
		catch (IOException ex) {
			throw new MigrationsNotFoundException(location);
		}
	}

	private static Migration read(Resource script) {
		String name = String.valueOf(script.getFilename());
		try {
			List<Statement> statements = SqlScript.split(script.getContentAsString(StandardCharsets.UTF_8));
			String source = script.getDescription();
			return new Migration(name, source, checked(name, withoutTransaction(name, statements)));
		}
		catch (IOException ex) {
			throw new MigrationException("Migration %s cannot be read: %s".formatted(script.getDescription(), ex), ex);
		}
	}

	/** A script may put itself into a transaction; the runner's own takes its place. */
	private static List<Statement> withoutTransaction(String name, List<Statement> statements) {
		int last = statements.size() - 1;
		if (last > 0 && statements.get(0).startsWith("BEGIN") && startsWithAny(statements.get(last), "COMMIT", "END")) {
			logger.warn(("Migration %s has BEGIN and COMMIT around its statements. They are left out: each migration "
					+ "runs in a transaction anyway.")
				.formatted(name));
			return statements.subList(1, last);
		}
		return statements;
	}

	private static boolean startsWithAny(Statement statement, String... keywords) {
		return find(statement, List.of(keywords)) != null;
	}

	private static @Nullable String find(Statement statement, List<String> keywords) {
		return keywords.stream().filter(statement::startsWith).findFirst().orElse(null);
	}

	private static List<Statement> checked(String name, List<Statement> statements) {
		List<Statement> checked = new ArrayList<>(statements);
		for (Statement statement : statements) {
			String control = find(statement, TRANSACTION_CONTROL);
			if (control != null) {
				throw refused(name, statement, control,
						"A migration is applied in one transaction, which the script cannot end or divide");
			}
			String outside = find(statement, NOT_IN_A_TRANSACTION);
			if (outside != null) {
				throw refused(name, statement, outside, "It cannot run inside the migration's transaction");
			}
		}
		return checked;
	}

	private static MigrationException refused(String name, Statement statement, String keyword, String reason) {
		return new MigrationException("Migration %s, line %d: %s is not allowed. %s; remove it from the script."
			.formatted(name, statement.line(), keyword, reason), null);
	}

}
