package tech.circuitforge.db.jdbc;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.SimpleJdbcInsert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the database's metadata says is what is in the schema.
 */
class DatabaseMetaDataTests {

	@TempDir
	Path directory;

	private Product product;

	private JdbcTemplate jdbc;

	private Connection connection;

	private DatabaseMetaData metaData;

	@BeforeEach
	void start() throws SQLException {
		this.product = Product.local(this.directory.resolve("test.db"));
		this.jdbc = this.product.jdbc();
		this.connection = this.product.dataSource().getConnection();
		this.metaData = this.connection.getMetaData();
	}

	@AfterEach
	void stop() throws SQLException {
		this.connection.close();
		this.product.close();
	}

	// Columns

	@ParameterizedTest
	@ValueSource(ints = { 1, 500, 501, 1_500 })
	void columnsOfWideTables(int columns) throws SQLException {
		this.jdbc.execute(IntStream.range(0, columns)
			.mapToObj((i) -> "c" + i + " INTEGER")
			.collect(Collectors.joining(", ", "CREATE TABLE wide (", ")")));
		assertThat(read(this.metaData.getColumns(null, null, "wide", null), "COLUMN_NAME"))
			.isEqualTo(IntStream.range(0, columns).mapToObj((i) -> "c" + i).toList());
		assertThat(read(this.metaData.getColumns(null, null, "wide", "c" + (columns - 1)), "ORDINAL_POSITION"))
			.containsExactly(String.valueOf(columns));
	}

