package tech.circuitforge.db.jdbc;

import java.io.Reader;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteJDBCLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables in docs/jdbc.md are what reflection and a call of each method say.
 */
@EnabledForJreRange(max = JRE.JAVA_25, disabledReason = "Later JDBC has more methods")
class JdbcReferenceTests {

	private static final Path DOCUMENT = Path.of("../docs/jdbc.md");

	private static final Path NOTES = Path.of("src/test/resources/jdbc-methods.properties");

	private static final String BEGIN = "<!-- generated: begin -->\n";

	private static final String END = "<!-- generated: end -->\n";

	private static final String UPDATE = "mvn test -pl cf-db-autoconfigure -Dtest=JdbcReferenceTests -Dcf.docs.update=true";

	private static final String DRIVER = "The driver here is sqlite-jdbc ";

	/** What is before and after the column about the driver. */
	private static final Pattern ROW = Pattern.compile("^(\\| `\\w+` \\|.*) \\| [^|]* (\\| \\w+ \\|)$");

	private static final Map<Class<?>, String> CLASSES = Map.of(DataSource.class, "pool.RoutingDataSource",
			Connection.class, "pool.RoutedConnection", Statement.class, "sqlite.SqliteStatement",
			PreparedStatement.class, "sqlite.SqlitePreparedStatement", ResultSet.class, "sqlite.SqliteResultSet",
			ResultSetMetaData.class, "sqlite.SqliteResultSetMetaData", ParameterMetaData.class,
			"sqlite.SqliteParameterMetaData", DatabaseMetaData.class, "sqlite.SqliteDatabaseMetaData", Savepoint.class,
			"sqlite.SqliteConnection$SqliteSavepoint");

	@TempDir
	Path directory;

	/** What was written for "Interface.method", which is taken out when it is used. */
	private final Properties notes = new Properties();

	private JdbcProbe probe;

	private Set<String> testClasses = Set.of();

	@Test
	void referenceIsUpToDate() throws Exception {
		this.testClasses = testClasses();
		try (Reader reader = Files.newBufferedReader(NOTES)) {
			this.notes.load(reader);
		}
		String document = Files.readString(DOCUMENT);
		assertThat(document).containsOnlyOnce(BEGIN).containsOnlyOnce(END).contains(UPDATE);
		String tables;
		try (JdbcProbe opened = new JdbcProbe(this.directory)) {
			this.probe = opened;
			tables = tables();
		}
		assertThat(this.notes.stringPropertyNames()).as("notes of methods that JDBC does not have").isEmpty();
		String expected = document.substring(0, document.indexOf(BEGIN) + BEGIN.length()) + tables
				+ document.substring(document.indexOf(END));
		if (Boolean.getBoolean("cf.docs.update")) {
			Files.writeString(DOCUMENT, expected);
			return;
		}
		// Another driver than the document's may answer otherwise.
		boolean sameDriver = document.contains(driver());
		assertThat(lines(document, sameDriver)).as("docs/jdbc.md is stale. Write it anew with %s", UPDATE)
			.containsExactlyElementsOf(lines(expected, sameDriver));
	}

	private static List<String> lines(String document, boolean withDriver) {
		Stream<String> lines = document.lines();
		return (withDriver ? lines : lines.filter((line) -> !line.startsWith(DRIVER))
			.map((line) -> ROW.matcher(line).replaceFirst("$1$2"))).toList();
	}

	private static String driver() {
		return DRIVER + SQLiteJDBCLoader.getVersion() + ".\n";
	}

	private String tables() throws Exception {
		StringBuilder text = new StringBuilder("\n").append(driver());
		for (Class<?> type : JdbcProbe.INTERFACES) {
			Class<?> ours = Class.forName("tech.circuitforge.db." + CLASSES.get(type));
			Map<String, List<Method>> methods = JdbcProbe.methods(type)
				.stream()
				.filter((method) -> type != PreparedStatement.class || method.getDeclaringClass() == type)
				.collect(Collectors.groupingBy(Method::getName, TreeMap::new, Collectors.toList()));
			text.append("\n## `%s`\n\n| method | here | the driver | shown by |\n|---|---|---|---|\n"
				.formatted(type.getName()));
			for (Map.Entry<String, List<Method>> named : methods.entrySet()) {
				text.append(row(type, ours, named.getKey(), named.getValue()));
			}
		}
		return text.append('\n').toString();
	}

	private String row(Class<?> type, Class<?> ours, String name, List<Method> overloads) throws Exception {
		Set<String> here = new TreeSet<>();
		Set<String> driver = new TreeSet<>();
		for (Method method : overloads) {
			String outcome = outcome(true, type, method);
			here.add(outcome.equals("answers") ? origin(ours, method) : outcome);
			driver.add(outcome(false, type, method));
		}
		String key = type.getSimpleName() + '.' + name;
		String note = (String) this.notes.remove(key);
		List<String> parts = List.of(((note != null) ? note : "").split("\\s*\\|\\s*"));
		String said = parts.get(0).isEmpty() ? "" : ": " + parts.get(0);
		String test = (parts.size() > 1) ? parts.get(1) : "JdbcProbeTests";
		assertThat(this.testClasses).as("the test of %s", key).contains(test);
		return "| `%s` | %s%s | %s | %s |\n".formatted(name, String.join(", some ", here), said,
				String.join(", some ", driver), test);
	}

	private String outcome(boolean here, Class<?> type, Method method) throws Exception {
		String outcome = this.probe.outcome(here, type, method, JdbcProbe.State.ON_A_ROW, false);
		return switch (outcome) {
			case "silent" -> "answers";
			case "refused" -> "refused";
			default -> "fails ("
					+ outcome.substring(outcome.lastIndexOf('.', outcome.indexOf(':') + 1) + 1).replaceAll(":.*", "")
					+ ")";
		};
	}

	private static String origin(Class<?> ours, Method method) throws NoSuchMethodException {
		Class<?> declaring = ours.getMethod(method.getName(), method.getParameterTypes()).getDeclaringClass();
		if (declaring.getName().startsWith("org.sqlite")) {
			return "the driver's";
		}
		return declaring.isInterface() ? "JDBC's default" : "ours";
	}

	private static Set<String> testClasses() throws Exception {
		try (Stream<Path> files = Files.walk(Path.of(".."))) {
			return files.map((file) -> file.getFileName().toString())
				.filter((file) -> file.endsWith("Tests.java"))
				.map((file) -> file.replace(".java", ""))
				.collect(Collectors.toSet());
		}
	}

}
