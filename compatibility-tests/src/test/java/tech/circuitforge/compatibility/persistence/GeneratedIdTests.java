package tech.circuitforge.compatibility.persistence;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.MappedSuperclass;
import org.hibernate.annotations.UuidGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Ids that Hibernate counts in memory would be shared by all users' files.
 */
@ExtendWith(OutputCaptureExtension.class)
class GeneratedIdTests {

	@TempDir
	Path root;

	private final JpaProduct product = new JpaProduct();

	@ParameterizedTest
	@CsvSource({ "Auto, Auto.id", "Sequence, Sequence.id", "Table, Table.id", "Inherited, Inherited.number",
			"Child, Parent.id", "Composite, Composite.key.id" })
	void idsThatAreCountedInMemoryAreRefusedAtStart(String entity, String attribute) throws Exception {
		Class<?> type = Class.forName(GeneratedIdTests.class.getName() + "$" + entity);
		Class<?>[] types = (type == Child.class) ? new Class<?>[] { Parent.class, type } : new Class<?>[] { type };
		this.product.cloud(this.root, types)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("$" + attribute)
				.hasStackTraceContaining("counted in the memory of this process"));
	}

	@Test
	void allOfThemAreNamed() {
		this.product.cloud(this.root, Auto.class, Table.class, Identity.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.message()
				.contains("$Auto.id", "$Table.id")
				.doesNotContain("$Identity"));
	}

	@Test
	void othersAreAllowed() {
		this.product
			.cloud(this.root, Identity.class, Assigned.class, Uuid.class, UuidStrategy.class, HibernateUuid.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void oneFileHasOneCounter() {
		this.product.local(this.root.resolve("kiwi.db"), Auto.class, Table.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void theStartSaysWhatToWriteInstead(CapturedOutput output) {
		String[] arguments = Stream
			.concat(Arrays.stream(JpaProduct.PROPERTIES),
					Stream.of("spring.application.name=kiwi", "cf.db.mode=cloud", "cf.db.cloud.data-root=" + this.root,
							"spring.main.web-application-type=none"))
			.map((property) -> "--" + property)
			.toArray(String[]::new);
		assertThatException().isThrownBy(() -> SpringApplication.run(GeneratedIdApplication.class, arguments));
		assertThat(output).contains("APPLICATION FAILED TO START", "$Auto.id", "GenerationType.IDENTITY");
	}

	@Entity(name = "auto")
	static class Auto {

		@Id
		@GeneratedValue
		Long id;

	}

	@Entity(name = "sequence")
	static class Sequence {

		@Id
		@GeneratedValue(strategy = GenerationType.SEQUENCE)
		Long id;

	}

	@Entity(name = "tables")
	static class Table {

		@Id
		@GeneratedValue(strategy = GenerationType.TABLE)
		Integer id;

	}

	@MappedSuperclass
	static class Numbered {

		@Id
		@GeneratedValue
		Long number;

	}

	@Entity(name = "inherited")
	static class Inherited extends Numbered {

	}

	@Entity(name = "parent")
	@Inheritance(strategy = InheritanceType.JOINED)
	static class Parent {

		@Id
		@GeneratedValue
		Long id;

	}

	@Entity(name = "child")
	static class Child extends Parent {

		String name;

	}

	@Entity(name = "composite")
	static class Composite {

		@EmbeddedId
		EmbeddedKey key;

	}

	@Embeddable
	static class EmbeddedKey implements Serializable {

		private static final long serialVersionUID = 1L;

		@GeneratedValue(strategy = GenerationType.SEQUENCE)
		Long id;

		String region;

		@Override
		public boolean equals(Object other) {
			return other instanceof EmbeddedKey that && Objects.equals(this.id, that.id);
		}

		@Override
		public int hashCode() {
			return Objects.hashCode(this.id);
		}

	}

	@Entity(name = "identity")
	static class Identity {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

	}

	@Entity(name = "assigned")
	static class Assigned {

		@Id
		String id;

	}

	@Entity(name = "uuid")
	static class Uuid {

		@Id
		@GeneratedValue
		UUID id;

	}

	@Entity(name = "uuid_strategy")
	static class UuidStrategy {

		@Id
		@GeneratedValue(strategy = GenerationType.UUID)
		String id;

	}

	@Entity(name = "hibernate_uuid")
	static class HibernateUuid {

		@Id
		@UuidGenerator
		UUID id;

	}

}
