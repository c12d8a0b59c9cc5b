package tech.circuitforge.db.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.ParameterizedTest;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a person reads when the application does not start.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalyzerTests {

	@TempDir
	Path directory;

	@Test
	void dataRootIsMissing(CapturedOutput output) {
		Path missing = this.directory.resolve("missing");
		assertFails("--CLOUD_MODE=1", "--CLOUD_DATA_ROOT=" + missing);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("cf.db.cloud.data-root (\"%s\") does not exist.".formatted(missing))
			.contains("Create the directory (is a disk not mounted?), or correct the path.");
	}

	@Test
	void dataRootIsNotConfigured(CapturedOutput output) {
		assertFails("--cf.db.mode=cloud");
		assertThat(output).contains("the directory for users' databases is not configured")
			.contains("Set cf.db.cloud.data-root, or CLOUD_DATA_ROOT");
	}

	@Test
	void layoutDoesNotKeepUsersApart(CapturedOutput output) {
		assertFails("--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.directory, "--cf.db.cloud.layout={app}.db");
		assertThat(output).contains("The layout \"{app}.db\" (cf.db.cloud.layout) does not work")
			.contains("Use for instance {user}/{app}.db");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			cf.db.pool.max-open-databases=0            | cf.db.pool.max-open-databases must be at least 1.
			cf.db.pool.max-connections-per-database=0  | cf.db.pool.max-connections-per-database must be at least 1.
			cf.db.pool.idle-timeout=0s                 | cf.db.pool.idle-timeout must be at least 1ms.
			cf.db.pool.acquire-timeout=-1s             | cf.db.pool.acquire-timeout must not be negative.
			cf.db.pool.statement-cache-size=-1         | cf.db.pool.statement-cache-size must not be negative.
			cf.db.sqlite.busy-timeout=-1s              | cf.db.sqlite.busy-timeout must not be negative.
			cf.db.sqlite.cache-size=1B                 | cf.db.sqlite.cache-size must be at least 1KB.
			""")
	void propertyIsOutOfRange(String property, String message, CapturedOutput output) {
		assertFails("--cf.db.path=" + this.directory.resolve("x.db"), "--" + property);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains(message)
			.contains("Correct the property named above.");
	}

	@Test
	void localFileDoesNotFitTheScripts(CapturedOutput output) throws IOException {
		Path script = this.directory.resolve("001_a.sql");
		Files.writeString(script, "CREATE TABLE a (x)");
		String[] arguments = { "--cf.db.path=" + this.directory.resolve("x.db"),
				"--cf.db.migrations.locations=file:" + this.directory };
		application().run(arguments).close();
		Files.writeString(script, "CREATE TABLE a (x, y)");
		assertFails(arguments);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Migration 001_a.sql changed after it was applied to local mode")
			.contains("cf.db.migrations.accept-changed=001_a.sql");
		application().run(arguments[0], arguments[1], "--cf.db.migrations.accept-changed=001_a.sql").close();
		application().run(arguments).close();
	}

	@Test
	void beanUsesTheDatabaseAtStart(CapturedOutput output) {
		SpringApplication application = application();
		application.addInitializers((context) -> ((GenericApplicationContext) context).registerBean("eagerReport",
				String.class, () -> context.getBean(JdbcTemplate.class).queryForObject("SELECT 1", String.class)));
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> application.run("--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.directory));
		assertThat(output).contains("The bean 'eagerReport' uses the database while the application starts")
			.contains("spring.jooq.sql-dialect=sqlite")
			.contains("cf.db.shared.enabled=true");
	}

	@Test
	void sharedDatabaseHasNoScriptsWhereTheyAreSet(CapturedOutput output) {
		assertFails(shared("--cf.db.shared.migrations.locations=classpath:nowhere"));
		assertThat(output)
			.contains("There are no *.sql files in \"classpath:nowhere\" (cf.db.shared.migrations.locations).")
			.contains("correct the location, or do not set it: a shared database needs no scripts.")
			.doesNotContain("cf.db.migrations.");
	}

	@Test
	void sharedDatabaseCannotBeWhereItIsConfigured(CapturedOutput output) {
		assertFails(shared("--cf.db.shared.path=" + this.directory));
		assertThat(output).contains("cf.db.shared.path (\"%s\") is a directory, not a file".formatted(this.directory))
			.doesNotContain("cf.db.path");
	}

	@Test
	void sharedScriptIsBroken(CapturedOutput output) throws IOException {
		Files.writeString(this.directory.resolve("001_broken.sql"), "CREATE TABEL b (x);\n");
		assertFails(shared("--cf.db.shared.migrations.locations=file:" + this.directory));
		assertThat(output).contains("Migration 001_broken.sql failed for an empty database, to try the scripts, line 1")
			.contains("Correct the script");
		assertThat(this.directory.resolve("shared.db")).doesNotExist();
	}

	@Test
	void sharedScriptMeetsOtherData(CapturedOutput output) throws IOException {
		Path script = Files.writeString(this.directory.resolve("001_a.sql"), "CREATE TABLE a (x)");
		String[] arguments = shared("--cf.db.shared.migrations.locations=file:" + this.directory);
		application().run(arguments).close();
		Files.writeString(script, "CREATE TABLE a (x, y)");
		assertFails(arguments);
		assertThat(output)
			.contains("Migration 001_a.sql changed after it was applied to all users together (cf.db.shared)");
	}

	@Test
	void sharedFileIsNoDatabase(CapturedOutput output) throws IOException {
		Path file = Files.writeString(this.directory.resolve("shared.db"), "no database ".repeat(1000));
		assertFails(shared());
		assertThat(output)
			.contains("The database of all users together (cf.db.shared) is damaged: SQLite says of its file " + file)
			.contains("Put a backup in the place of the file");
		assertThat(file).hasContent("no database ".repeat(1000));
	}

	private String[] shared(String... more) {
		return Stream
			.concat(Stream.of("--cf.db.path=" + this.directory.resolve("x.db"), "--cf.db.shared.enabled=true"),
					Stream.of(more))
			.toArray(String[]::new);
	}

	@Test
	void nobodyKnowsTheUser(CapturedOutput output) {
		SpringApplication application = application();
		application
			.setResourceLoader(new DefaultResourceLoader(new FilteredClassLoader("org.springframework.security")));
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> application.run("--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.directory));
		assertThat(output).contains("there is no CurrentUserResolver bean")
			.contains("Add spring-boot-starter-security, or declare a bean of type CurrentUserResolver");
	}

	@Test
	void scriptIsBroken(CapturedOutput output) throws IOException {
		Files.writeString(this.directory.resolve("001_broken.sql"), "CREATE TABLE a (x);\nCREATE TABEL b (x);\n");
		assertFails("--cf.db.path=" + this.directory.resolve("x.db"),
				"--cf.db.migrations.locations=file:" + this.directory);
		assertThat(output).contains("Migration 001_broken.sql failed for an empty database, to try the scripts, line 2")
			.contains("CREATE TABEL b (x);")
			.contains("Correct the script");
		assertThat(this.directory.resolve("x.db")).doesNotExist();
	}

	@Test
	void locationHasNoScripts(CapturedOutput output) {
		assertFails("--cf.db.path=" + this.directory.resolve("x.db"), "--cf.db.migrations.locations=classpath:nowhere");
		assertThat(output).contains("There are no *.sql files in \"classpath:nowhere\" (cf.db.migrations.locations).")
			.contains("Put the first script there");
	}

	@Test
	void localFileIsNoDatabase(CapturedOutput output) throws IOException {
		Path file = Files.writeString(this.directory.resolve("x.db"), "no database ".repeat(1000));
		assertFails("--cf.db.path=" + file);
		assertThat(output).contains("The database of local mode is damaged: SQLite says of its file " + file)
			.contains("Put a backup in the place of the file");
		assertThat(file).hasContent("no database ".repeat(1000));
	}

	@Test
	void backupSettingsThatCannotWork(CapturedOutput output) throws IOException {
		Path root = Files.createDirectory(this.directory.resolve("root"));
		String[] cloud = { "--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + root };
		assertFails(cloud[0], cloud[1], "--cf.db.backup.directory=" + root.resolve("backups"));
		assertThat(output).contains("is inside of the data root");
		assertFails(cloud[0], cloud[1], "--cf.db.backup.directory=" + this.directory.resolve("unmounted"));
		assertThat(output).contains("cf.db.backup.directory")
			.contains("does not exist")
			.contains("is a disk not mounted?");
		assertFails(cloud[0], cloud[1], "--cf.db.backup.directory=" + this.directory, "--cf.db.backup.keep=0");
		assertThat(output).contains("cf.db.backup.keep must be at least 1.");
		Path backups = Files.createDirectory(this.directory.resolve("backups"));
		assertFails(cloud[0], cloud[1], "--cf.db.backup.directory=" + backups, "--cf.db.backup.schedule=daily");
		assertThat(output).contains("cf.db.backup.schedule is \"daily\"").contains("0 0 3 * * *");
	}

	private static SpringApplication application() {
		SpringApplication application = new SpringApplication(TestApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		return application;
	}

	private static void assertFails(String... arguments) {
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> application().run(arguments));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ CfDbAutoConfiguration.class, CurrentUserResolverAutoConfiguration.class,
			SharedDatabaseAutoConfiguration.class, JdbcTemplateAutoConfiguration.class })
	static class TestApplication {

	}

}
