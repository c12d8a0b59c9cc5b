package tech.circuitforge.db.sqlite;

import org.junit.jupiter.api.Test;

import tech.circuitforge.db.sqlite.SqlScript.Statement;

import static org.assertj.core.api.Assertions.assertThat;

class SqlScriptTests {

	@Test
	void splitsAtSemicolonsOutsideOfQuotesAndComments() {
		assertThat(SqlScript.split("""
				-- first; not an end
				SELECT ';', ";", `;`, [;], 'it''s;' /* ; */ ; SELECT 2 -- ;
				;
				;; SELECT x'3b'""")).extracting(Statement::text)
			.containsExactly("SELECT ';', \";\", `;`, [;], 'it''s;' /* ; */ ;", "SELECT 2 -- ;\n;", "SELECT x'3b'");
	}

	@Test
	void triggerEndsAfterItsEnd() {
		assertThat(SqlScript.split("""
				CREATE TEMP TRIGGER t AFTER INSERT ON a WHEN CASE new.x WHEN 1 THEN 1 ELSE 0 END BEGIN
				  SELECT CASE WHEN 1 THEN 2 END;
				  UPDATE a SET "end" = 1; -- END;
				END;
				SELECT 1;
				""")).extracting(Statement::line).containsExactly(1, 5);
	}

	@Test
	void beginAndEndAreNamesElsewhere() {
		assertThat(SqlScript.split("CREATE TABLE t (begin, trigger); SELECT end FROM t; EXPLAIN SELECT 1; SELECT 2"))
			.hasSize(4);
	}

	@Test
	void emptyAndCommentOnlyTextsHaveNoStatements() {
		assertThat(SqlScript.split("")).isEmpty();
		assertThat(SqlScript.split("\uFEFF-- nothing\n/* here */ ;;\r\n")).isEmpty();
		assertThat(SqlScript.split("/* never closed")).isEmpty();
	}

	@Test
	void byteOrderMarkAndCarriageReturnsDoNoHarm() {
		assertThat(SqlScript.split("\uFEFFSELECT 1;\r\n\r\nSELECT\r\n2;\r\n")).extracting(Statement::line)
			.containsExactly(1, 3);
	}

	@Test
	void statementsAreRecognizedByTheirFirstWordsWhateverStandsBetween() {
		Statement pragma = SqlScript.split("/* x */ pragma -- y\n Journal_Mode=off").get(0);
		assertThat(pragma.startsWith("PRAGMA JOURNAL_MODE")).isTrue();
		assertThat(pragma.startsWith("PRAGMA JOURNAL")).isFalse();
		assertThat(SqlScript.split("'BEGIN'").get(0).startsWith("BEGIN")).isFalse();
	}

	@Test
	void spacesBeforeAStringAreNoDifferenceButAfterTheXOfABlob() {
		assertThat(SqlScript.withoutComments("VALUES ( 'a' ,\n 'b' ), (max = 'c')"))
			.isEqualTo(SqlScript.withoutComments("VALUES ('a','b'),(max='c')"));
		assertThat(SqlScript.withoutComments("SELECT X'01'")).isNotEqualTo(SqlScript.withoutComments("SELECT X '01'"));
	}

}
