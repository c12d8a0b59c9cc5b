package tech.circuitforge.db.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.unit.DataSize;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.SharedDatabase;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.autoconfigure.PropertyTree.Property;
import tech.circuitforge.db.pool.RoutingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What would not do what it seems to say keeps the application from starting, and a
 * person reads why.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class ConfigurationCheckTests {

	private static final String FAILED = "APPLICATION FAILED TO START";

	@TempDir
	Path directory;

	private String[] cloud(String... more) {
		return with(
				new String[] { "--cf.db.mode=cloud", "--cf.db.cloud.data-root=" + this.directory,
						"--spring.application.name=kiwi", "--cf.db.migrations.locations=classpath:db/test-migrations" },
				more);
	}

	private String[] local(String... more) {
		return with(new String[] { "--cf.db.path=" + this.directory.resolve("local.db") }, more);
	}

	private static String[] with(String[] arguments, String... more) {
		return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
	}

	// A DataSource of the product's own.

	@ParameterizedTest
	@ValueSource(classes = { OwnDataSource.class, OwnDataSourceOfTheSameName.class, PrimaryDataSource.class })
	void ownDataSourceIsRefusedInCloudMode(Class<?> product, CapturedOutput output) {
		assertFails(application(product), cloud());
		assertThat(output).contains(FAILED)
			.contains("the application has a DataSource of its own: the bean '")
			.contains(product.getSimpleName())
			.contains("@Bean(defaultCandidate = false)")
			.contains("@SharedDatabase")
			.contains("cf.db.enabled=false")
			.doesNotContain("allow-bean-definition-overriding");
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void wrapperThatHidesOursFromPersistenceLayersIsRefused(CapturedOutput output) {
		assertFails(application(HidingWrapper.class), cloud());
		assertThat(output).contains(FAILED).contains("hides cf-db's DataSource").contains("implement unwrap");
	}

	@Test
	void ownDataSourceThatComesLaterIsRefusedInCloudMode(CapturedOutput output) {
		SpringApplication application = application();
		application.addInitializers((context) -> context.addBeanFactoryPostProcessor(
				(beans) -> beans.registerSingleton("late", new DriverManagerDataSource("jdbc:sqlite::memory:"))));
		assertFails(application, cloud());
		assertThat(output).contains(FAILED).contains("the bean 'late'");
	}

	@Test
	void ownDataSourceThatOnlyItsFactoryKnowsIsRefusedInCloudMode(CapturedOutput output) {
		assertFails(application(HiddenDataSource.class), cloud());
		assertThat(output).contains(FAILED).contains("the bean 'hidden'");
	}

	@Test
	void replacementOfOursIsRefusedInCloudMode(CapturedOutput output) {
		assertFails(application(ReplacedDataSource.class), cloud());
		assertThat(output).contains(FAILED)
			.contains("the bean 'dataSource'")
			.contains("spring.test.database.replace=none");
		assertThat(this.directory).isEmptyDirectory();
	}

	@ParameterizedTest
	@ValueSource(classes = { QualifiedDataSource.class, NoCandidate.class, MarkedAsShared.class })
	void anotherDataSourceBesideOursIsAllowed(Class<?> product) {
		try (ConfigurableApplicationContext context = application(product).run(cloud())) {
			assertThat(context.getBean(DataSource.class)).isInstanceOf(RoutingDataSource.class);
			assertThat(context.getBeansOfType(DataSource.class)).hasSize(2);
			context.getBean(CurrentUser.class)
				.runAs(new UserId("alice"),
						() -> context.getBean(JdbcTemplate.class).update("INSERT INTO notes (text) VALUES ('hers')"));
			assertThat(this.directory.resolve("alice/kiwi.db")).exists();
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { TemplateOfAnother.class, NamedTemplateOfAnother.class, TransactionsOfAnother.class,
			TemplateOfTheShared.class })
	void whatIsTakenByDefaultLeadsToUsersDatabases(Class<?> product, CapturedOutput output) {
		assertFails(application(product), cloud("--cf.db.shared.enabled=true",
				"--cf.db.shared.migrations.locations=classpath:db/test-migrations"));
		assertThat(output).contains(FAILED)
			.contains("the bean 'theirs' (")
			.contains("which is taken where none is named, works on another DataSource")
			.contains("@Bean(defaultCandidate = false)");
	}

	@ParameterizedTest
	@ValueSource(classes = { QualifiedTemplate.class, PrimaryTemplate.class })
	void templateOfAnotherBesideOursIsAllowed(Class<?> product) {
		try (ConfigurableApplicationContext context = application(product).run(cloud())) {
			assertThat(context.getBean(JdbcTemplate.class).getDataSource()).isSameAs(context.getBean(DataSource.class));
			assertThat(context.getBeansOfType(JdbcTemplate.class)).hasSize(2);
		}
	}

	@Test
	void ownDataSourceIsAllowedWhereOurAutoConfigurationIsExcluded() {
		SpringApplication application = new SpringApplication(Excluding.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = application.run(cloud())) {
			assertThat(context.getBean(DataSource.class)).isInstanceOf(DriverManagerDataSource.class);
		}
	}

	@Test
	void parentInLocalModeIsRefusedInCloudMode(CapturedOutput output) {
		try (ConfigurableApplicationContext parent = application().run(local())) {
			SpringApplication child = application();
			child.addInitializers((context) -> context.setParent(parent));
			assertFails(child, cloud());
			assertThat(output).contains(FAILED)
				.contains("the parent application context")
				.contains("works in local mode");
		}
	}

	@Test
	void ownDataSourceReplacesOursInLocalModeAndTheLogSaysSo(CapturedOutput output) {
		try (ConfigurableApplicationContext context = application(OwnDataSource.class).run(local())) {
			assertThat(context.getBean(DataSource.class)).isInstanceOf(DriverManagerDataSource.class);
			assertThat(output).contains("the application has a DataSource of its own (ownDataSource)");
		}
	}

	@Test
	void everythingElseIsCheckedBesideAnOwnDataSourceToo(CapturedOutput output) {
		assertFails(application(OwnDataSource.class), local("--cf.db.mod=cloud"));
		assertThat(output).contains(FAILED).contains("There is no property cf.db.mod");
	}

	@Test
	void ourDataSourceInAParentIsNoOther() {
		try (ConfigurableApplicationContext parent = application().run(cloud())) {
			SpringApplication child = application();
			child.addInitializers((context) -> context.setParent(parent));
			try (ConfigurableApplicationContext context = child.run(cloud())) {
				assertThat(context.getBean(DataSource.class)).isSameAs(parent.getBean(DataSource.class));
			}
		}
	}

	// The mode.

	@ParameterizedTest
	@ValueSource(strings = { "ture", "on", "2", "cloud", "y" })
	void wordThatSaysNeitherCloudNorLocal(String word, CapturedOutput output) {
		assertFails(inEnvironment(Map.of("CLOUD_MODE", word)), local());
		assertThat(output).contains(FAILED)
			.contains("CLOUD_MODE is \"%s\"".formatted(word))
			.contains("1, true or yes for cloud mode, to 0, false, no or off for local mode")
			.doesNotContain("Error processing condition");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			1     | CLOUD
			TRUE  | CLOUD
			' yes '| CLOUD
			0     | LOCAL
			False | LOCAL
			no    | LOCAL
			off   | LOCAL
			''    | LOCAL
			""")
	void wordsThatSayTheMode(String word, CfDbProperties.Mode mode) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of("CLOUD_MODE", word)));
		assertThat(ModeDecision.of(environment).require()).isEqualTo(mode);
	}

	@Test
	void propertyComesBeforeTheWord() {
		try (ConfigurableApplicationContext context = inEnvironment(Map.of("CLOUD_MODE", "ture"))
			.run(local("--cf.db.mode=local"))) {
			assertThat(context.isActive()).isTrue();
		}
	}

	@Test
	void modeThatThereIsNot(CapturedOutput output) {
		assertFails(application(), local("--cf.db.mode=clod"));
		assertThat(output).contains(FAILED).contains("cf.db.mode").contains("clod").contains("commandLineArgs");
	}

	@ParameterizedTest
	@ValueSource(strings = { "CLOUD_DATA_ROOT", "CF_DB_CLOUD_DATAROOT", "CF_DB_CLOUD_DATA_ROOT" })
	void rootInTheEnvironmentWithoutAMode(String variable, CapturedOutput output) {
		assertFails(inEnvironment(Map.of(variable, this.directory.toString())), local());
		assertThat(output).contains(FAILED)
			.contains("A data root is set")
			.contains(variable)
			.contains("CLOUD_MODE=1")
			.contains("cf.db.mode=local");
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void rootInTheEnvironmentWithAnEmptyMode(CapturedOutput output) {
		assertFails(inEnvironment(Map.of("CLOUD_MODE", "", "CLOUD_DATA_ROOT", this.directory.toString())), local());
		assertThat(output).contains(FAILED).contains("A data root is set");
	}

	@ParameterizedTest
	@ValueSource(strings = { "--CLOUD_DATA_ROOT=", "--cf.db.cloud.data-root=" })
	void rootOnTheCommandLineWithoutAMode(String argument, CapturedOutput output) {
		assertFails(application(), local(argument + this.directory));
		assertThat(output).contains(FAILED).contains("A data root is set").contains("commandLineArgs");
	}

	@Test
	void rootOfTheEnvironmentInAFileIsStillTheEnvironments(CapturedOutput output) throws IOException {
		Path file = file("cf.db.cloud.data-root: ${CLOUD_DATA_ROOT:}");
		assertFails(inEnvironment(Map.of("CLOUD_DATA_ROOT", this.directory.toString())), local(read(file)));
		assertThat(output).contains(FAILED).contains("A data root is set");
	}

	@ParameterizedTest
	@ValueSource(strings = { "CLOUD_MODE=0", "cf.db.mode=local" })
	void rootWithLocalModeSaid(String mode) {
		try (ConfigurableApplicationContext context = inEnvironment(
				Map.of("CLOUD_DATA_ROOT", this.directory.toString()))
			.run(local("--" + mode))) {
			assertThat(context.isActive()).isTrue();
		}
	}

	@Test
	void rootInAFileWithoutAModeIsAWarning(CapturedOutput output) throws IOException {
		Path file = file("cf.db.cloud.data-root: " + this.directory);
		try (ConfigurableApplicationContext context = application().run(local(read(file)))) {
			assertThat(output).contains("A data root is configured (")
				.contains(file.getFileName() + "] - 1:24")
				.contains("everybody works on one file");
			assertThat(context.isActive()).isTrue();
		}
	}

	@Test
	void noWarningWhereTheModeIsSaid(CapturedOutput output) throws IOException {
		Path file = file("cf.db.cloud.data-root: " + this.directory);
		application().run(local(read(file), "--cf.db.mode=local")).close();
		assertThat(output).doesNotContain("A data root is configured");
	}

	// Unknown properties.

	@ParameterizedTest
	@CsvSource({ "cf.db.mod, cf.db.mode", "cf.db.data-root, cf.db.cloud.data-root",
			"cf.db.cloud.dataroots, cf.db.cloud.data-root", "cf.db.pool.max-open, cf.db.pool.max-open-databases",
			"cf.db.clout.layout, cf.db.cloud.layout", "cf.db.enable, cf.db.enabled", "cf.db.mode.cloud, cf.db.mode",
			"cf.db.cloud.mode, cf.db.mode", "cf.db.migrations.location, cf.db.migrations.locations" })
	void unknownPropertyIsRefusedWithItsNearest(String unknown, String nearest, CapturedOutput output) {
		assertFails(application(), cloud("--" + unknown + "=cloud"));
		String first = output.getOut();
		assertFails(application(), local("--" + unknown + "=cloud"));
		assertThat(List.of(first, output.getOut().substring(first.length()))).allSatisfy((shown) -> assertThat(shown)
			.contains(FAILED)
			.contains("There is no property %s (\"%s\" from property source \"commandLineArgs\"). The nearest is %s."
				.formatted(unknown, unknown, nearest)));
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void unknownPropertyInAFileIsShownWithItsLine(CapturedOutput output) throws IOException {
		Path file = file("""
				cf:
				  db:
				    pool:
				    mod: cloud
				    migrations:
				      locations: [ "classpath:db/test-migrations" ]
				      on-startop: lazy
				""");
		assertFails(application(), local(read(file)));
		assertThat(output).contains(FAILED)
			.contains("There is no property cf.db.mod (")
			.contains(file.getFileName() + "] - 4:10). The nearest is cf.db.mode.")
			.contains("There is no property cf.db.migrations.on-startop (")
			.contains(file.getFileName() + "] - 7:19). The nearest is cf.db.migrations.on-startup.")
			.doesNotContain("locations");
	}

	@Test
	void variableThatStandsElsewhereIsRefused(CapturedOutput output) throws IOException {
		Path file = Files.writeString(this.directory.resolve("product.env"), "CF_DB_MODE=cloud\n");
		assertFails(application(), local("--spring.config.import=file:" + file + "[.properties]"));
		assertThat(output).contains(FAILED)
			.contains("CF_DB_MODE (")
			.contains("does nothing here. The nearest property is cf.db.mode.");
		assertFails(application(), local("--CF_DB_MODE=cloud"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "CF_DB_MOD", "CF_DB_CLOUDDATAROOT", "CF_DB_CLOUD_DATA_ROOTS", "cf_db_mod" })
	void unknownVariableIsRefused(String variable, CapturedOutput output) {
		assertFails(inEnvironment(Map.of(variable, "cloud")), local("--cf.db.mode=local"));
		assertThat(output).contains(FAILED).contains("There is no property cf.db.").contains(variable);
	}

	@Test
	void everySpellingThatSpringBootUnderstandsIsKnown() throws IOException {
		Path file = file("cf.db.pool: { idleTimeout: 1m, acquire_timeout: 2s, MAX-OPEN-DATABASES: 5 }");
		Map<String, Object> variables = Map.of("CF_DB_SQLITE_BUSYTIMEOUT", "1s", "CF_DB_SQLITE_CACHE_SIZE", "1MB",
				"CF_DB_ALLOW_NETWORK_FILE_SYSTEM", "false", "CF_DB_MIGRATIONS_LOCATIONS_0_",
				"classpath:db/test-migrations", "CF_DB_SHARED_MIGRATIONS_LOCATIONS_0", "classpath:x",
				// Kubernetes, for a service called cf-db.
				"CF_DB_SERVICE_HOST", "10.0.0.1", "CF_DB_SERVICE_PORT", "80", "CF_DB_PORT", "tcp://10.0.0.1:80",
				"CF_DB_PORT_80_TCP_ADDR", "10.0.0.1");
		try (ConfigurableApplicationContext context = inEnvironment(variables).run(local(read(file)))) {
			CfDbProperties properties = context.getBean(CfDbProperties.class);
			assertThat(properties.pool().idleTimeout()).hasMinutes(1);
			assertThat(properties.pool().maxOpenDatabases()).isEqualTo(5);
			assertThat(properties.sqlite().cacheSize()).isEqualTo(DataSize.ofMegabytes(1));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "cf-db", "cf-db-api", "cf-db-2", "cf-db-api-2" })
	void variablesOfAServiceOfThatNameAreNotOurs(String service) {
		String name = service.toUpperCase(Locale.ROOT).replace('-', '_');
		try (ConfigurableApplicationContext context = inEnvironment(Map.of(name + "_SERVICE_HOST", "10.0.0.1",
				name + "_SERVICE_PORT", "80", name + "_SERVICE_PORT_HTTP", "80", name + "_PORT", "tcp://10.0.0.1:80",
				name + "_PORT_80_TCP", "tcp://10.0.0.1:80", name + "_PORT_80_TCP_ADDR", "10.0.0.1"))
			.run(local())) {
			assertThat(context.isActive()).isTrue();
		}
	}

	@ParameterizedTest
	@CsvSource({ "cf.db.cloud, cf.db.cloud.layout={user}/{app}.db", "cf.db.shared, cf.db.shared.path=x.db",
			"cf.db.migrations, cf.db.migrations.timeout=3m" })
	void groupIsNoProperty(String group, String beside, CapturedOutput output) {
		assertFails(inEnvironment(Map.of(group.replace('.', '_').toUpperCase(Locale.ROOT), "true")),
				local("--" + beside));
		String first = output.getOut();
		assertFails(application(), local("--" + group + "=true", "--" + beside));
		assertThat(List.of(first, output.getOut().substring(first.length())))
			.allSatisfy((shown) -> assertThat(shown).contains(FAILED).contains("There is no property " + group + " ("));
	}

	@Test
	void localModeTakesAnyApplicationName() {
		application(OwnDataSource.class).run(local("--spring.application.name=Kiwi: the Küche")).close();
		application().run("--cf.db.path=" + this.directory.resolve("{app}.db"), "--spring.application.name=Kiwi Küche")
			.close();
		assertThat(this.directory.resolve("Kiwi Küche.db")).exists();
	}

	@Test
	void propertiesOfOtherLibrariesAreNotOurs() {
		try (ConfigurableApplicationContext context = application().run(local("--cf.dbx.mod=1", "--cf.core.y=2"))) {
			assertThat(context.isActive()).isTrue();
		}
	}

	@Test
	void nothingIsCheckedWhereCfDbIsOff() {
		try (ConfigurableApplicationContext context = application(OwnDataSource.class)
			.run(cloud("--cf.db.enabled=false", "--cf.db.mod=x"))) {
			assertThat(context.getBeansOfType(RoutingDataSource.class)).isEmpty();
		}
	}

	// Values.

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			cf.db.pool.acquire-timeout=200000d          | must be at most 36500d.
			cf.db.pool.idle-timeout=200000d             | must be at most 36500d.
			cf.db.pool.leak-detection-threshold=-1s     | must not be negative.
			cf.db.pool.leak-detection-threshold=200000d | must be at most 36500d.
			cf.db.maintenance.interval=-1s              | must not be negative.
			cf.db.maintenance.interval=1ns              | must be at least 1ms.
			cf.db.maintenance.budget=-1s                | must be at least 1ms.
			cf.db.maintenance.budget=0s                 | must be at least 1ms.
			cf.db.migrations.parallelism=0              | must be at least 1.
			cf.db.migrations.parallelism=-4             | must be at least 1.
			cf.db.migrations.parallelism=100000         | must be at most 1024.
			cf.db.sqlite.heap-limit=-1B                 | must be at least 1MB.
			cf.db.sqlite.cache-size=4096GB              | must be at most 1TB.
			cf.db.sqlite.busy-timeout=25d               | must be at most 24d.
			cf.db.backup.keep=0                         | must be at least 1.
			cf.db.cloud.mdc-key=                        | must not be empty; leave it out for its default.
			cf.db.backup.directory=                     | must not be empty; leave it out for its default.
			cf.db.migrations.on-startup=                | must not be empty; leave it out for its default.
			cf.db.migrations.locations=                 | must not be empty; leave it out for its default.
			""")
	void valueThatCannotWork(String property, String rule, CapturedOutput output) {
		assertFails(application(), local("--" + property));
		String name = property.substring(0, property.indexOf('='));
		String value = property.substring(property.indexOf('=') + 1);
		assertThat(output).contains(FAILED)
			.contains("%s %s It is \"%s\" (\"%s\" from property source \"commandLineArgs\").".formatted(name, rule,
					value, name))
			.contains("Correct the property named above.");
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void localFileWithoutAName(CapturedOutput output) {
		assertFails(application(), "--cf.db.path=");
		assertThat(output).contains(FAILED).contains("cf.db.path must not be empty");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			cf.db.shared.enabled=ture       | cf.db.shared.enabled
			cf.db.backup.schedule=daily     | cf.db.backup.schedule is "daily"
			cf.db.cloud.layout={app}.db     | The layout "{app}.db" (cf.db.cloud.layout) does not work
			cf.db.pool.idle-timeout=9999999999999999d | cf.db.pool.idle-timeout
			cf.db.sqlite.cache-size=99999999999999TB  | cf.db.sqlite.cache-size
			cf.db.enabled=ture              | cf.db.enabled
			""")
	void valueThatCannotBeRead(String property, String message, CapturedOutput output) {
		assertFails(application(), local("--" + property));
		assertThat(output).contains(FAILED).contains(message);
	}

	/** Also for properties that are added later: nobody has to think of it. */
	@ParameterizedTest
	@MethodSource("values")
	void everyNumberTimeAndSizeHasBounds(String property, String value) {
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> application().run(local("--" + property + "=" + value)).close())
			.withStackTraceContaining(property + " must");
	}

	static Stream<Arguments> values() {
		List<Arguments> values = new ArrayList<>();
		for (Property property : PropertyTree.of(CfDbProperties.class)) {
			String name = property.type().getSimpleName();
			switch (name) {
				case "int", "Integer" ->
					List.of("-1", "2147483647").forEach((each) -> values.add(Arguments.of(property.name(), each)));
				case "Duration" ->
					List.of("-1s", "106000d").forEach((each) -> values.add(Arguments.of(property.name(), each)));
				case "DataSize" ->
					List.of("-1B", "4000000TB").forEach((each) -> values.add(Arguments.of(property.name(), each)));
				default -> assertThat(name).doesNotContainIgnoringCase("long");
			}
		}
		assertThat(values).hasSizeGreaterThan(20);
		return values.stream();
	}

	@Test
	void placeholderOfTheRootMayBeEmpty() throws IOException {
		application().run(local(read(file("cf.db.cloud.data-root: ${NOT_SET:}")))).close();
	}

	// Flyway.

	@Test
	void flywayBesideUsInLocalMode(CapturedOutput output) {
		assertFails(application(FlywayBeside.class),
				local("--cf.db.migrations.locations=classpath:db/test-migrations"));
		assertThat(output.getOut()).contains(FAILED);
		assertThat(output.getOut().substring(output.getOut().indexOf(FAILED)))
			.contains("Flyway works on the databases that cf-db migrates itself")
			.contains("move the scripts to src/main/resources/db/migrations")
			.doesNotContain("baselineOnMigrate");
	}

	@Test
	void flywayBesideUsInCloudMode(CapturedOutput output) {
		assertFails(application(FlywayBeside.class), cloud());
		assertThat(output).contains(FAILED).contains("Flyway, Liquibase: the shared database");
	}

	// The line in the log.

	@Test
	void logSaysWhatCloudModeWorksWith(CapturedOutput output) {
		application().run(cloud()).close();
		assertThat(output.getOut().lines().filter((line) -> line.contains("cf-db works in"))).singleElement()
			.asString()
			.contains("INFO")
			.contains("cloud mode below %s (layout {user}/{app}.db), with 2 migration scripts, SQLite 3."
				.formatted(this.directory))
			.endsWith(
					"at most 256 databases open with 4 connections each, closed after 5m without use, 30s to wait for a connection");
	}

	@Test
	void logSaysWhatLocalModeWorksWith(CapturedOutput output) {
		application().run(local("--cf.db.pool.idle-timeout=90s", "--cf.db.pool.acquire-timeout=50ms")).close();
		assertThat(output)
			.contains("cf-db works in local mode on %s, with 0 migration scripts"
				.formatted(this.directory.resolve("local.db")))
			.contains("closed after 90s without use, 50ms to wait");
	}

	private Path file(String yaml) throws IOException {
		return Files.writeString(Files.createTempDirectory("cf-db-check").resolve("product.yml"), yaml);
	}

	private static String read(Path file) {
		return "--spring.config.location=file:" + file;
	}

	private static SpringApplication application(Class<?>... products) {
		List<Class<?>> sources = new ArrayList<>(List.of(TestApplication.class));
		sources.addAll(List.of(products));
		SpringApplication application = new SpringApplication(sources.toArray(Class<?>[]::new));
		application.setWebApplicationType(WebApplicationType.NONE);
		return application;
	}

	private static SpringApplication inEnvironment(Map<String, ?> variables) {
		SpringApplication application = application();
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.copyOf(variables)));
		application.setEnvironment(environment);
		return application;
	}

	private static void assertFails(SpringApplication application, String... arguments) {
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> application.run(arguments).close());
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ CfDbAutoConfiguration.class, CfDbConfigurationCheckAutoConfiguration.class,
			CurrentUserResolverAutoConfiguration.class, SharedDatabaseAutoConfiguration.class,
			DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class })
	static class TestApplication {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDataSource {

		@Bean
		DataSource ownDataSource() {
			return new DriverManagerDataSource("jdbc:sqlite::memory:");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDataSourceOfTheSameName {

		@Bean
		DataSource dataSource() {
			return new DriverManagerDataSource("jdbc:sqlite::memory:");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryDataSource {

		@Bean
		@Primary
		DriverManagerDataSource theirs() {
			return new DriverManagerDataSource("jdbc:sqlite::memory:");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HiddenDataSource {

		@Bean
		@Primary
		FactoryBean<?> hidden() {
			return new FactoryBean<Object>() {

				private boolean made;

				@Override
				public Object getObject() {
					this.made = true;
					return new DriverManagerDataSource("jdbc:sqlite::memory:");
				}

				@Override
				public Class<?> getObjectType() {
					return this.made ? DataSource.class : Object.class;
				}

			};
		}

		@Bean
		String maker(@Qualifier("hidden") Object hidden) {
			return hidden.toString();
		}

	}

	/** As a test slice does it. */
	@Configuration(proxyBeanMethods = false)
	static class ReplacedDataSource {

		@Bean
		static BeanDefinitionRegistryPostProcessor embedded() {
			return (registry) -> {
				registry.removeBeanDefinition("dataSource");
				registry.registerBeanDefinition("dataSource",
						BeanDefinitionBuilder
							.genericBeanDefinition(DriverManagerDataSource.class,
									() -> new DriverManagerDataSource("jdbc:sqlite::memory:"))
							.setPrimary(true)
							.getBeanDefinition());
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class QualifiedDataSource {

		@Bean(defaultCandidate = false)
		@Qualifier("reports")
		DataSource reports() {
			return new DriverManagerDataSource("jdbc:sqlite::memory:");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(QualifiedDataSource.class)
	static class TemplateOfAnother {

		@Bean
		JdbcTemplate theirs(@Qualifier("reports") DataSource reports) {
			return new JdbcTemplate(reports);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(QualifiedDataSource.class)
	static class NamedTemplateOfAnother {

		@Bean
		NamedParameterJdbcTemplate theirs(@Qualifier("reports") DataSource reports) {
			return new NamedParameterJdbcTemplate(reports);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(QualifiedDataSource.class)
	static class TransactionsOfAnother {

		@Bean
		PlatformTransactionManager theirs(@Qualifier("reports") DataSource reports) {
			return new JdbcTransactionManager(reports);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TemplateOfTheShared {

		@Bean
		JdbcTemplate theirs(@SharedDatabase DataSource everybodys) {
			return new JdbcTemplate(everybodys);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(QualifiedDataSource.class)
	static class QualifiedTemplate {

		@Bean(defaultCandidate = false)
		JdbcTemplate theirs(@Qualifier("reports") DataSource reports) {
			return new JdbcTemplate(reports);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(QualifiedDataSource.class)
	static class PrimaryTemplate {

		@Bean
		JdbcTemplate theirs(@Qualifier("reports") DataSource reports) {
			return new JdbcTemplate(reports);
		}

		@Bean
		@Primary
		JdbcTemplate ours(DataSource dataSource) {
			return new JdbcTemplate(dataSource);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ CfDbConfigurationCheckAutoConfiguration.class, JdbcTemplateAutoConfiguration.class })
	@Import(OwnDataSource.class)
	static class Excluding {

	}

	@Configuration(proxyBeanMethods = false)
	static class NoCandidate {

		@Bean(autowireCandidate = false)
		DataSource reports() {
			return new DriverManagerDataSource("jdbc:sqlite::memory:");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MarkedAsShared {

		@Bean
		@SharedDatabase
		DataSource everybodys() {
			return new DriverManagerDataSource("jdbc:sqlite::memory:");
		}

	}

	/** As Spring Boot's Flyway module does it. */
	@Configuration(proxyBeanMethods = false)
	static class FlywayBeside {

		@Bean
		InitializingBean flywayInitializer(DataSource dataSource) {
			return () -> Flyway.configure().dataSource(dataSource).load().migrate();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HidingWrapper {

		@Bean
		static BeanPostProcessor wrapper() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					return (bean instanceof DataSource dataSource) ? new Hiding(dataSource) : bean;
				}

			};
		}

	}

	private static final class Hiding extends AbstractDataSource {

		private final DataSource hidden;

		Hiding(DataSource hidden) {
			this.hidden = hidden;
		}

		@Override
		public Connection getConnection() throws SQLException {
			return this.hidden.getConnection();
		}

		@Override
		public Connection getConnection(String user, String password) throws SQLException {
			return this.hidden.getConnection();
		}

	}

}
