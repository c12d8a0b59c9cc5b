package tech.circuitforge.db.sqlite;

import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.circuitforge.db.sqlite.TestConnections.query;

class NondeterministicFunctionsTests {

	private final SqliteConnections connections = TestConnections.connections();

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			INSERT INTO t (x) VALUES (random())                                       | random
			INSERT INTO t (x) VALUES (hex(randomblob(16)))                            | randomblob
			INSERT INTO t (x) SELECT value FROM json_each('[1, 2]') ORDER BY random() | random
			INSERT INTO t (x) VALUES (CURRENT_TIMESTAMP)                              | current_timestamp
			INSERT INTO t (x) VALUES (current_date)                                   | current_date
			INSERT INTO t (x) VALUES (Current_Time)                                   | current_time
			INSERT INTO t (x) VALUES (datetime('now'))                                | datetime
			INSERT INTO t (x) VALUES (DATE())                                         | date
			INSERT INTO t (x) VALUES (unixepoch('subsec'))                            | unixepoch
			INSERT INTO t (x) VALUES (julianday('NOW', '-1 day'))                     | julianday
			INSERT INTO t (x) VALUES (strftime('%Y'))                                 | strftime
			INSERT INTO t (x) VALUES (strftime('%Y', 'now'))                          | strftime
			INSERT INTO t (x) VALUES (time('2020-01-01 10:00', 'localtime'))          | time
			INSERT INTO t (x) VALUES (timediff('2020-01-01', 'now'))                  | timediff
			INSERT INTO stamped (x) VALUES (1)                                        | current_timestamp
			INSERT INTO watched (x) VALUES (1)                                        | random
			""")
	void callIsNoted(String statement, String function) throws SQLException {
		try (SqliteConnection connection = this.connections.openInMemory();
				NondeterministicFunctions functions = NondeterministicFunctions.watch(connection, this.connections)) {
			connection.runScript("""
					CREATE TABLE t (x);
					CREATE TABLE stamped (x, at TEXT DEFAULT CURRENT_TIMESTAMP);
					CREATE TABLE watched (x);
					CREATE TRIGGER w AFTER INSERT ON watched BEGIN INSERT INTO t (x) SELECT random(); END;
					ALTER TABLE t ADD COLUMN y TEXT DEFAULT CURRENT_TIMESTAMP;
					""");
			assertThat(functions.called()).isEmpty();
			connection.runScript(statement);
			assertThat(functions.called()).contains(function);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE INDEX i ON t (date(x)) WHERE strftime('%Y', x) > '2000'",
			"INSERT INTO t VALUES (date('2020-01-31', '+1 month')), (datetime(0, 'unixepoch')), (date(NULL))",
			"INSERT INTO t VALUES (julianday(2451545.5)), (strftime('%s', '2020-01-01')), (abs(-1)), ('random()')",
			"INSERT INTO t VALUES (timediff('2020-01-01', '2019-01-01')) -- random()",
			"CREATE TABLE u (x CHECK (x <= CURRENT_TIMESTAMP), y AS (date(x)), z DEFAULT (random()))",
			"CREATE VIEW v AS SELECT random(), datetime('now')" })
	void whatGivesTheSameEachTimeIsNot(String statement) throws SQLException {
		try (SqliteConnection connection = this.connections.openInMemory();
				NondeterministicFunctions functions = NondeterministicFunctions.watch(connection, this.connections)) {
			connection.runScript("CREATE TABLE t (x); INSERT INTO t VALUES ('2020-01-01')");
			connection.runScript(statement);
			assertThat(functions.called()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "date('2020-01-31', '+1 month')", "datetime(1e9, 'unixepoch')", "julianday('2000-01-01')",
			"strftime('%s', '2020-01-01')", "unixepoch('2020-01-01')", "typeof(random())", "length(randomblob(5))",
			"typeof(randomblob(5))", "length(CURRENT_TIMESTAMP)", "typeof(julianday())", "typeof(unixepoch())",
			"date(NULL) IS NULL", "time('12:00', '+1 hour')" })
	void answersAreThoseOfTheBuiltInOnes(String expression) throws SQLException {
		try (SqliteConnection plain = this.connections.openInMemory();
				SqliteConnection connection = this.connections.openInMemory();
				NondeterministicFunctions functions = NondeterministicFunctions.watch(connection, this.connections)) {
			assertThat(query(connection, "SELECT " + expression)).isEqualTo(query(plain, "SELECT " + expression));
			assertThat(functions).isNotNull();
		}
	}

	@Test
	void otherConnectionsAreNotWatched() throws SQLException {
		try (SqliteConnection other = this.connections.openInMemory();
				SqliteConnection connection = this.connections.openInMemory();
				NondeterministicFunctions functions = NondeterministicFunctions.watch(connection, this.connections)) {
			other.runScript("SELECT random(), datetime('now')");
			assertThat(functions.called()).isEmpty();
		}
	}

}
