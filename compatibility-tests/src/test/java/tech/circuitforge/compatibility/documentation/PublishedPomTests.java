package tech.circuitforge.compatibility.documentation;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What repositories demand of a POM, found before a release and not during one.
 */
class PublishedPomTests {

	@Test
	void parentSaysWhoWhereAndUnderWhichLicence() {
		String pom = CodeBlock.read(Path.of("pom.xml"));
		for (String element : List.of("name", "description", "url", "licenses", "developers", "scm")) {
			assertThat(pom).contains("\n  <" + element);
		}
		assertThat(pom).contains("<name>MIT</name>").doesNotContain("file:/", "<email>");
		assertThat(CodeBlock.read(Path.of("LICENSE"))).startsWith("MIT License");
	}

	@Test
	void everyPublishedModuleSaysWhatItIs() {
		for (String module : List.of("cf-db-autoconfigure", "cf-db-starter", "cf-db-test", "cf-db-bom")) {
			assertThat(Builds.modules()).contains(module);
			assertThat(CodeBlock.read(Path.of(module, "pom.xml"))).contains("\n  <name>", "\n  <description>")
				.doesNotContain("<maven.deploy.skip>true");
		}
	}

	@Test
	void testsAndMeasurementsAreNotPublished() {
		for (String module : List.of("compatibility-tests", "benchmarks")) {
			assertThat(CodeBlock.read(Path.of(module, "pom.xml"))).contains("<maven.deploy.skip>true");
		}
	}

}