	@Test
	void columnsOfManyTables() throws SQLException {
		for (int i = 0; i < 200; i++) {
			this.jdbc.execute("CREATE TABLE t" + i + " (a, b, c)");
		}
		assertThat(read(this.metaData.getColumns(null, null, "t%", null), "TABLE_NAME")).hasSize(600);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "NUMERIC (10, 5) | NUMERIC | 2 | 10 | 5", "NUMERIC(10,5) | NUMERIC | 2 | 10 | 5",
					"DECIMAL ( 12 ,2 ) | DECIMAL | 3 | 12 | 2", "VARCHAR (20) | VARCHAR | 12 | 20 | 0",
					"varchar(255) | VARCHAR | 12 | 255 | 0", "DOUBLE PRECISION | DOUBLE PRECISION | 8 | 2000000000 | 0",
					"UNSIGNED BIG INT | UNSIGNED BIG INT | -5 | 2000000000 | 0",
					"INTEGER | INTEGER | 4 | 2000000000 | 0", "BLOB | BLOB | 2004 | 2000000000 | 0",
					"TEXT | TEXT | 12 | 2000000000 | 0", "BOOLEAN | BOOLEAN | 16 | 2000000000 | 0",
					"TIMESTAMP | TIMESTAMP | 93 | 2000000000 | 0", "JSON | JSON | 12 | 2000000000 | 0",
					"REAL | REAL | 7 | 2000000000 | 0" })
	void typesOfColumns(String declared, String name, int type, int size, int digits) throws SQLException {
		this.jdbc.execute("CREATE TABLE t (x " + declared + ")");
		try (ResultSet columns = this.metaData.getColumns(null, null, "t", null)) {
			assertThat(columns.next()).isTrue();
			assertThat(columns.getString("TYPE_NAME")).isEqualTo(name);
			assertThat(columns.getInt("DATA_TYPE")).isEqualTo(type);
			assertThat(columns.getInt("COLUMN_SIZE")).isEqualTo(size);
			assertThat(columns.getInt("DECIMAL_DIGITS")).isEqualTo(digits);
		}
		// A result's metadata says the same.
		try (Statement statement = this.connection.createStatement();
				ResultSet rows = statement.executeQuery("SELECT x FROM t")) {
			assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo(name);
			assertThat(rows.getMetaData().getColumnType(1)).isEqualTo(type);
			assertThat(rows.getMetaData().getPrecision(1)).isEqualTo((size != 2000000000) ? size : 0);
			assertThat(rows.getMetaData().getScale(1)).isEqualTo(digits);
		}
	}

	@Test
	void generatedColumnsDefaultsAndKeys() throws SQLException {
		this.jdbc.execute("""
				CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL DEFAULT 'it''s',
				b INTEGER DEFAULT (1 + 2), c AS (b * 2) STORED, d INT GENERATED ALWAYS AS (b + 1) VIRTUAL)""");
		this.jdbc.execute("CREATE TABLE u (id INTEGER PRIMARY KEY, note TEXT DEFAULT 'autoincrement')");
		this.jdbc.execute("CREATE VIEW v AS SELECT id, a || '!' AS loud FROM t");
		assertThat(read(this.metaData.getColumns(null, null, "t", null), "COLUMN_NAME", "COLUMN_DEF", "IS_NULLABLE",
				"IS_AUTOINCREMENT", "IS_GENERATEDCOLUMN"))
			.containsExactly("id|null|YES|YES|NO", "a|'it''s'|NO|NO|NO", "b|1 + 2|YES|NO|NO", "c|null|YES|NO|YES",
					"d|null|YES|NO|YES");
		assertThat(read(this.metaData.getColumns(null, null, "u", null), "COLUMN_NAME", "IS_AUTOINCREMENT"))
			.containsExactly("id|NO", "note|NO");
		assertThat(read(this.metaData.getColumns(null, null, "v", null), "COLUMN_NAME", "TYPE_NAME"))
			.containsExactly("id|INTEGER", "loud|");
	}

	@ParameterizedTest
	@ValueSource(strings = { "it's", "a\"b", "50%", "a_b", "a.b", "select", "MixedCase", "with blank", "käse", "a\\b",
			"[x]", "`y`", "x;y" })
	void oddNames(String name) throws SQLException {
		String quoted = '"' + name.replace("\"", "\"\"") + '"';
		String pattern = name.replaceAll("[\\\\%_]", "\\\\$0");
		this.jdbc.execute("CREATE TABLE %s (%s TEXT CONSTRAINT %s PRIMARY KEY)".formatted(quoted, quoted, quoted));
		this.jdbc
			.execute("CREATE TABLE child (x TEXT CONSTRAINT %s REFERENCES %s (%s))".formatted(quoted, quoted, quoted));
		String index = '"' + name.replace("\"", "\"\"") + " index\"";
		this.jdbc.execute("CREATE UNIQUE INDEX %s ON %s (%s)".formatted(index, quoted, quoted));
		assertThat(read(this.metaData.getTables(null, null, pattern, new String[] { "TABLE" }), "TABLE_NAME"))
			.containsExactly(name);
		assertThat(read(this.metaData.getColumns(null, null, pattern, pattern), "TABLE_NAME", "COLUMN_NAME"))
			.containsExactly(name + "|" + name);
		assertThat(read(this.metaData.getPrimaryKeys(null, null, name), "COLUMN_NAME", "KEY_SEQ", "PK_NAME"))
			.containsExactly(name + "|1|" + name);
		assertThat(read(this.metaData.getIndexInfo(null, null, name, true, false), "INDEX_NAME", "COLUMN_NAME"))
			.contains(name + " index|" + name);
		String key = "%s|%s|child|x|1|%s|%s".formatted(name, name, name, name);
		assertThat(keys(this.metaData.getImportedKeys(null, null, "child"))).containsExactly(key);
		assertThat(keys(this.metaData.getExportedKeys(null, null, name))).containsExactly(key);
		assertThat(keys(this.metaData.getCrossReference(null, null, name, null, null, "child"))).containsExactly(key);
	}

	@Test
	void patternsMeanWhatJdbcSays() throws SQLException {
		this.jdbc.execute("CREATE TABLE a_b (x)");
		this.jdbc.execute("CREATE TABLE axb (x)");
		assertThat(read(this.metaData.getTables(null, null, "a_b", null), "TABLE_NAME")).containsExactly("a_b", "axb");
		assertThat(read(this.metaData.getTables(null, null, "a\\_b", null), "TABLE_NAME")).containsExactly("a_b");
		assertThat(read(this.metaData.getTables(null, null, "A\\_B", null), "TABLE_NAME")).containsExactly("a_b");
		assertThat(this.metaData.getSearchStringEscape()).isEqualTo("\\");
	}

	@Test
	void onlyTablesAndViewsAreTables() throws SQLException {
		this.jdbc.execute("CREATE TABLE t (x TEXT UNIQUE)");
		this.jdbc.execute("CREATE INDEX i ON t (x)");
		this.jdbc.execute("CREATE VIEW v AS SELECT x FROM t");
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("CREATE TEMPORARY TABLE tmp (x TEXT UNIQUE)");
			statement.execute("CREATE TEMPORARY TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END");
		}
		assertThat(read(this.metaData.getTables(null, null, null, null), "TABLE_NAME", "TABLE_TYPE"))
			.containsExactlyInAnyOrder("t|TABLE", "v|VIEW", "tmp|GLOBAL TEMPORARY", "sqlite_schema|SYSTEM TABLE");
		assertThat(read(this.metaData.getTables(null, null, null, new String[] { "view" }), "TABLE_NAME"))
			.containsExactly("v");
		assertThat(read(this.metaData.getColumns(null, null, "tmp", null), "COLUMN_NAME")).containsExactly("x");
	}

	// Keys

	@Test
	void primaryKeysAreThoseOfTheTableNotOfItsText() throws SQLException {
		this.jdbc.execute("CREATE TABLE parts (c TEXT, b TEXT, a TEXT, CONSTRAINT pk PRIMARY KEY (b, a))");
		this.jdbc.execute("CREATE TABLE checked (a INT, CONSTRAINT positive CHECK (a > 0), PRIMARY KEY (a))");
		this.jdbc.execute("CREATE TABLE told (a INT DEFAULT 'CONSTRAINT no PRIMARY KEY (x)' /* PRIMARY KEY (y) */)");
		this.jdbc.execute("CREATE TABLE sorted (a TEXT COLLATE NOCASE, PRIMARY KEY (a COLLATE NOCASE DESC))");
		assertThat(read(this.metaData.getPrimaryKeys(null, null, "PARTS"), "COLUMN_NAME", "KEY_SEQ", "PK_NAME"))
			.containsExactly("a|2|pk", "b|1|pk");
		assertThat(read(this.metaData.getPrimaryKeys(null, null, "checked"), "COLUMN_NAME", "PK_NAME"))
			.containsExactly("a|null");
		assertThat(read(this.metaData.getPrimaryKeys(null, null, "told"), "COLUMN_NAME")).isEmpty();
		assertThat(read(this.metaData.getPrimaryKeys(null, null, "sorted"), "COLUMN_NAME")).containsExactly("a");
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.metaData.getPrimaryKeys(null, null, "missing"));
	}

	@Test
	void foreignKeys() throws SQLException {
		this.jdbc.execute("CREATE TABLE p (a INT, b INT, CONSTRAINT p_pk PRIMARY KEY (a, b))");
		this.jdbc.execute("CREATE TABLE q (id INTEGER PRIMARY KEY, u TEXT UNIQUE)");
		this.jdbc.execute("""
				CREATE TABLE Child (x INT, y INT, z TEXT CONSTRAINT to_u REFERENCES q (u) ON DELETE SET NULL,
				w INT REFERENCES q ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
				CONSTRAINT "to p" FOREIGN KEY (x, y) REFERENCES p)""");
		assertThat(keys(this.metaData.getImportedKeys(null, null, "child"))).containsExactly("p|a|Child|x|1|to p|p_pk",
				"p|b|Child|y|2|to p|p_pk", "q|u|Child|z|1|to_u|", "q|id|Child|w|1||");
		assertThat(read(this.metaData.getImportedKeys(null, null, "Child"), "FKCOLUMN_NAME", "UPDATE_RULE",
				"DELETE_RULE", "DEFERRABILITY"))
			.containsExactlyInAnyOrder("x|3|3|7", "y|3|3|7", "z|3|2|7", "w|0|3|5");
		assertThat(keys(this.metaData.getExportedKeys(null, null, "Q")))
			.containsExactlyInAnyOrder("q|u|Child|z|1|to_u|", "q|id|Child|w|1||");
		assertThat(keys(this.metaData.getCrossReference(null, null, "p", null, null, "child"))).hasSize(2);
		assertThat(keys(this.metaData.getCrossReference(null, null, "child", null, null, "p"))).isEmpty();
		assertThat(keys(this.metaData.getImportedKeys(null, null, "p"))).isEmpty();
	}

	@Test
	void indexes() throws SQLException {
		this.jdbc.execute("CREATE TABLE t (a TEXT UNIQUE, b INT, c INT)");
		this.jdbc.execute("CREATE INDEX mixed ON t (b DESC, lower(a)) WHERE c > 0");
		assertThat(read(this.metaData.getIndexInfo(null, null, "t", false, false), "INDEX_NAME", "NON_UNIQUE",
				"ORDINAL_POSITION", "COLUMN_NAME", "ASC_OR_DESC"))
			.containsExactly("sqlite_autoindex_t_1|0|1|a|A", "mixed|1|1|b|D", "mixed|1|2|null|A");
		assertThat(read(this.metaData.getIndexInfo(null, null, "t", true, false), "INDEX_NAME"))
			.containsExactly("sqlite_autoindex_t_1");
	}

	// What is supported

	@Test
	void whatSqliteSupportsIsNotDenied() throws SQLException {
		assertThat(this.jdbc.queryForObject("SELECT x FROM (SELECT 1 AS x UNION SELECT NULL) ORDER BY x LIMIT 1",
				Integer.class))
			.isNull();
		assertThat(this.metaData.nullsAreSortedLow()).isTrue();
		assertThat(this.metaData.nullsAreSortedHigh()).isFalse();
		assertThat(this.metaData.nullsAreSortedAtStart()).isFalse();
		assertThat(this.metaData.nullsAreSortedAtEnd()).isFalse();
		assertThat(this.metaData.supportsLikeEscapeClause()).isTrue();
		assertThat(this.metaData.supportsMixedCaseIdentifiers()).isFalse();
		assertThat(this.metaData.supportsNamedParameters()).isFalse();
	}

	@Test
	void whoReadsTypesFromItStoresWhatIsGiven() {
		this.jdbc.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, data BLOB, big INTEGER, price NUMERIC (10, 5))");
		byte[] data = "data".getBytes(StandardCharsets.UTF_8);
		new SimpleJdbcInsert(this.product.dataSource()).withTableName("t")
			.usingColumns("data", "big", "price")
			.execute(Map.of("data", data, "big", 5_000_000_000L, "price", 1.5));
		assertThat(this.jdbc.queryForObject("SELECT data FROM t", byte[].class)).isEqualTo(data);
		assertThat(this.jdbc.queryForObject("SELECT big FROM t", Long.class)).isEqualTo(5_000_000_000L);
		assertThat(this.jdbc.queryForObject("SELECT price FROM t", Double.class)).isEqualTo(1.5);
	}

	// Memory

	@Test
	void manyMetadataObjectsKeepNothing() throws Exception {
		for (int i = 0; i < 300; i++) {
			DatabaseMetaData each = this.connection.getMetaData();
			for (ResultSet rows : List.of(each.getTypeInfo(), each.getTableTypes(), each.getCatalogs(),
					each.getSchemas(), each.getColumns(null, null, null, null))) {
				rows.close();
			}
		}
		assertThat(tech.circuitforge.db.sqlite.OpenStatements.of(this.connection)).isZero();
	}

	private static List<String> keys(ResultSet rows) throws SQLException {
		return read(rows, "PKTABLE_NAME", "PKCOLUMN_NAME", "FKTABLE_NAME", "FKCOLUMN_NAME", "KEY_SEQ", "FK_NAME",
				"PK_NAME");
	}

	private static List<String> read(ResultSet rows, String... columns) throws SQLException {
		List<String> read = new ArrayList<>();
		try (rows) {
			while (rows.next()) {
				List<String> values = new ArrayList<>();
				for (String column : columns) {
					values.add(rows.getString(column));
				}
				read.add(values.stream().map(String::valueOf).collect(Collectors.joining("|")));
			}
		}
		return read;
	}

}
