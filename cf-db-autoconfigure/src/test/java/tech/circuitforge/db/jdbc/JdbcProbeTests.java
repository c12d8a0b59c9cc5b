package tech.circuitforge.db.jdbc;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls every method of JDBC's interfaces, with harmless and with wrong arguments, in
 * several states, here and on the plain driver: whatever cannot be done is an
 * SQLException.
 */
class JdbcProbeTests {

	/** JDBC allows these on a closed object, or does not say that they fail. */
	private static final Set<String> ALLOWED_WHEN_CLOSED = Set.of("close", "isClosed", "abort", "isValid", "cancel",
			"isWrapperFor", "unwrap", "beginRequest", "endRequest", "enquoteLiteral", "enquoteIdentifier",
			"enquoteNCharLiteral", "isSimpleIdentifier");

	/** JDBC's own default methods say that they do not take null. */
	private static final Set<String> NOT_OURS = Set.of("enquoteLiteral", "enquoteIdentifier", "enquoteNCharLiteral",
			"isSimpleIdentifier");

	/** Not there in the driver; here null means any. */
	private static final Set<String> WORKS_HERE = Set.of("getSchemas");

	@TempDir
	Path directory;

	private JdbcProbe probe;

	@BeforeEach
	void start() throws SQLException {
		this.probe = new JdbcProbe(this.directory);
	}

	@AfterEach
	void stop() throws SQLException {
		this.probe.close();
	}

	@ParameterizedTest
	@EnumSource(JdbcProbe.State.class)
	void harmlessArguments(JdbcProbe.State state) throws Exception {
		assertThat(violations(state, false)).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(JdbcProbe.State.class)
	void wrongArguments(JdbcProbe.State state) throws Exception {
		assertThat(violations(state, true)).isEmpty();
	}

	private List<String> violations(JdbcProbe.State state, boolean wrong) throws Exception {
		List<String> violations = new ArrayList<>();
		int asked = 0;
		for (Class<?> type : JdbcProbe.INTERFACES) {
			if (state.closes() && (type == DataSource.class || type == Savepoint.class)) {
				continue;
			}
			for (Method method : JdbcProbe.methods(type)) {
				asked++;
				String outcome = this.probe.outcome(true, type, method, state, wrong);
				String name = "%s.%s(%s)".formatted(type.getSimpleName(), method.getName(),
						Stream.of(method.getParameterTypes()).map(Class::getSimpleName).toList());
				if (outcome.startsWith("!") && !(wrong && NOT_OURS.contains(method.getName()))) {
					violations.add(name + " throws " + outcome);
				}
				else if (outcome.equals("silent") && state.closes() && !ALLOWED_WHEN_CLOSED.contains(method.getName())
						&& List.of(method.getExceptionTypes()).contains(SQLException.class)) {
					violations.add(name + " answers though it is closed");
				}
				else if (outcome.equals("silent") && wrong && method.getParameterCount() > 0 && type != DataSource.class
						&& !WORKS_HERE.contains(method.getName())
						&& this.probe.outcome(false, type, method, state, wrong).equals("refused")) {
					violations.add(name + " answers where the driver refuses");
				}
			}
		}
		assertThat(asked).isGreaterThan(500);
		return violations;
	}

}
