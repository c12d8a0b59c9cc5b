package tech.circuitforge.db.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import tech.circuitforge.db.MigrationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class MigrationLoaderTests {

	private final MigrationLoader loader = new MigrationLoader(new PathMatchingResourcePatternResolver());

	@TempDir
	Path directory;

	@Test
	void loadsFromTheClassPath() {
		assertThat(this.loader.load(List.of("classpath:db/test-migrations"))).extracting(Migration::name)
			.containsExactly("001_notes.sql", "002_tags.sql");
		assertThat(this.loader.load(List.of("classpath:/db/test-migrations/"))).hasSize(2);
	}

	@Test
	void ordersByFileNameAsThePythonRunnerDoes() throws IOException {
		for (String name : List.of("010_b.sql", "002_a.sql", "017_x.sql", "017_a.sql", "10.sql", "A.sql", "a.sql",
				"readme.md")) {
			script(name, "SELECT 1");
		}
		assertThat(load()).extracting(Migration::name)
			.containsExactly("002_a.sql", "010_b.sql", "017_a.sql", "017_x.sql", "10.sql", "A.sql", "a.sql");
	}

	@Test
	void sameNameInTwoLocationsIsAnError() throws IOException {
		script("001_notes.sql", "SELECT 1");
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> this.loader.load(List.of("classpath:db/test-migrations", location())))
			.withMessageContaining("Two migrations are called 001_notes.sql");
	}

	@Test
	void locationWithoutScriptsIsAnError() {
		assertThatExceptionOfType(MigrationsNotFoundException.class).isThrownBy(this::load)
			.withMessageContaining(location());
		assertThatExceptionOfType(MigrationsNotFoundException.class)
			.isThrownBy(() -> this.loader.load(List.of("classpath:nowhere")));
	}

	@Test
	void namesThatMightMisleadAreWarnedAbout(CapturedOutput output) throws IOException {
		for (String name : List.of("001_a.sql", "017_x.sql", "017_y.sql", "1000_z.sql", "999_w.sql", "12_b.sql",
				"c.sql")) {
			script(name, "SELECT 1");
		}
		load();
		assertThat(output).contains("Migrations 017_x.sql and 017_y.sql have the same number. Both are applied")
			.contains("Migration 12_b.sql does not start with a number of three or more digits")
			.contains("Migration c.sql does not start")
			.doesNotContain("001_a.sql does not")
			.contains("999_w.sql is applied after 1000_z.sql");
	}

	@Test
	void scriptThatRollsItselfBackIsEmpty(CapturedOutput output) throws IOException {
		script("001.sql", "BEGIN; CREATE TABLE t (x); ROLLBACK;");
		assertThat(load().get(0).statements()).isEmpty();
		assertThat(output).contains("001.sql ends in ROLLBACK");
	}

	@Test
	void transactionAroundAWholeScriptIsLeftOut(CapturedOutput output) throws IOException {
		script("001.sql", "begin transaction; CREATE TABLE t (x); commit;");
		assertThat(load().get(0).statements()).hasSize(1);
		assertThat(output).contains("001.sql has BEGIN and COMMIT around its statements");
	}

	@ParameterizedTest
	@ValueSource(strings = { "COMMIT", "ROLLBACK", "end transaction", "rollback transaction", "VACUUM",
			"ATTACH 'x' AS y", "PRAGMA journal_mode = DELETE", "pragma main.journal_mode", "/* x */ Begin Immediate" })
	void whatDoesNotFitIntoATransactionIsRefusedWithItsLine(String statement) throws IOException {
		script("001.sql", "CREATE TABLE t (x);\n\n" + statement + ";\nCREATE TABLE u (x);");
		assertThatExceptionOfType(MigrationException.class).isThrownBy(this::load)
			.withMessageContaining("Migration 001.sql, line 3: ")
			.withMessageContaining("is not allowed");
	}

	private List<Migration> load() {
		return this.loader.load(List.of(location()));
	}

	private String location() {
		return "file:" + this.directory;
	}

	private void script(String name, String text) throws IOException {
		Files.writeString(this.directory.resolve(name), text);
	}

}
