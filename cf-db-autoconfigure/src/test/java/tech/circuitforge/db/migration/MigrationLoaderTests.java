package tech.circuitforge.db.migration;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.SqlScript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

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
		assertThat(output).contains("001.sql, line 1: ROLLBACK undoes the statements since BEGIN in line 1");
	}

	@Test
	void transactionAroundAWholeScriptIsLeftOut(CapturedOutput output) throws IOException {
		script("001.sql", "begin transaction; CREATE TABLE t (x); commit;");
		assertThat(load().get(0).statements()).hasSize(1);
		assertThat(output).contains("001.sql has BEGIN and COMMIT around its statements");
	}

	@ParameterizedTest
	@ValueSource(strings = { "COMMIT", "ROLLBACK", "end transaction", "rollback transaction", "VACUUM",
			"ATTACH 'x' AS y", "PRAGMA journal_mode = DELETE", "pragma main.journal_mode('memory')",
			"/* x */ Begin Immediate", "PRAGMA trusted_schema = ON", "EXPLAIN PRAGMA hard_heap_limit = 1",
			"BEGIN; BEGIN; COMMIT", "BEGIN; COMMIT; COMMIT", "COMMIT; ROLLBACK; BEGIN" })
	void whatDoesNotFitIntoATransactionIsRefusedWithItsLine(String statement) throws IOException {
		script("001.sql", "CREATE TABLE t (x);\n\n" + statement + ";\nCREATE TABLE u (x);");
		assertThatExceptionOfType(MigrationException.class).isThrownBy(this::load)
			.withMessageContaining("Migration 001.sql, line 3: ")
			.withMessageContaining("is not allowed");
	}

	@Test
	void everythingThatIsWrongIsToldAtOnce() throws IOException {
		script("001.sql", "VACUUM;\nCOMMIT;\nCREATE TABLE t (x);");
		script("002.sql", "CREATE TABLE u (x);");
		script("003.sql", "CREATE TABLE v (x);\nATTACH 'x' AS y; PRAGMA journal_mode = OFF;\nSELECT padl('a', 2);");
		script("004.SQL", "CREATE TABLE w (x);");
		Files.write(this.directory.resolve("005.sql"), "-- Größe".getBytes(StandardCharsets.ISO_8859_1));
		assertThatExceptionOfType(MigrationException.class).isThrownBy(this::load)
			.withMessageContaining("The migrations have 7 faults")
			.withMessageContaining("Migration 001.sql, line 1: VACUUM is not allowed")
			.withMessageContaining("Migration 001.sql, line 2: COMMIT is not allowed")
			.withMessageContaining("Migration 003.sql, line 2: ATTACH is not allowed")
			.withMessageContaining("Migration 003.sql, line 2: PRAGMA journal_mode = OFF is not allowed")
			.withMessageContaining("Migration 003.sql, line 3: padl() is not allowed")
			.withMessageContaining("Migration 004.SQL must have a name that ends in .sql, in small letters")
			.withMessageContaining("Migration 005.sql, line 1: byte F6 is not UTF-8");
	}

	@ParameterizedTest
	@ValueSource(strings = { "PRAGMA journal_mode", "PRAGMA main.journal_mode = 'wal'", "PRAGMA synchronous = OFF",
			"PRAGMA encoding = 'UTF-16'", "PRAGMA page_size = 1024", "PRAGMA auto_vacuum = FULL",
			"PRAGMA wal_checkpoint(TRUNCATE)" })
	void pragmaThatDoesNothingIsLeftOutWithAWarning(String pragma, CapturedOutput output) throws IOException {
		script("001.sql", "CREATE TABLE t (x);\n" + pragma + ";");
		assertThat(load().get(0).statements()).extracting(SqlScript.Statement::text)
			.containsExactly("CREATE TABLE t (x);");
		assertThat(output).contains("Migration 001.sql, line 2: PRAGMA ").contains(" does nothing and is left out: ");
	}

	@ParameterizedTest
	@MethodSource("noUtf8")
	void whatIsNotUtf8IsRefusedWithItsLine(byte[] content, String line) throws IOException {
		Files.write(this.directory.resolve("001.sql"), content);
		assertThatExceptionOfType(MigrationException.class).isThrownBy(this::load)
			.withMessageContaining("Migration 001.sql, line " + line + ": ")
			.withMessageContaining("save it as UTF-8");
	}

	static Stream<Arguments> noUtf8() {
		String script = "CREATE TABLE t (x);\nINSERT INTO t VALUES ('Größe');\n";
		return Stream.of(arguments(script.getBytes(Charset.forName("windows-1252")), "2"),
				arguments(script.getBytes(StandardCharsets.UTF_16), "1"),
				arguments(("\uFEFF" + script).getBytes(StandardCharsets.UTF_16LE), "1"),
				arguments("SELECT 1;\n".getBytes(StandardCharsets.UTF_16LE), "1"),
				arguments("SELECT 1;\n".getBytes(StandardCharsets.UTF_16BE), "1"),
				arguments("SELECT 1;\r\nSELECT '\0';".getBytes(StandardCharsets.UTF_8), "2"),
				arguments(new byte[] { '\n', '\n', (byte) 0xC3 }, "3"));
	}

	@Test
	void whatMacOsKeepsBesideAScriptIsLeftOutWithAWarning(CapturedOutput output) throws IOException {
		script("001.sql", "SELECT 1");
		Files.write(this.directory.resolve("._001.sql"), new byte[] { 0, 5, 0x16, 7, 0, 2, 0, 0, 'M', 'a', 'c' });
		assertThat(load()).extracting(Migration::name).containsExactly("001.sql");
		assertThat(output).contains("._001.sql").contains("is left out: it is no script");
	}

	@Test
	void scriptWithAHiddenNameIsAScript() throws IOException {
		script("._001.sql", "SELECT 1");
		assertThat(load()).hasSize(1);
	}

	@Test
	void namesThatDifferInUnicodeFormOrCaseAreWarnedAbout(CapturedOutput output) throws IOException {
		String composed = "001_gr\u00F6\u00DFe.sql";
		String decomposed = "001_gro\u0308\u00DFe.sql";
		script(composed, "SELECT 1");
		script(decomposed, "SELECT 1");
		script("002_A.sql", "SELECT 1");
		script("002_a.sql", "SELECT 1");
		assertThat(load()).hasSize(4);
		assertThat(output)
			.contains("Migrations %s and %s have names that differ only in case".formatted(decomposed, composed))
			.contains("Migrations 002_A.sql and 002_a.sql have names that differ only in case");
	}

	@ParameterizedTest
	@ValueSource(strings = { "with blanks", "a#b", "a[1]", "a%20b", "a{b}", "a+b", "gr\u00F6\u00DFe" })
	void directoryMayHaveAnyName(String name) throws IOException {
		Path scripts = Files.createDirectory(this.directory.resolve(name));
		// What looks like it in a pattern.
		Files.writeString(Files.createDirectory(this.directory.resolve("a1")).resolve("002.sql"), "SELECT 1");
		Files.writeString(scripts.resolve("001_a #1.sql"), "SELECT 1");
		for (String location : List.of("file:" + scripts, "file:" + scripts + "/", "file://" + scripts,
				scripts.toUri().toString())) {
			assertThat(this.loader.load(List.of(location))).as(location)
				.extracting(Migration::name)
				.containsExactly("001_a #1.sql");
		}
	}

	@Test
	void locationMayBeAPattern() throws IOException {
		Files.writeString(Files.createDirectories(this.directory.resolve("one/sql")).resolve("001.sql"), "SELECT 1");
		Files.writeString(Files.createDirectories(this.directory.resolve("two/sql")).resolve("002.sql"), "SELECT 1");
		assertThat(this.loader.load(List.of(location() + "/*/sql"))).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "with blanks", "a#b", "a[1]", "a%20b", "gr\u00F6\u00DFe" })
	void classPathMayHaveAnyName(String name) throws IOException {
		Path root = Files.createDirectory(this.directory.resolve(name));
		Path jar = root.resolve("scripts.jar");
		try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
			for (String entry : List.of("in-jar/", "in-jar/001_a.sql", name + "/", name + "/002_b #1.sql")) {
				zip.putNextEntry(new ZipEntry(entry));
				zip.write((entry.endsWith("/") ? "" : "SELECT 1").getBytes(StandardCharsets.UTF_8));
			}
		}
		Files.writeString(Files.createDirectory(root.resolve("in-folder")).resolve("001_a.sql"), "SELECT 1");
		Files.writeString(Files.createDirectory(root.resolve(name)).resolve("003_c [1].sql"), "SELECT 1");
		try (URLClassLoader classes = new URLClassLoader(new URL[] { root.toUri().toURL(), jar.toUri().toURL() },
				null)) {
			MigrationLoader loader = new MigrationLoader(new PathMatchingResourcePatternResolver(classes));
			assertThat(loader.load(List.of("classpath:in-jar"))).extracting(Migration::name)
				.containsExactly("001_a.sql");
			assertThat(loader.load(List.of("classpath:in-folder"))).extracting(Migration::name)
				.containsExactly("001_a.sql");
			assertThat(loader.load(List.of("classpath:" + name))).extracting(Migration::name)
				.containsExactly("002_b #1.sql", "003_c [1].sql");
		}
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
