package tech.circuitforge.db.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.SimpleJdbcInsert;

import tech.circuitforge.db.sqlite.SqliteExceptionTranslator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * The table in docs/transactions.md is what is tested.
 */
class ExceptionTranslationTests {

	private static final Pattern ROW = Pattern.compile("^\\| ((?:`SQLITE_\\w+`[, ]*)+) \\| `(\\w+)` \\|");

	private static final Pattern CODE = Pattern.compile("SQLITE_\\w+");

	@TempDir
	Path directory;

	static Stream<Arguments> table() throws IOException {
		return Files.readAllLines(Path.of("../docs/transactions.md"))
			.stream()
			.map(ROW::matcher)
			.filter(Matcher::find)
			.flatMap((row) -> CODE.matcher(row.group(1))
				.results()
				.map((code) -> arguments(SQLiteErrorCode.valueOf(code.group()), row.group(2))));
	}

	@ParameterizedTest
	@MethodSource("table")
	void codeIsTranslated(SQLiteErrorCode code, String exception) {
		SQLiteException thrown = new SQLiteException("[" + code + "]", code);
		assertThat(translate(thrown).getClass().getSimpleName()).isEqualTo(exception);
		BatchUpdateException batch = new BatchUpdateException("batch entry 1", null, 0, new int[1], thrown);
		assertThat(translate(batch).getClass().getSimpleName()).isEqualTo(exception);
		SQLException chained = new SQLException("first");
		chained.setNextException(thrown);
		assertThat(translate(chained).getClass().getSimpleName()).isEqualTo(exception);
	}

	@Test
	void tableIsComplete() throws IOException {
		Set<String> documented = table().map((row) -> row.get()[0].toString().replaceAll("^\\[|].*$", ""))
			.collect(Collectors.toCollection(TreeSet::new));
		Set<String> known = Arrays.stream(SQLiteErrorCode.values())
			.map(SQLiteErrorCode::name)
			.filter((name) -> !name.equals("UNKNOWN_ERROR"))
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(documented).isEqualTo(known);
	}

	private static DataAccessException translate(SQLException ex) {
		return new SqliteExceptionTranslator().translate("task", "SELECT 1", ex);
	}

	@Test
	void otherDatabasesErrorsAreLeftToSpring() {
		assertThat(translate(new SQLException("x", "42000"))).isInstanceOf(BadSqlGrammarException.class);
		assertThat(translate(new SQLException("x", "23505"))).isInstanceOf(DuplicateKeyException.class);
	}

	@Test
	void everyWayToRunAStatementIsReached() {
		try (Product product = Product.local(this.directory.resolve("test.db"))) {
			JdbcTemplate jdbc = product.jdbc();
			jdbc.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL CHECK (n > 0))");
			String duplicate = "INSERT INTO t VALUES (1, 1)";
			jdbc.update(duplicate);
			assertDuplicate(() -> jdbc.update(duplicate));
			assertDuplicate(() -> jdbc.execute(duplicate));
			assertDuplicate(() -> jdbc.batchUpdate(duplicate, duplicate));
			assertDuplicate(() -> product.bean(NamedParameterJdbcTemplate.class)
				.update("INSERT INTO t VALUES (:id, 1)", java.util.Map.of("id", 1)));
			assertDuplicate(() -> product.client().sql(duplicate).update());
			assertDuplicate(() -> product.client().sql(duplicate + " RETURNING id").query(Long.class).single());
			// These two know nothing of our translator: the SQLState tells them.
			assertDuplicate(() -> JdbcClient.create(product.dataSource()).sql(duplicate).update());
			assertDuplicate(() -> new SimpleJdbcInsert(product.dataSource()).withTableName("t")
				.execute(java.util.Map.of("id", 1, "n", 1)));
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> jdbc.update("INSERT INTO t VALUES (2, 0)"))
				.withMessageContaining("CHECK");
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> jdbc.update("INSERT INTO t VALUES (2, NULL)"))
				.withMessageContaining("NOT NULL");
			assertThatExceptionOfType(BadSqlGrammarException.class)
				.isThrownBy(() -> jdbc.update("INSERT INTO u VALUES (1)"));
			assertThatExceptionOfType(BadSqlGrammarException.class)
				.isThrownBy(() -> JdbcClient.create(product.dataSource()).sql("SELEC 1").query(Long.class).single());
		}
	}

	private static void assertDuplicate(Runnable statement) {
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(statement::run);
	}

}
