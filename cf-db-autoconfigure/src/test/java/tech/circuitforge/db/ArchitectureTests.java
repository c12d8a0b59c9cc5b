package tech.circuitforge.db;

import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The package rules of docs/architecture.md.
 */
class ArchitectureTests {

	private static final String BASE = "tech.circuitforge.db";

	/** Once for all rules: reading the classes takes longer than checking them. */
	private static final JavaClasses IMPORTED = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(BASE);

	@Test
	void packagesHaveNoCycles() {
		slices().matching(BASE + ".(*)..").should().beFreeOfCycles().check(IMPORTED);
	}

	/** A path that an export is written to is no place where a database lives. */
	private static final Set<String> EXEMPT = Set.of("UnsafePathException", "DatabaseUnavailableException",
			"SharedDatabase", "UserDatabases");

	@Test
	void publicApiKnowsNoOtherPackage() {
		noClasses().that()
			.resideInAPackage(BASE)
			.should()
			.dependOnClassesThat(resideInAPackage(BASE + "..")
				.and(DescribedPredicate.not(resideInAPackage(BASE)).as("outside of it")))
			.check(IMPORTED);
	}

	/** Public though it is not in the base package, where Reactor may be absent. */
	@Test
	void reactorsPublicApiKnowsNoOtherPackageEither() {
		noClasses().that()
			.haveFullyQualifiedName(BASE + ".reactor.ReactiveCurrentUser")
			.should()
			.dependOnClassesThat(resideInAPackage(BASE + "..")
				.and(DescribedPredicate.not(resideInAPackage(BASE)).as("outside of the base package")))
			.check(IMPORTED);
	}

	@Test
	void publicApiShowsNeitherDriverNorFrameworks() {
		noClasses().that()
			.resideInAPackage(BASE)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.sqlite..", "org.springframework..", "java.nio.file..")
			.because("the API speaks of users and databases; a database need not stay a file")
			.allowEmptyShould(false)
			.check(IMPORTED.that(DescribedPredicate.describe(
					"neither exceptions, which are Spring's, nor qualifiers, nor what names files outside",
					(JavaClass type) -> !EXEMPT.contains(type.getSimpleName()))));
	}

	@Test
	void autoConfigurationIsImportedByNone() {
		onlyWithin("autoconfigure", BASE + ".autoconfigure..");
	}

	@Test
	void onlyTheSqlitePackageKnowsTheDriver() {
		noClasses().that()
			.resideOutsideOfPackages(BASE + ".sqlite..", BASE + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.sqlite..")
			.check(IMPORTED);
	}

	@Test
	void eachOptionalLibraryIsImportedByOnePackage() {
		noClasses().that()
			.resideOutsideOfPackages(BASE + ".security..", BASE + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.security..")
			.check(IMPORTED);
		noClasses().that()
			.resideOutsideOfPackages(BASE + ".web..", BASE + ".webflux..", BASE + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.web..", "org.springframework.http..")
			.check(IMPORTED);
		noClasses().that()
			.resideOutsideOfPackages(BASE + ".propagation..", BASE + ".metrics..", BASE + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.micrometer..")
			.check(IMPORTED);
		noClasses().that()
			.resideOutsideOfPackages(BASE + ".actuate..", BASE + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot.actuate..", "org.springframework.boot.health..")
			.check(IMPORTED);
		noClasses().that()
			.resideOutsideOfPackages(BASE + ".logging..", BASE + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.slf4j..")
			.check(IMPORTED);
		noClasses().that()
			.resideOutsideOfPackages(BASE + ".data..", BASE + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.data..")
			.check(IMPORTED);
		noClasses().that()
			.resideOutsideOfPackages(BASE + ".reactor..", BASE + ".webflux..", BASE + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("reactor..")
			.check(IMPORTED);
		noClasses().that()
			.resideOutsideOfPackages(BASE + ".hibernate..", BASE + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.hibernate..", "jakarta.persistence..", "org.springframework.orm..")
			.check(IMPORTED);
		noClasses().that()
			.resideOutsideOfPackages(BASE + ".mybatis..", BASE + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.apache.ibatis..")
			.check(IMPORTED);
		noClasses().that()
			.resideOutsideOfPackages(BASE + ".cache..", BASE + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.cache..")
			.check(IMPORTED);
	}

	@Test
	void filesAreTheBusinessOfFewPackages() {
		noClasses().that()
			.resideInAnyPackage(BASE + ".migration..", BASE + ".user..", BASE + ".security..", BASE + ".web..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("java.nio.file..")
			.check(IMPORTED);
	}

	@Test
	void namesSayWhatThingsAre() {
		classes().should().haveNameNotMatching(".*(Manager|Helper|Util|Utils|Impl|Tenant.*)").check(IMPORTED);
	}

	private void onlyWithin(String what, String packages) {
		noClasses().that()
			.resideOutsideOfPackage(packages)
			.should()
			.dependOnClassesThat()
			.resideInAPackage(packages)
			.as(what + " is imported by none")
			.check(IMPORTED);
	}

}
