package tech.circuitforge.compatibility.persistence;

import java.nio.file.Path;
import java.sql.Blob;
import java.sql.SQLException;

import javax.sql.rowset.serial.SerialBlob;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.Lob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import tech.circuitforge.db.CurrentUser;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.circuitforge.compatibility.persistence.JpaProduct.ALICE;

/**
 * JPA's large objects.
 */
class LobTests {

	private static final byte[] BYTES = { 0, 1, -1, 127, -128 };

	@TempDir
	Path root;

	private final JpaProduct product = new JpaProduct();

	@Test
	void writtenAndRead() {
		this.product.cloud(this.root, Document.class).run((context) -> {
			EntityManager entities = SharedEntityManagerCreator
				.createSharedEntityManager(context.getBean(EntityManagerFactory.class));
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			context.getBean(CurrentUser.class).runAs(ALICE, () -> {
				jdbc.execute("CREATE TABLE document (id INTEGER PRIMARY KEY, bytes BLOB, text TEXT, blob BLOB)");
				transaction.executeWithoutResult((status) -> {
					entities.persist(new Document(1, BYTES, "Grüße", BYTES));
					entities.persist(new Document(2, new byte[0], "", new byte[0]));
					entities.persist(new Document(3, null, null, null));
				});
				assertThat(jdbc.queryForList("SELECT typeof(bytes) || typeof(text) || typeof(blob) FROM document",
						String.class))
					.containsExactly("blobtextblob", "blobtextblob", "nullnullnull");
				transaction.executeWithoutResult((status) -> {
					entities.find(Document.class, 1L).isOf(BYTES, "Grüße");
					entities.find(Document.class, 2L).isOf(new byte[0], "");
					entities.find(Document.class, 3L).isOf(null, null);
				});
			});
		});
	}

	@Entity(name = "document")
	static class Document {

		@Id
		Long id;

		@Lob
		byte[] bytes;

		@Lob
		String text;

		Blob blob;

		Document() {
		}

		Document(long id, byte[] bytes, String text, byte[] blob) {
			this.id = id;
			this.bytes = bytes;
			this.text = text;
			this.blob = (blob != null) ? serial(blob) : null;
		}

		private static Blob serial(byte[] bytes) {
			try {
				return new SerialBlob(bytes);
			}
			catch (SQLException ex) {
				throw new AssertionError(ex);
			}
		}

		void isOf(byte[] bytes, String text) {
			assertThat(this.bytes).isEqualTo(bytes);
			assertThat(this.text).isEqualTo(text);
			try {
				assertThat((this.blob != null) ? this.blob.getBytes(1, (int) this.blob.length()) : null)
					.isEqualTo(bytes);
			}
			catch (SQLException ex) {
				throw new AssertionError(ex);
			}
		}

	}

}
